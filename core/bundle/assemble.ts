import type { JobResult } from "../jobs/job";
import { apiTime } from "../skyvern/schemas";
import type { CollectedRun } from "./collect";
import type { HashPool } from "./content-hash";
import { replaceUrls } from "./documents";
import type { ExportOrder, ExportTools } from "./export-order";
import { exportReport, incompleteNotice, type WrittenFile } from "./export-report";
import type { ArrivedFile, Fetched } from "./fetch-results";
import { FileSink, type StoredFile } from "./file-sink";
import { groupGaps } from "./gaps";
import { exportName } from "./names";
import { placeArtifacts } from "./place";
import { compareText } from "./timeline";

/** A file of the export, in the pack. */
export interface PackedEntry {
  /** Below the bundle's root folder or the download folder. */
  path: string;
  file: StoredFile;
  /** Milliseconds since the epoch. */
  modified: number;
}

/** Everything of an export but the ZIP around it. */
export interface PackedExport {
  /** Name of the ZIP or folder, without extension. */
  name: string;
  /** The bundle's root folder. */
  runId: string;
  entries: PackedEntry[];
  result: Omit<JobResult, "savedAs">;
}

/** Gives every file its path, and adds the documents and the report. @throws PackFull */
export async function assemble(
  run: CollectedRun,
  order: ExportOrder,
  tools: ExportTools,
  hashes: HashPool,
  { arrived, missing, leftOut, warnings: fetchWarnings }: Fetched,
): Promise<PackedExport> {
  const bundle = order.mode === "bundle";
  const prefix = bundle ? "data/" : "";
  const exportedAt = new Date();
  const places = placeArtifacts(
    run,
    arrived.map(({ artifact, file, contentType }) => ({ artifact, head: file.head, contentType })),
  );
  const written = arrived.map((each, index) =>
    writtenFile(each, `${prefix}${places[index] ?? each.artifact.id}`),
  );
  const entries: PackedEntry[] = arrived.map(({ artifact, file }, index) => ({
    path: written[index]?.path ?? "",
    file,
    modified: apiTime(artifact.row.created_at) ?? exportedAt.getTime(),
  }));
  const add = async (path: string, text: string) => {
    const sink = new FileSink(tools.pack, hashes, bundle);
    await sink.write(new TextEncoder().encode(text));
    entries.push({ path, file: await sink.finish(), modified: exportedAt.getTime() });
  };
  const paths = new Map(written.map(({ artifact_id, path }) => [artifact_id, path]));
  const extraUrls = new Map(
    arrived.flatMap(({ artifact }, index) =>
      artifact.storageUrls.map((url) => [url, written[index]?.path ?? artifact.id] as const),
    ),
  );
  for (const [name, text] of [...run.documents].sort(([a], [b]) => compareText(a, b))) {
    await add(
      `${prefix}${name}`,
      replaceUrls(text, (id) => paths.get(id) ?? null, extraUrls),
    );
  }
  const warnings = [...run.warnings, ...fetchWarnings];
  const { version, preset } = order;
  const { apiAddress } = tools.client.access;
  await add(
    "export-report.json",
    exportReport({ run, preset, exportedAt, version, apiAddress, written, missing, leftOut, warnings }),
  );
  if (!bundle && missing.length > 0) await add("INCOMPLETE.txt", incompleteNotice(run, missing));
  const found = written.length + missing.length + leftOut.length;
  const bytes = written.reduce((sum, file) => sum + file.bytes, 0);
  const gaps = groupGaps(missing);
  return {
    name: exportName(run.title, run.runId) + (bundle && missing.length > 0 ? "_partial" : ""),
    runId: run.runId,
    entries,
    result: {
      found,
      written: written.length,
      missing: missing.length,
      leftOut: leftOut.length,
      bytes,
      gaps,
      warnings,
    },
  };
}

function writtenFile({ artifact, file, proof }: ArrivedFile, path: string): WrittenFile {
  const { artifact_id, artifact_type } = artifact.row;
  const original = artifact.fileName;
  const renamed = original !== null && !path.endsWith(`/${original}`) ? { original_name: original } : {};
  return { artifact_id, artifact_type, ...renamed, path, bytes: file.size, sha256: file.sha256, proof };
}
