import type { PackedExport } from "@/core/bundle/assemble";
import { Connections } from "@/core/bundle/connections";
import type { ExportOrder, ExportTools } from "@/core/bundle/export-order";
import { exportRun } from "@/core/bundle/export-run";
import { Activity } from "@/core/bundle/fetch-context";
import { LocalWork } from "@/core/bundle/file-work";
import { DEFAULT_NAME_TEMPLATE } from "@/core/bundle/name-template";
import { EVERYTHING } from "@/core/bundle/presets";
import { composeZip } from "@/core/bundle/zip/compose";
import { readArchive } from "@/core/bundle/zip/read-archive";
import { ProgressMeter } from "@/core/jobs/progress";
import { SkyvernClient } from "@/core/skyvern/client";
import { writeZip } from "../../practice/zip";
import { layoutBytes, MemoryHandle, openMemory, readerOf } from "../bundle/memory-pack";
import { plainBytes } from "../bundle/zip-tools";
import { type Answer, API, file, inNoTime, json, KEY, ScriptedFetcher } from "./scripted-fetcher";
import { ENGLISH, english } from "./words";

export const RUN = "wr_1";
const PACK_BYTES = 16 * 1024 * 1024;

/** An artifact row as the API lists it, and what the content endpoint answers for it. */
export interface Scripted {
  artifact_id: string;
  artifact_type: string;
  bytes?: Uint8Array;
  answer?: Answer;
  [field: string]: unknown;
}

export const bytesOf = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);

/** A ZIP of these entries, deflated. */
export function zipOf(entries: Record<string, string | Uint8Array>): Uint8Array<ArrayBuffer> {
  return zipOfFiles(Object.entries(entries));
}

/** The same with names that may come twice; what ends in `.bin` is stored. */
export function zipOfFiles(files: [string, string | Uint8Array][]): Uint8Array<ArrayBuffer> {
  const entries = files.map(([name, content]) => ({
    name,
    data: typeof content === "string" ? Buffer.from(content) : Buffer.from(content),
    method: name.endsWith(".bin") ? ("stored" as const) : ("deflated" as const),
  }));
  return Uint8Array.from(writeZip(entries));
}

/** A server that has one run with these artifacts. */
export function runOf(artifacts: Scripted[], document: object = {}): ScriptedFetcher {
  const server = new ScriptedFetcher();
  const rows = artifacts.map(({ bytes, answer, ...row }) => {
    if (answer) server.on(contentOf(row.artifact_id), answer);
    else if (bytes) server.on(contentOf(row.artifact_id), file(bytes));
    return { uri: `s3://bucket/${row.artifact_id}`, created_at: "2026-11-23T12:00:00", ...row };
  });
  const run = { run_id: RUN, status: "completed", finished_at: "2026-11-23T12:00:00", ...document };
  return server
    .on("/v1/runs", json([]))
    .on(`/v1/runs/${RUN}`, json(run))
    .on(`/v1/runs/${RUN}/timeline`, json([]))
    .on(`/v1/runs/${RUN}/artifacts`, json(rows));
}

export const contentOf = (id: string): string => `/v1/artifacts/${id}/content`;

/** How often the bytes of an artifact were asked for. */
export const fetches = (server: ScriptedFetcher, id: string): number => server.to(contentOf(id)).length;

export interface ScriptedExport {
  packed: PackedExport;
  /** Texts of the ZIP's files by path, read from the ZIP. */
  files: Map<string, Buffer>;
  report: Report;
}

/** `export-report.json`, as design.md §3 writes it down. */
export interface Report {
  counts: { found: number; written: number; missing: number; left_out: number };
  written: {
    artifact_id: string;
    artifact_type: string;
    path: string;
    bytes: number;
    sha256: string;
    proof: string;
  }[];
  missing: { artifact_id: string; artifact_type: string; reason: string; detail: string }[];
  left_out: { artifact_id: string; artifact_type: string; reason: string }[];
  warnings: string[];
}

/** Exports the run with the real engine into memory, composes the ZIP, and reads it again. */
export async function exportScripted(
  server: ScriptedFetcher,
  order: Partial<ExportOrder> = {},
  tools: Partial<ExportTools> = {},
): Promise<ScriptedExport> {
  const handle = new MemoryHandle(PACK_BYTES);
  const { signal } = new AbortController();
  const opened = await openMemory(handle);
  const packed = await inNoTime(
    exportRun(
      {
        runId: RUN,
        mode: "bundle",
        choice: EVERYTHING,
        version: "1.2.3",
        words: [],
        nameTemplate: DEFAULT_NAME_TEMPLATE,
        ...order,
      },
      {
        client: new SkyvernClient({ apiAddress: API, apiKey: KEY }, signal, server.fetch),
        fetcher: server.fetch,
        ...opened,
        work: new LocalWork(),
        signal,
        meter: new ProgressMeter(),
        activity: new Activity(),
        connections: new Connections(),
        mayFetch: () => false,
        freeBytes: null,
        allowed: async (choice) => choice,
        texts: ENGLISH,
        english,
        reportApp: async () => ({ script: "app", style: "css" }),
        onListed: () => {},
        onWaiting: () => {},
        ...tools,
      },
    ).finally(() => opened.journal.close()),
  );
  const layout = composeZip(packed.entries.map(({ path, file, modified }) => ({ ...file, path, modified })));
  const zip = layoutBytes(layout, handle.bytes);
  const files = new Map<string, Buffer>();
  for (const entry of readArchive(readerOf(zip), zip.length))
    files.set(entry.name, await plainBytes(zip, entry));
  const report: Report = JSON.parse(files.get("export-report.json")?.toString() ?? "");
  return { packed, files, report };
}
