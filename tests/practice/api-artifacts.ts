import { setTimeout as wait } from "node:timers/promises";
import type { Call } from "./api";
import type { Source } from "./bytes";
import { contentTypeOf, isKnownType } from "./content-types";
import { type Answer, detail, type Exchange, jsonAnswer, methodNotAllowed } from "./respond";
import type { Artifact, World } from "./world";

/** `GET /v1/runs/{id}/artifacts`: a bare array, oldest first; `[]` for runs nobody knows. */
export function listArtifacts({ world, id, query }: Call): Answer {
  const types = query.getAll("artifact_type");
  const unknown = types.find((type) => !isKnownType(type));
  if (unknown !== undefined)
    return invalid("artifact_type", `Input should be a known artifact type, not '${unknown}'`);
  const artifacts = world
    .artifactsOf(id)
    .filter(({ row }) => types.length === 0 || types.includes(row.artifact_type));
  return jsonAnswer(200, world.render(artifacts.map((artifact) => world.rowOf(artifact))));
}

/** `GET /v1/artifacts/{id}`. */
export function artifactRow({ world, id }: Call): Answer {
  const artifact = world.artifacts.get(id);
  return artifact
    ? jsonAnswer(200, world.render(world.rowOf(artifact)))
    : detail(404, `Artifact not found ${id}`);
}

/** `GET /v1/artifacts/{id}/signed-url`: lives five minutes. */
export function signedUrl({ world, id }: Call): Answer {
  const artifact = world.artifacts.get(id);
  if (!artifact) return detail(404, `Artifact not found ${id}`);
  return jsonAnswer(
    200,
    JSON.stringify({ signed_url: world.signing.mint(id, artifact.row.artifact_type, 300) }),
  );
}

/**
 * `GET /v1/artifacts/{id}/content`. A signature in the query is judged alone: a bad one is 403 even beside a good
 * key. Sends neither ETag nor Last-Modified, and nothing multipart.
 */
export async function artifactContent(
  world: World,
  exchange: Exchange,
  id: string,
  hasKey: boolean,
): Promise<Answer> {
  const { record, url, fault } = exchange;
  if (record.method !== "GET") return methodNotAllowed("GET");
  if (url.searchParams.has("sig")) {
    if (!world.signing.holds(id, url.searchParams)) return detail(403, "Invalid or expired artifact URL");
  } else if (!hasKey) {
    return detail(403, "Invalid credentials");
  }
  const artifact = world.artifacts.get(id);
  if (!artifact) return detail(404, "Artifact not found");
  if (world.contentLatencyMs > 0) await wait(world.contentLatencyMs);
  const body = world.sourceOf(id);
  if (!body) return detail(404, "Artifact content not available");
  const headers = {
    "content-type": contentTypeOf(artifact.row.artifact_type, artifact.row.uri),
    "accept-ranges": "bytes",
    "cache-control": "private, max-age=3600",
  };
  if (fault?.kind === "grow-after") grow(artifact, fault.by);
  const asked = fault?.kind === "ignore-range" ? null : rangeOf(record.headers.range, body.length);
  if (asked === null) return { status: 200, headers, body };
  const total = fault?.kind === "wrong-total" ? fault.total : body.length;
  if (asked === "unsatisfiable") {
    const answer = detail(416, "Range not satisfiable");
    return { ...answer, headers: { ...answer.headers, "content-range": `bytes */${total}` } };
  }
  const contentRange = `bytes ${asked.from}-${asked.to - 1}/${total}`;
  return {
    status: 206,
    headers: { ...headers, "content-range": contentRange },
    body: part(body, asked.from, asked.to),
  };
}

/** Written anew, and longer; what is being served already is not changed by it. */
function grow(artifact: Artifact, by: number): void {
  const { body } = artifact;
  if (body.kind === "generated") artifact.body = { ...body, seed: body.seed + 1, length: body.length + by };
}

/** The one byte range asked for (`to` exclusive); null where the whole is served: none, several, or no bytes. */
function rangeOf(
  header: string | undefined,
  length: number,
): { from: number; to: number } | "unsatisfiable" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  const [, first = "", last = ""] = match;
  const from = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === "" || last === "" ? length : Math.min(length, Number(last) + 1);
  if (first !== "" && last !== "" && Number(last) < from) return null;
  return from >= length ? "unsatisfiable" : { from, to };
}

function part(body: Source, from: number, to: number): Source {
  return {
    length: to - from,
    slice: (offset, most) => body.slice(from + offset, Math.min(most, to - from - offset)),
  };
}

/** FastAPI's answer to a parameter that doesn't validate. */
export function invalid(parameter: string, message: string): Answer {
  return jsonAnswer(
    422,
    JSON.stringify({
      detail: [{ type: "value_error", loc: ["query", parameter], msg: message, input: null }],
    }),
  );
}
