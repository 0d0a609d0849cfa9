import { Agent, request } from "node:https";
import type { PracticeServer } from "../../practice/server";

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** What broke the body off, if something did. */
  broken: string | null;
}

const agent = new Agent({ keepAlive: true, maxSockets: 12, rejectUnauthorized: false });

export interface Asking {
  method?: string;
  headers?: Record<string, string>;
  /** Several pieces are sent one by one. */
  body?: string | string[];
  /** Sends the API key; true unless said otherwise. */
  key?: boolean;
}

/** One request to the practice server, by the host name in the URL; a broken connection is told, not thrown. */
export function ask(server: PracticeServer, address: string, asking: Asking = {}): Promise<Reply> {
  const url = new URL(address, "https://api.skyvern.com");
  const withKey = asking.key ?? (url.hostname === "api.skyvern.com" && !url.searchParams.has("sig"));
  const headers = { host: url.host, ...(withKey && { "x-api-key": server.apiKey }), ...asking.headers };
  return new Promise((resolve) => {
    let answered = false;
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: server.port,
        path: url.pathname + url.search,
        method: asking.method ?? "GET",
        headers,
        agent,
      },
      (incoming) => {
        answered = true;
        const parts: Buffer[] = [];
        const end = (broken: string | null) =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(parts),
            broken,
          });
        incoming.on("data", (part: Buffer) => parts.push(part));
        incoming.on("end", () => end(incoming.complete ? null : "incomplete"));
        incoming.on("error", (error) => end(error.message));
      },
    );
    outgoing.on("error", (error) => {
      if (!answered) resolve({ status: 0, headers: {}, body: Buffer.alloc(0), broken: error.message });
    });
    for (const piece of [asking.body ?? []].flat()) outgoing.write(piece);
    outgoing.end();
  });
}

/** The JSON of an answer that must be 200. */
export async function json<T = unknown>(
  server: PracticeServer,
  path: string,
  asking: Asking = {},
): Promise<T> {
  const reply = await ask(server, path, asking);
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.body.toString("utf8")}`);
  return JSON.parse(reply.body.toString("utf8")) as T;
}

export interface Row {
  artifact_id: string;
  artifact_type: string;
  uri: string;
  bundle_key: string | null;
  checksum: string | null;
  file_size: number | null;
  signed_url: string | null;
  created_at: string;
}

export function rowsOf(server: PracticeServer, runId: string): Promise<Row[]> {
  return json<Row[]>(server, `/v1/runs/${runId}/artifacts`);
}

/** The value, or the test's failure. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("missing");
  return value;
}
