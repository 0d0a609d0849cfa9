import { assemble, type PackedExport } from "./assemble";
import { collectRun, collectWithSeparate } from "./collect";
import { HashPool } from "./content-hash";
import type { ExportOrder, ExportTools } from "./export-order";
import { fetchRun } from "./fetch-run";
import { shareSafe } from "./share-safe";

/** list → fetch → place → report: everything of one run, in the pack. @throws RunpackError; PackFull; the signal's reason */
export async function exportRun(order: ExportOrder, tools: ExportTools): Promise<PackedExport> {
  const collect = order.choice.separateRuns ? collectWithSeparate : collectRun;
  const run = await collect(tools.client, order.runId);
  tools.onListed(run.title, run.runId);
  const hashes = new HashPool();
  const fetched = await fetchRun(run, order, tools, hashes);
  if (!order.choice.shareSafe) return assemble(run, order, tools, hashes, fetched, null);
  const safe = await shareSafe(run, order, tools, hashes, fetched);
  return assemble(safe.run, order, tools, hashes, safe.fetched, safe);
}
