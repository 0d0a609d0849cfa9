import { assemble, type PackedExport } from "./assemble";
import { collectRun, collectWithSeparate } from "./collect";
import type { CollectedRun } from "./collected-run";
import type { ExportOrder, ExportTools } from "./export-order";
import type { Fetched } from "./fetch-results";
import { fetchRun } from "./fetch-run";
import { WorkLost } from "./file-work";
import { sameChoice } from "./presets";
import { shareSafe } from "./share-safe";

/** A browser that takes the threads for the work away again and again has no memory for them. */
const TRIES = 3;

/** list → fetch → place → report: everything of one run, in the pack. @throws RunpackError; PackFull; the signal's reason */
export async function exportRun(order: ExportOrder, tools: ExportTools): Promise<PackedExport> {
  return exportCollected(await collectFor(order, tools), order, tools);
}

/** The list of what the run left, as the choice wants it. @throws as `collectRun` */
export function collectFor(order: ExportOrder, tools: ExportTools): Promise<CollectedRun> {
  const collect = order.choice.separateRuns ? collectWithSeparate : collectRun;
  return collect(tools.client, order.runId);
}

/** The rest of it. @throws RunpackError; PackFull; WorkLost; the signal's reason */
export async function exportCollected(
  run: CollectedRun,
  order: ExportOrder,
  tools: ExportTools,
): Promise<PackedExport> {
  tools.onListed(run.title, run.runId);
  for (let tries = 1; ; tries++) {
    try {
      return await fetchAndAssemble(run, order, tools);
    } catch (error) {
      // What was whole is in the journal.
      if (!(error instanceof WorkLost) || tries >= TRIES) throw error;
      tools.meter.beginAgain();
    }
  }
}

async function fetchAndAssemble(
  run: CollectedRun,
  asked: ExportOrder,
  tools: ExportTools,
): Promise<PackedExport> {
  const { order, fetched } = await fetchAllowed(run, asked, tools);
  if (!order.choice.shareSafe) return assemble(run, order, tools, fetched, null);
  const safe = await shareSafe(run, order, tools, fetched);
  return assemble(safe.run, order, tools, safe.fetched, safe);
}

/**
 * Fetching doesn't wait until it is known what is allowed, which takes seconds in a browser that has just started;
 * but it ends at once where that is something else. What came for nothing never leaves the pack.
 */
async function fetchAllowed(
  run: CollectedRun,
  asked: ExportOrder,
  tools: ExportTools,
): Promise<{ order: ExportOrder; fetched: Fetched }> {
  const other = new AbortController();
  const allowed = tools.allowed(asked.choice).then(
    (choice) => {
      if (!sameChoice(choice, asked.choice)) other.abort();
      return choice;
    },
    (error: unknown) => {
      other.abort();
      throw error;
    },
  );
  const signal = AbortSignal.any([tools.signal, other.signal]);
  // What is known already counts before the first request.
  await Promise.resolve();
  const early = other.signal.aborted
    ? null
    : fetchRun(run, asked, { ...tools, signal }).catch((error: unknown) => {
        if (!other.signal.aborted || tools.signal.aborted) throw error;
        return null;
      });
  // Both: the pack is closed after a failure, and nobody must write to it any more.
  const [ruled, fetched] = await Promise.allSettled([allowed, early]);
  if (ruled.status === "rejected") throw ruled.reason;
  if (fetched.status === "rejected") throw fetched.reason;
  const order = { ...asked, choice: ruled.value };
  if (fetched.value && !other.signal.aborted) return { order, fetched: fetched.value };
  tools.meter.beginAgain();
  return { order, fetched: await fetchRun(run, order, tools) };
}
