import type { ExportedRun, GapGroup, JobResult } from "../jobs/job";
import { runsIndex } from "../report/runs-index";
import { RunpackError } from "../skyvern/errors";
import { catalogWords } from "../text/catalog";
import type { PackedExport } from "./assemble";
import type { CollectedRun } from "./collected-run";
import type { ExportOrder, ExportTools } from "./export-order";
import { collectFor, exportCollected } from "./export-run";
import { ExportWriter } from "./export-writer";
import type { Proof } from "./fetch-context";
import { exportName } from "./name-template";
import { safeName, slug } from "./names";
import { type RunRow, runsCsv } from "./runs-csv";
import { distinct } from "./warnings";

const MOST_EXAMPLES = 20;
/** Errors that are not one run's own: what follows would meet them too. */
const OF_ALL = new Set(["no-key", "key-refused", "unreachable", "no-space"]);

/** A run whose list is there, or why it is not. */
type Collected = { run: CollectedRun } | { error: unknown };

/**
 * Several runs in one ZIP: a folder for each, which is a whole bundle, and before them an index page and a table. A
 * run that can't be exported is named in both, and the others come all the same.
 * @throws RunpackError where it is not one run's own trouble, or no run can be exported; PackFull; the signal's reason
 */
export async function exportTogether(
  order: ExportOrder,
  runIds: readonly string[],
  tools: ExportTools,
): Promise<PackedExport> {
  const parts: PackedExport[] = [];
  const lost: { runId: string; error: RunpackError }[] = [];
  const began = tools.pack.size;
  tools.onListed(null, order.runId);
  const collect = (runId: string): Promise<Collected> =>
    collectFor({ ...order, runId }, tools).then(
      (run) => ({ run }),
      (error: unknown) => ({ error }),
    );
  // The next run is listed while this one is fetched.
  let next = collect(runIds[0] ?? order.runId);
  for (const [index, runId] of runIds.entries()) {
    const collected = await next;
    const following = runIds[index + 1];
    if (following !== undefined) next = collect(following);
    tools.meter.beginRun(index, runIds.length);
    const freeBytes = tools.freeBytes === null ? null : tools.freeBytes - (tools.pack.size - began);
    try {
      if ("error" in collected) throw collected.error;
      // Two IDs of one run are one folder.
      if (parts.some((part) => part.runId === collected.run.runId)) continue;
      const own = { ...tools, freeBytes, onListed: () => undefined };
      parts.push(await exportCollected(collected.run, { ...order, runId }, own));
    } catch (error) {
      if (!(error instanceof RunpackError) || OF_ALL.has(error.code)) throw error;
      lost.push({ runId, error });
    }
  }
  tools.meter.beginRun(runIds.length, runIds.length);
  const [none] = lost;
  if (parts.length === 0 && none) throw none.error;
  return joined(order, tools, parts, lost);
}

async function joined(
  order: ExportOrder,
  tools: ExportTools,
  parts: readonly PackedExport[],
  lost: readonly { runId: string; error: RunpackError }[],
): Promise<PackedExport> {
  const now = Date.now();
  const rows = [
    ...parts.flatMap((part) => part.rows),
    ...lost.map(({ runId, error }) => lostRow(runId, error)),
  ];
  const writer = new ExportWriter(tools.pack, tools.work, true, now);
  const folders = new Set(parts.map(({ runId }) => runId));
  const reportOf = ({ runId }: RunRow) => (folders.has(runId) ? `${runId}/index.html` : null);
  await writer.add("index.html", runsIndex(catalogWords(tools.texts), rows, reportOf, now, order.version));
  await writer.add("runs.csv", runsCsv(tools.english, rows));
  const result = sumOf(parts, lost);
  const name = nameOf(rows, now);
  return {
    name: result.missing > 0 ? `${name}_partial` : name,
    runId: order.runId,
    root: "",
    entries: [
      ...writer.entries,
      ...parts.flatMap(({ root, entries }) =>
        entries.map((entry) => ({ ...entry, path: root + entry.path })),
      ),
    ],
    rows,
    result,
  };
}

/** `7-runs_2026-11-25`; `invoices_7-runs_2026-11-25` where all have one title. */
function nameOf(rows: readonly RunRow[], now: number): string {
  const titles = new Set(rows.filter(({ error }) => error === null).map(({ title }) => slug(title ?? "")));
  const [title = ""] = titles.size === 1 ? titles : [];
  const runId = `${rows.length}-runs_${new Date(now).toISOString().slice(0, 10)}`;
  const none = { title: title || null, runId, status: null, workflowId: null, date: now };
  return title === "" ? safeName(runId, "runs") : exportName("{title}_{runId}", none);
}

function lostRow(runId: string, error: RunpackError): RunRow {
  const unknown = {
    title: null,
    status: null,
    createdAt: null,
    startedAt: null,
    finishedAt: null,
    failure: null,
  };
  return { runId, ...unknown, files: 0, bytes: 0, gaps: 0, error: error.view };
}

/** A run that is not there counts as one that is missing: how many files it has nobody knows. */
function sumOf(
  parts: readonly PackedExport[],
  lost: readonly { runId: string; error: RunpackError }[],
): Omit<JobResult, "savedAs"> {
  const sum = (of: (result: PackedExport["result"]) => number) =>
    parts.reduce((total, { result }) => total + of(result), 0);
  const proofs = (proof: Proof) => sum((result) => result.proofs[proof]);
  const wholeRuns: GapGroup = {
    reason: "whole-run",
    count: lost.length,
    examples: lost
      .slice(0, MOST_EXAMPLES)
      .map(({ runId, error }) => ({ type: "run", id: runId, error: error.view })),
  };
  return {
    runs: [...parts.flatMap(({ result }) => result.runs), ...lost.map(lostRun)],
    found: sum(({ found }) => found) + lost.length,
    written: sum(({ written }) => written),
    missing: sum(({ missing }) => missing) + lost.length,
    leftOut: sum(({ leftOut }) => leftOut),
    bytes: sum(({ bytes }) => bytes),
    proofs: {
      checksum: proofs("checksum"),
      crc32: proofs("crc32"),
      length: proofs("length"),
      none: proofs("none"),
    },
    gaps: [
      ...(lost.length > 0 ? [wholeRuns] : []),
      ...joinedGaps(parts.flatMap(({ result }) => result.gaps)),
    ],
    // Each run's report has its own; a list of hundreds helps nobody.
    warnings: distinct(parts.flatMap(({ result }) => result.warnings)).slice(0, MOST_EXAMPLES),
  };
}

function lostRun({ runId, error }: { runId: string; error: RunpackError }): ExportedRun {
  const unknown = { title: null, status: null, finishedAt: null, modifiedAt: null, settled: false };
  return { runId, ...unknown, written: 0, missing: 0, bytes: 0, failure: error.view };
}

function joinedGaps(gaps: readonly GapGroup[]): GapGroup[] {
  const byReason = new Map<GapGroup["reason"], GapGroup>();
  for (const { reason, count, examples } of gaps) {
    const group = byReason.get(reason) ?? { reason, count: 0, examples: [] };
    group.count += count;
    group.examples.push(...examples.slice(0, MOST_EXAMPLES - group.examples.length));
    byReason.set(reason, group);
  }
  return [...byReason.values()].sort((a, b) => b.count - a.count);
}
