import { artifactContent, artifactRow, listArtifacts, signedUrl } from "./api-artifacts";
import { agentRuns, history } from "./api-lists";
import {
  organization,
  runDocument,
  scriptBlocks,
  session,
  sessionLogs,
  sessionRuns,
  task,
  taskActions,
  taskSteps,
  taskV2,
  timeline,
  version,
  workflowRun,
} from "./api-runs";
import { type Answer, detail, type Exchange, emptyNotFound, methodNotAllowed } from "./respond";
import type { World } from "./world";

/** What a handler gets: the world, the ID in the path, the query and a POST's body. */
export interface Call {
  world: World;
  id: string;
  query: URLSearchParams;
  body: string;
}

interface Route {
  method: "GET" | "POST";
  path: RegExp;
  answer(call: Call): Answer;
}

const ROUTES: Route[] = [
  { method: "GET", path: /^\/v1\/version$/, answer: version },
  { method: "GET", path: /^\/api\/v1\/organizations\/me$/, answer: organization },
  { method: "GET", path: /^\/v1\/runs$/, answer: history },
  { method: "GET", path: /^\/v1\/runs\/([^/]+)$/, answer: runDocument },
  { method: "GET", path: /^\/v1\/runs\/([^/]+)\/artifacts$/, answer: listArtifacts },
  { method: "GET", path: /^\/v1\/runs\/([^/]+)\/timeline$/, answer: timeline },
  { method: "GET", path: /^\/v1\/artifacts\/([^/]+)$/, answer: artifactRow },
  { method: "GET", path: /^\/v1\/artifacts\/([^/]+)\/signed-url$/, answer: signedUrl },
  { method: "GET", path: /^\/v1\/(?:workflows|agents)\/runs\/([^/]+)$/, answer: workflowRun },
  { method: "GET", path: /^\/v1\/(?:workflows|agents)\/([^/]+)\/runs$/, answer: agentRuns },
  { method: "GET", path: /^\/api\/v1\/tasks\/([^/]+)$/, answer: task },
  { method: "GET", path: /^\/api\/v1\/tasks\/([^/]+)\/steps$/, answer: taskSteps },
  { method: "GET", path: /^\/api\/v1\/tasks\/([^/]+)\/actions$/, answer: taskActions },
  { method: "GET", path: /^\/api\/v2\/tasks\/([^/]+)$/, answer: taskV2 },
  { method: "GET", path: /^\/v1\/browser_sessions\/([^/]+)$/, answer: session },
  { method: "GET", path: /^\/v1\/browser_sessions\/([^/]+)\/workflow_runs$/, answer: sessionRuns },
  { method: "GET", path: /^\/v1\/browser_sessions\/([^/]+)\/action_logs$/, answer: sessionLogs },
  { method: "POST", path: /^\/v1\/scripts\/([^/]+)\/blocks$/, answer: scriptBlocks },
];

const CONTENT = /^\/v1\/artifacts\/([^/]+)\/content$/;
/** Skyvern's own pages; nobody else may read an answer from a page. */
const OWN_ORIGINS = new Set(["https://app.skyvern.com"]);

/** The API's answer to a request, faults aside. */
export async function answerApi(
  world: World,
  exchange: Exchange,
  apiKey: string,
  body: string,
): Promise<Answer> {
  const answer = await withoutCors(world, exchange, apiKey, body);
  const { origin } = exchange.record.headers;
  if (origin === undefined || !OWN_ORIGINS.has(origin)) return answer;
  const cors = {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    vary: "Origin",
  };
  return { ...answer, headers: { ...answer.headers, ...cors } };
}

async function withoutCors(world: World, exchange: Exchange, apiKey: string, body: string): Promise<Answer> {
  const { record, url } = exchange;
  if (record.method === "OPTIONS" && "access-control-request-method" in record.headers)
    return preflight(record.headers);
  const hasKey = record.headers["x-api-key"] === apiKey;
  const content = CONTENT.exec(url.pathname);
  if (content) return artifactContent(world, exchange, decodeURIComponent(content[1] ?? ""), hasKey);
  const atPath = ROUTES.filter(({ path }) => path.test(url.pathname));
  if (atPath.length === 0) return emptyNotFound;
  const route = atPath.find(({ method }) => method === record.method);
  if (!route) return methodNotAllowed(atPath.map(({ method }) => method).join(", "));
  if (!hasKey) return detail(403, "Invalid credentials");
  const id = decodeURIComponent(route.path.exec(url.pathname)?.[1] ?? "");
  return route.answer({ world, id, query: url.searchParams, body });
}

function preflight(headers: Record<string, string>): Answer {
  const allowed = OWN_ORIGINS.has(headers.origin ?? "");
  const answer = detail(allowed ? 200 : 400, allowed ? "OK" : "Disallowed CORS origin");
  const grants = {
    "access-control-allow-methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
    "access-control-allow-headers": headers["access-control-request-headers"] ?? "",
    "access-control-max-age": "600",
  };
  return allowed ? { ...answer, headers: { ...answer.headers, ...grants } } : answer;
}
