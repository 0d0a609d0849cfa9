import * as z from "zod/mini";
import { apiTime, type Block, TimelineNode } from "../skyvern/schemas";

/** A block of the timeline, in the order of the run. */
export interface TimelineBlock {
  block: Block;
  /** Runs that the block ran as, the run that holds it included. */
  runIds: string[];
  /** The run that a trigger block started; it is a run of its own. */
  separateRunId: string | null;
}

const DEEPEST = 100;
const TriggerOutput = z.looseObject({ workflow_run_id: z.string() });

/**
 * Flattens a timeline, served newest first at every level, to its blocks in the order of the run (skyvern-api.md §7).
 * @returns with them, how many of its nodes could not be read
 */
export function timelineBlocks(
  nodes: readonly unknown[],
  depth = 0,
): { blocks: TimelineBlock[]; unreadable: number } {
  if (depth > DEEPEST) return { blocks: [], unreadable: nodes.length };
  const known = nodes.flatMap((node) => {
    const parsed = TimelineNode.safeParse(node);
    return parsed.success ? [parsed.data] : [];
  });
  const blocks: TimelineBlock[] = [];
  let unreadable = nodes.length - known.length;
  for (const { block, children } of known.sort(byTime)) {
    const inner = timelineBlocks(children ?? [], depth + 1);
    if (block) blocks.push(describeBlock(block));
    blocks.push(...inner.blocks);
    unreadable += inner.unreadable;
  }
  return { blocks, unreadable };
}

function byTime(a: TimelineNode, b: TimelineNode): number {
  const earlier = (apiTime(a.created_at) ?? 0) - (apiTime(b.created_at) ?? 0);
  return earlier || compareText(a.block?.workflow_run_block_id ?? "", b.block?.workflow_run_block_id ?? "");
}

function describeBlock(block: Block): TimelineBlock {
  const output = block.block_type === "workflow_trigger" ? TriggerOutput.safeParse(block.output) : null;
  const separateRunId = output?.success ? output.data.workflow_run_id : null;
  const runIds = [block.workflow_run_id, block.block_workflow_run_id].filter((id) => typeof id === "string");
  return { block, runIds: runIds.filter((id) => id !== separateRunId), separateRunId };
}

/** Order by code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
