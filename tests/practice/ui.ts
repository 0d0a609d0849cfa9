import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { heldSource } from "./bytes";
import { type Json, urlOf } from "./json";
import { type Answer, type Exchange, emptyNotFound, jsonAnswer } from "./respond";
import type { Run, TimelineNode, World } from "./world";

const MEDIA_TYPES: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
};

/** Host app.skyvern.com: one page at every address, its files, and its own data as the signed-in session sees it. */
export async function answerUi(world: World, { url, record }: Exchange): Promise<Answer> {
  if (record.method !== "GET") return emptyNotFound;
  const [, root, kind, id = ""] = url.pathname.split("/").map(decodeURIComponent);
  if (root === "__ui") return uiData(world, kind ?? "", id, url.searchParams);
  if (root === "assets") return file(kind ?? "");
  if (url.pathname === "/favicon.ico") return emptyNotFound;
  const page = await readFile(new URL("./ui/index.html", import.meta.url), "utf8");
  const text = page.replace("{{settings}}", JSON.stringify(world.ui).replaceAll("<", "\\u003c"));
  const csp = world.ui.csp === null ? {} : { "content-security-policy": world.ui.csp };
  return {
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8", ...csp },
    body: heldSource(Buffer.from(text)),
  };
}

async function file(name: string): Promise<Answer> {
  if (!/^[\w-]+\.(js|css)$/.test(name)) return emptyNotFound;
  try {
    const bytes = await readFile(new URL(`./ui/${name}`, import.meta.url));
    const type = MEDIA_TYPES[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
    return {
      status: 200,
      headers: { "content-type": type, "cache-control": "no-store" },
      body: heldSource(bytes),
    };
  } catch {
    return emptyNotFound;
  }
}

async function uiData(world: World, kind: string, id: string, query: URLSearchParams): Promise<Answer> {
  switch (kind) {
    case "run": {
      const run = world.runOf(id);
      return run ? jsonAnswer(200, world.render(runView(world, run))) : jsonAnswer(404, "{}");
    }
    case "runs": {
      const session = query.get("session");
      return jsonAnswer(200, world.render(rows(world, query.get("agent"), session)));
    }
    case "slow":
      await wait(Number(id));
      return jsonAnswer(200, "{}");
    default:
      return emptyNotFound;
  }
}

/** What a run page shows. */
function runView(world: World, run: Run): Json {
  const own = world.artifactsOf(run.id);
  const latest = (...types: string[]): string | null => {
    const found = own.filter(({ row }) => types.includes(row.artifact_type)).at(-1);
    return found ? urlOf(found.row.artifact_id) : null;
  };
  const {
    downloaded_files: files,
    output,
    failure_reason: failureReason,
  } = run.workflowRun ?? run.document ?? {};
  return {
    ...row(run),
    agentDeleted: run.agentDeleted,
    output: output ?? run.workflowRun?.outputs ?? null,
    failureReason: failureReason ?? null,
    downloads: Array.isArray(files) ? files : [],
    screenshot: latest("screenshot_final", "screenshot_action", "screenshot_llm"),
    recording: latest("recording"),
    blocks: (run.timeline ?? []).slice(0, run.visibleNodes).flatMap(blockView),
    steps: world.tasks.get(run.id)?.steps.length ?? 0,
    actions: world.tasks.get(run.id)?.actions.length ?? 0,
  };
}

function blockView({ block, children }: TimelineNode): Json[] {
  if (!block) return [];
  const actions = Array.isArray(block.actions) ? block.actions : [];
  const view: Json = {
    id: block.workflow_run_block_id ?? null,
    label: block.label ?? null,
    type: block.block_type ?? null,
    status: block.status ?? null,
    goal: block.navigation_goal ?? null,
    actions,
  };
  return [view, ...children.flatMap(blockView)];
}

function row(run: Run) {
  const { id, kind, taskV2Id, title, status, agentId, createdAt, startedAt, finishedAt } = run;
  return { id, kind, taskV2Id, title, status, agentId, createdAt, startedAt, finishedAt };
}

function rows(world: World, agentId: string | null, sessionId: string | null): Json {
  return [...world.runs.values()]
    .filter((run) => run.listed)
    .filter((run) => agentId === null || run.agentId === agentId)
    .filter((run) => sessionId === null || run.workflowRun?.browser_session_id === sessionId)
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
    .map(row);
}
