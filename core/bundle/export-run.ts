import { assemble, type PackedExport } from "./assemble";
import { collectRun, collectWithSeparate } from "./collect";
import type { CollectedRun } from "./collected-run";
import type { ExportOrder, ExportTools } from "./export-order";
import { fetchRun } from "./fetch-run";
import { shareSafe } from "./share-safe";

/** list → fetch → place → report: everything of one run, in the pack. @throws RunpackError; PackFull; the signal's reason */
export async function exportRun(order: ExportOrder, tools: ExportTools): Promise<PackedExport> {
  return exportCollected(await collectFor(order, tools), order, tools);
}

/** The list of what the run left, as the choice wants it. @throws as `collectRun` */
export function collectFor(order: ExportOrder, tools: ExportTools): Promise<CollectedRun> {
  const collect = order.choice.separateRuns ? collectWithSeparate : collectRun;
  return collect(tools.client, order.runId);
}

/** The rest of it. @throws RunpackError; PackFull; the signal's reason */
export async function exportCollected(
  run: CollectedRun,
  order: ExportOrder,
  tools: ExportTools,
): Promise<PackedExport> {
  tools.onListed(run.title, run.runId);
  const { hashes } = tools;
  const fetched = await fetchRun(run, order, tools, hashes);
  if (!order.choice.shareSafe) return assemble(run, order, tools, hashes, fetched, null);
  const safe = await shareSafe(run, order, tools, hashes, fetched);
  return assemble(safe.run, order, tools, hashes, safe.fetched, safe);
}
