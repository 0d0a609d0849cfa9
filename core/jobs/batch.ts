import { type ExportChoice, isExportChoice } from "../bundle/presets";
import { isRunId } from "../skyvern/ids";
import { isActive, isOpen, type JobError, type JobState, type JobView } from "./job";

/** How several runs are saved: a ZIP for each, or all in one. */
export type BatchForm = "each" | "one";

/** What the user wants of several runs. */
export interface BatchChoice {
  choice: ExportChoice;
  form: BatchForm;
}

/** What to export of which runs. */
export interface BatchRuns extends BatchChoice {
  /** As the user asked for them. */
  runIds: string[];
}

/** What makes a batch. */
export interface BatchWish extends BatchRuns {
  /** API address of the server that has the runs. */
  server: string;
}

/** `working` while a job works or waits for its turn, `paused` while jobs wait for the user; the others are ends. */
export type BatchState = "working" | "paused" | "done" | "partial" | "failed" | "cancelled";

export interface BatchCounts {
  /** Jobs that wait for their turn. */
  queued: number;
  working: number;
  paused: number;
  done: number;
  /** Saved with gaps. */
  partial: number;
  failed: number;
  cancelled: number;
}

/** What a surface needs to show a batch; made from its jobs alone. */
export interface BatchView {
  id: string;
  state: BatchState;
  /** Jobs. */
  total: number;
  counts: BatchCounts;
  /** 0..1 */
  fraction: number;
  /** Artifacts and bytes of what is saved. */
  written: number;
  bytes: number;
  /** The first of those that failed, with the reason. */
  failures: { runId: string; title: string | null; error: JobError | null }[];
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt: number | null;
}

/** A batch of more runs is asked about first. */
export const MANY_RUNS = 50;
const MANY_BYTES = 5_000_000_000;
/** More at once would be no batch any more. */
const MOST_RUNS = 2000;
const MOST_FAILURES = 20;

const COUNTED_AS: Record<JobState, keyof BatchCounts> = {
  queued: "queued",
  listing: "working",
  fetching: "working",
  saving: "working",
  paused: "paused",
  done: "done",
  partial: "partial",
  failed: "failed",
  cancelled: "cancelled",
};

/** True where the user is asked before so much is exported. @param bytes as far as they are known */
export function asksFirst(runs: number, bytes: number): boolean {
  return runs > MANY_RUNS || bytes > MANY_BYTES;
}

/** How a batch stands. @param jobs all of it, at least one */
export function batchView(id: string, jobs: readonly JobView[]): BatchView {
  const counts: BatchCounts = {
    queued: 0,
    working: 0,
    paused: 0,
    done: 0,
    partial: 0,
    failed: 0,
    cancelled: 0,
  };
  for (const { state } of jobs) counts[COUNTED_AS[state]]++;
  const state = stateOf(counts);
  const sum = (of: (job: JobView) => number) => jobs.reduce((total, job) => total + of(job), 0);
  const ends = jobs.map(({ endedAt, startedAt }) => endedAt ?? startedAt);
  const failed = jobs.filter((job) => job.state === "failed");
  return {
    id,
    state,
    total: jobs.length,
    counts,
    fraction:
      jobs.length > 0 ? sum((job) => (isOpen(job.state) ? job.progress.fraction : 1)) / jobs.length : 1,
    written: sum(({ result }) => result?.written ?? 0),
    bytes: sum(({ result }) => result?.bytes ?? 0),
    failures: failed.slice(0, MOST_FAILURES).map(({ runId, title, error }) => ({
      runId,
      title,
      error,
    })),
    startedAt: Math.min(...jobs.map(({ startedAt }) => startedAt)),
    endedAt: state === "working" || state === "paused" ? null : Math.max(...ends),
  };
}

/** Works on it, or is going to. */
export function isBatchOpen({ state }: Pick<BatchView, "state">): boolean {
  return state === "working" || state === "paused";
}

function stateOf({ queued, working, paused, done, partial, failed, cancelled }: BatchCounts): BatchState {
  if (queued + working > 0) return "working";
  if (paused > 0) return "paused";
  if (partial > 0 || (done > 0 && failed + cancelled > 0)) return "partial";
  if (failed > 0) return "failed";
  return cancelled > 0 ? "cancelled" : "done";
}

/** What may be asked of a batch as a whole. */
export const BATCH_ACTS = ["cancel", "pause", "resume", "retry"] as const;
export type BatchAct = (typeof BATCH_ACTS)[number];

/** True where the act changes a job in that state; `retry` is for what failed. */
export function actsOn(act: BatchAct, state: JobState): boolean {
  switch (act) {
    case "cancel":
      return isOpen(state);
    case "pause":
      return isActive(state);
    case "resume":
      return state === "paused";
    case "retry":
      return state === "failed";
  }
}

/** True for a choice as it may come from storage or a message. */
export function isBatchChoice(value: unknown): value is BatchChoice {
  if (typeof value !== "object" || value === null || !("choice" in value) || !("form" in value)) return false;
  return isExportChoice(value.choice) && (value.form === "each" || value.form === "one");
}

/** True for an order as it may come from beside a page. */
export function isBatchRuns(value: unknown): value is BatchRuns {
  if (!isBatchChoice(value) || !("runIds" in value) || !Array.isArray(value.runIds)) return false;
  const ids: unknown[] = value.runIds;
  const sound = ids.every((id) => typeof id === "string" && isRunId(id));
  return sound && ids.length > 0 && ids.length <= MOST_RUNS;
}
