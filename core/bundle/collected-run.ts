import type { Document } from "../skyvern/client";
import type { Action, RunDocument, Step, TaskDocument, WorkflowRunDocument } from "../skyvern/schemas";
import type { UnreadSource } from "./api-documents";
import type { CollectedArtifact } from "./artifact-union";
import type { RunFacts } from "./run-facts";
import type { TimelineBlock, TimelineEntry } from "./timeline";
import type { ExportWarning } from "./warnings";

/** Everything the API told about a run. */
export interface CollectedRun {
  /** The ID for names and joining: `wr_Y` for a task v2 (skyvern-api.md §2). */
  runId: string;
  requestedId: string;
  /** All IDs of the run, nested runs included. */
  runIds: string[];
  /** Those of them that are runs inside the run; the rest are other names of it. */
  nestedRuns: string[];
  title: string | null;
  status: string | null;
  organization: string | null;
  /** True unless the run ended more than 5 minutes ago: files may still be uploading. */
  settling: boolean;
  running: boolean;
  artifacts: CollectedArtifact[];
  /** Where something stood that could not be read at all, once each. */
  unreadable: string[];
  /** Runs whose list the server would not give: their artifacts are missing. */
  unlistedRuns: string[];
  unreadSources: UnreadSource[];
  facts: RunFacts;
  /** In the order of the run, those of nested runs in their place. */
  timeline: TimelineEntry[];
  /** The blocks of the timeline, laid flat. */
  blocks: TimelineBlock[];
  steps: Step[];
  /** Actions of a plain task, which has no timeline. */
  taskActions: Action[];
  /** Runs that a trigger block started: runs of their own. */
  separateRuns: string[];
  /** Those of them that come along. */
  children: CollectedRun[];
  /** Served documents by the file name that they get below `data/`. */
  documents: Map<string, string>;
  warnings: ExportWarning[];
}

/** A run and all that come along with it. */
export function withChildren(run: CollectedRun): CollectedRun[] {
  return [run, ...run.children.flatMap(withChildren)];
}

/** What the API serves of one run. */
export interface OneRun {
  run: Document<RunDocument> | null;
  workflowRun: Document<WorkflowRunDocument> | null;
  task: Document<TaskDocument> | null;
  list: Document<unknown[]> | null;
}
