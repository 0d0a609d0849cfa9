import { Agent, request } from "node:https";
import { z } from "zod";
import type { PackedExport } from "@/core/bundle/assemble";
import { Connections } from "@/core/bundle/connections";
import type { ExportOrder, ExportTools } from "@/core/bundle/export-order";
import { exportRun } from "@/core/bundle/export-run";
import { exportTogether } from "@/core/bundle/export-together";
import { Activity } from "@/core/bundle/fetch-context";
import { type FileWork, LocalWork } from "@/core/bundle/file-work";
import { DEFAULT_NAME_TEMPLATE } from "@/core/bundle/name-template";
import { EVERYTHING } from "@/core/bundle/presets";
import { composeZip } from "@/core/bundle/zip/compose";
import { Journal } from "@/core/jobs/journal";
import { ProgressMeter } from "@/core/jobs/progress";
import { SkyvernClient } from "@/core/skyvern/client";
import type { PracticeServer } from "../../practice/server";
import { readZip } from "../../practice/zip";
import { ENGLISH, english } from "../support/words";
import { layoutBytes, MemoryHandle, MortalHandle } from "./memory-pack";

const agent = new Agent({ keepAlive: true, maxSockets: 12, rejectUnauthorized: false });
const PACK_BYTES = 48 * 1024 * 1024;

/** `fetch` as the engine uses it, with every host at the practice server. Redirects are not followed, as the engine orders. */
export function practiceFetch(server: PracticeServer): typeof fetch {
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(String(input));
      const headers = { host: url.host, ...Object.fromEntries(new Headers(init.headers)) };
      const { signal } = init;
      const path = url.pathname + url.search;
      const outgoing = request(
        { host: "127.0.0.1", port: server.port, path, method: init.method ?? "GET", headers, agent },
        (incoming) => {
          const status = incoming.statusCode ?? 0;
          const empty = status === 204 || status === 304;
          const told = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
            name,
            String(value),
          ]);
          const body = new ReadableStream<Uint8Array>({
            start(controller) {
              incoming.on("data", (chunk: Buffer) => controller.enqueue(new Uint8Array(chunk)));
              incoming.on("end", () =>
                incoming.complete ? controller.close() : controller.error(new TypeError("cut")),
              );
              incoming.on("error", (error) => controller.error(new TypeError(error.message)));
            },
            cancel: () => {
              incoming.destroy();
            },
          });
          resolve(new Response(empty ? null : body, { status, headers: told }));
        },
      );
      outgoing.on("error", (error) => reject(new TypeError(error.message)));
      signal?.addEventListener("abort", () => {
        outgoing.destroy();
        reject(signal.reason);
      });
      outgoing.end(typeof init.body === "string" ? init.body : undefined);
    });
}

const Report = z.looseObject({
  run_id: z.string(),
  run_ids: z.array(z.string()),
  title: z.string().nullable(),
  counts: z.object({ found: z.number(), written: z.number(), missing: z.number(), left_out: z.number() }),
  written: z.array(
    z.looseObject({
      artifact_id: z.string(),
      artifact_type: z.string(),
      path: z.string(),
      bytes: z.number(),
      sha256: z.string(),
      proof: z.string(),
    }),
  ),
  missing: z.array(z.looseObject({ artifact_id: z.string(), reason: z.string() })),
  left_out: z.array(z.looseObject({ artifact_id: z.string(), reason: z.string() })),
  warnings: z.array(z.string()),
});

export interface Exported {
  packed: PackedExport;
  report: z.infer<typeof Report>;
  /** Files of the ZIP by their path below its root folder. */
  files: Map<string, Buffer>;
}

/** What a job has on disk, which outlives it. */
export class JobDisk {
  constructor(
    readonly pack = new MemoryHandle(PACK_BYTES),
    readonly journal = new MemoryHandle(4 * 1024 * 1024),
  ) {}
}

/** How an export is disturbed. */
interface Disturbed {
  disk?: JobDisk;
  /** Sees each request before it goes out; what it throws, the engine gets. */
  onRequest?: (url: string) => void;
  signal?: AbortSignal;
  /** Several runs in one ZIP. */
  together?: string[];
  /** What an administrator says to the choice, and when. */
  allowed?: ExportTools["allowed"];
  work?: FileWork;
}

/** Exports a run of the practice server with the real engine, and opens the ZIP. */
export async function exportFrom(
  server: PracticeServer,
  wish: Partial<ExportOrder> & { runId: string },
  {
    disk = new JobDisk(),
    onRequest,
    signal = new AbortController().signal,
    together,
    allowed = async (choice) => choice,
    work = new LocalWork(),
  }: Disturbed = {},
): Promise<Exported> {
  const { pack } = disk;
  const plain = practiceFetch(server);
  const fetcher: typeof fetch = async (input, init) => {
    onRequest?.(String(input));
    return plain(input, init);
  };
  const handles = [new MortalHandle(disk.journal), new MortalHandle(pack)] as const;
  const opened = await Journal.open(...handles, work);
  const access = { apiAddress: "https://api.skyvern.com", apiKey: server.apiKey };
  const order: ExportOrder = {
    mode: "bundle",
    choice: EVERYTHING,
    version: "0.0.0",
    words: [],
    nameTemplate: DEFAULT_NAME_TEMPLATE,
    ...wish,
  };
  const tools: ExportTools = {
    client: new SkyvernClient(access, signal, fetcher),
    fetcher,
    ...opened,
    work,
    signal,
    meter: new ProgressMeter(),
    activity: new Activity(),
    connections: new Connections(),
    mayFetch: () => false,
    freeBytes: null,
    allowed,
    texts: ENGLISH,
    english,
    reportApp: async () => ({ script: "app", style: "css" }),
    onListed: () => undefined,
    onWaiting: () => undefined,
  };
  const exporting = together ? exportTogether(order, together, tools) : exportRun(order, tools);
  const packed = await exporting.catch((error: unknown) => {
    for (const handle of handles) handle.kill();
    throw error;
  });
  opened.journal.close();
  const layout = composeZip(packed.entries.map(({ path, file, modified }) => ({ ...file, path, modified })));
  const entries = readZip(Buffer.from(layoutBytes(layout, pack.bytes)));
  const files = new Map(entries.map(({ name, data }) => [name, data]));
  const report = Report.parse(
    JSON.parse(
      files.get(`${together ? `${packed.rows[0]?.runId}/` : ""}export-report.json`)?.toString("utf8") ?? "",
    ),
  );
  return { packed, report, files };
}
