import * as z from "zod/mini";
import { Action, apiTime, type Block, type Thought, TimelineNode } from "../skyvern/schemas";

/** A node of the timeline: a block with its actions, or a thought; all in the order of the run. */
export interface TimelineEntry {
  block: Block | null;
  thought: Thought | null;
  actions: Action[];
  /** Milliseconds since the epoch; null where it is not told. */
  at: number | null;
  children: TimelineEntry[];
}

/** A block of the timeline, in the order of the run. */
export interface TimelineBlock {
  block: Block;
  actions: Action[];
  /** Runs that the block ran as, the run that holds it included. */
  runIds: string[];
  /** The run that a trigger block started; it is a run of its own. */
  separateRunId: string | null;
  /** True for a loop and the like: its blocks count for themselves. */
  hasBlocks: boolean;
}

const DEEPEST = 100;
const TriggerOutput = z.looseObject({ workflow_run_id: z.string() });

/**
 * Puts a timeline, served newest first at every level, into the order of the run (skyvern-api.md §7).
 * @returns with it, how many of its nodes could not be read
 */
export function readTimeline(
  nodes: readonly unknown[],
  depth = 0,
): { entries: TimelineEntry[]; unreadable: number } {
  if (depth > DEEPEST) return { entries: [], unreadable: nodes.length };
  let unreadable = 0;
  const entries: TimelineEntry[] = [];
  for (const node of nodes) {
    const parsed = TimelineNode.safeParse(node);
    if (!parsed.success) {
      unreadable++;
      continue;
    }
    const { block, thought, created_at, children } = parsed.data;
    const inner = readTimeline(children ?? [], depth + 1);
    unreadable += inner.unreadable;
    entries.push({
      block: block ?? null,
      thought: thought ?? null,
      actions: readActions(block?.actions ?? []),
      at: apiTime(created_at) ?? apiTime(block?.created_at) ?? apiTime(thought?.created_at),
      children: inner.entries,
    });
  }
  return { entries: entries.sort(byTime), unreadable };
}

/** All blocks, each before those inside it. */
export function blocksOf(entries: readonly TimelineEntry[]): TimelineBlock[] {
  return entries.flatMap(({ block, actions, children }) => {
    const inner = blocksOf(children);
    return block ? [describeBlock(block, actions, inner.length > 0), ...inner] : inner;
  });
}

/**
 * Puts the timeline of a run inside the run where that run is: below the block that it ran as. Blocks that the
 * parent's timeline shows already stay where they are.
 * @returns false where no block is known to be that run
 */
export function insertNested(
  entries: TimelineEntry[],
  runId: string,
  nested: readonly TimelineEntry[],
): boolean {
  const known = new Set(blocksOf(entries).map(({ block }) => block.workflow_run_block_id));
  const isNew = ({ block }: TimelineEntry) =>
    !block?.workflow_run_block_id || !known.has(block.workflow_run_block_id);
  const parent = findEntry(entries, ({ block }) => block?.block_workflow_run_id === runId);
  if (!parent) return false;
  parent.children.push(...nested.filter(isNew));
  parent.children.sort(byTime);
  return true;
}

function findEntry(
  entries: readonly TimelineEntry[],
  matches: (entry: TimelineEntry) => boolean,
): TimelineEntry | null {
  for (const entry of entries) {
    const found = matches(entry) ? entry : findEntry(entry.children, matches);
    if (found) return found;
  }
  return null;
}

/** Actions in the order of the run; what can't be read as one is none. */
export function readActions(list: readonly unknown[]): Action[] {
  const actions = list.flatMap((each) => {
    const parsed = Action.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
  return actions.sort(
    (a, b) =>
      (apiTime(a.created_at) ?? 0) - (apiTime(b.created_at) ?? 0) ||
      (a.step_order ?? 0) - (b.step_order ?? 0) ||
      (a.action_order ?? 0) - (b.action_order ?? 0) ||
      compareText(a.action_id ?? "", b.action_id ?? ""),
  );
}

function byTime(a: TimelineEntry, b: TimelineEntry): number {
  return (a.at ?? 0) - (b.at ?? 0) || compareText(idOf(a), idOf(b));
}

function idOf({ block, thought }: TimelineEntry): string {
  return block?.workflow_run_block_id ?? thought?.thought_id ?? "";
}

function describeBlock(block: Block, actions: Action[], hasBlocks: boolean): TimelineBlock {
  const output = block.block_type === "workflow_trigger" ? TriggerOutput.safeParse(block.output) : null;
  const separateRunId = output?.success ? output.data.workflow_run_id : null;
  const ids = [block.workflow_run_id, block.block_workflow_run_id].filter((id) => typeof id === "string");
  const runIds = ids.filter((id) => id !== separateRunId);
  return { block, actions, runIds, separateRunId, hasBlocks };
}

/** Order by code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
