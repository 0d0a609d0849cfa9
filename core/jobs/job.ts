import type { MissingReason, Proof } from "../bundle/fetch-context";
import { hex } from "../bundle/hex";
import { type ExportChoice, sameChoice } from "../bundle/presets";
import type { ExportWarning } from "../bundle/warnings";

/** What the user ordered: one ZIP, or every file in a folder. */
export type ExportMode = "bundle" | "folder";

/** `queued` waits for a place, the next three work, `paused` waits for the user, the last four are ends. */
export type JobState =
  | "queued"
  | "listing"
  | "fetching"
  | "saving"
  | "paused"
  | "done"
  | "partial"
  | "failed"
  | "cancelled";

/** Files are artifacts of the run, our own documents not counted; `bytes` are bytes received so far. */
export interface JobProgress {
  /** Where several runs go into one ZIP: how many are behind; null for one run. */
  runs: { done: number; total: number } | null;
  filesDone: number;
  filesTotal: number;
  /** Files that came before the job was interrupted last, and were not fetched again. */
  filesKept: number;
  bytes: number;
  /** A hint from the listed sizes, which go stale; null where none is known. */
  bytesTotal: number | null;
  /** 0..1, never goes back. */
  fraction: number;
  /** Bytes per second over the last seconds; null until there is a measure. */
  speed: number | null;
  /** Seconds; null until there is a measure. */
  timeLeft: number | null;
}

/** Artifacts that are not in the export, by reason. */
export interface GapGroup {
  reason: MissingReason | "whole-run";
  count: number;
  /** What is missing: artifact types and IDs, at most 20. */
  examples: { type: string; id: string; error?: JobError }[];
}

/** What an export has of one run, to know later whether it has changed since. Times as the API told them, parsed. */
export interface ExportedRun {
  runId: string;
  title: string | null;
  status: string | null;
  /** Milliseconds since the epoch. */
  finishedAt: number | null;
  modifiedAt: number | null;
  /** No file of it may have come later. */
  settled: boolean;
  written: number;
  missing: number;
  /** Bytes of the written artifacts. */
  bytes: number;
  /** Why nothing of the run is there; null where something is. */
  failure: JobError | null;
}

export interface JobResult {
  /** The run, or the runs of a bundle of several. */
  runs: ExportedRun[];
  found: number;
  written: number;
  missing: number;
  leftOut: number;
  /** Bytes of the written artifacts, uncompressed. */
  bytes: number;
  /** How the written files are proven whole. */
  proofs: Record<Proof, number>;
  gaps: GapGroup[];
  warnings: ExportWarning[];
  /** Path below the downloads folder, as ordered. */
  savedAs: string;
}

/** What went wrong; `core/text/error-text.ts` has the words. */
export interface JobError {
  code: ErrorCode;
  /** The run or address that it is about. */
  about?: string;
  /** Technical, in English. */
  detail?: string;
}

/** What explains a state, besides errors. */
export type JobNote =
  | { code: "offline" }
  /** Files that Skyvern has not stored yet. */
  | { code: "late"; files: number }
  /** The browser asks the user whether to keep the file. */
  | { code: "held" };

export type ErrorCode =
  | "no-key"
  | "key-refused"
  /** The browser keeps the extension from the server: a host permission was never given, or taken back. */
  | "no-permission"
  | "no-such-run"
  | "no-such-session"
  | "unreachable"
  | "server"
  | "bad-answer"
  | "no-space"
  | "save-failed"
  | "save-cancelled"
  /** The browser's policy, or what checks downloads for it. */
  | "save-forbidden"
  | "names-lost"
  | "interrupted"
  | "unknown";

/** What a surface needs to show a job. Holds no key and no URL. */
export interface JobView {
  id: string;
  /** API address of the server that has the run. */
  server: string;
  /** The canonical ID, once the run is listed (skyvern-api.md §2). */
  runId: string;
  /** As the user asked for it. */
  requestedId: string;
  /** Several runs in one ZIP, as the user asked for them; null for an export of one run. */
  together: string[] | null;
  /** What it was ordered with; null for an export of its own. */
  batchId: string | null;
  mode: ExportMode;
  choice: ExportChoice;
  /** Of its own, below that of all exports. */
  folder?: string;
  title: string | null;
  state: JobState;
  progress: JobProgress;
  result: JobResult | null;
  error: JobError | null;
  /** What explains the state where it needs that; else null. */
  note: JobNote | JobError | null;
  /** Milliseconds since the epoch; no two jobs have the same, so that it tells their order. */
  startedAt: number;
  endedAt: number | null;
  /** The user has seen how it ended, and wants to be told no more. */
  dismissed?: boolean;
}

const NEXT: Record<JobState, readonly JobState[]> = {
  queued: ["listing", "paused", "failed", "cancelled"],
  listing: ["fetching", "paused", "failed", "cancelled", "queued"],
  fetching: ["saving", "paused", "failed", "cancelled", "queued"],
  saving: ["done", "partial", "paused", "failed", "cancelled", "queued"],
  paused: ["queued", "cancelled"],
  done: [],
  partial: [],
  failed: ["queued"],
  cancelled: [],
};

/** True where a job in state `from` may go to `to`; going back to `queued` is a restart. */
export function canMove(from: JobState, to: JobState): boolean {
  return NEXT[from].includes(to);
}

/** What makes an export: two of the same are one job. */
export type ExportWish = Pick<JobView, "server" | "requestedId" | "together" | "mode" | "choice" | "folder">;

/** What to export of one run. @param server its API address */
export function wishFor(
  server: string,
  requestedId: string,
  mode: ExportMode,
  choice: ExportChoice,
): ExportWish {
  return { server, requestedId, together: null, mode, choice };
}

/** An ID for a job or batch to be, by whoever orders it: an order that is sent twice is one. Pages without TLS have no `randomUUID`. */
export function newOrderId(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

/** Files are named by it, so it is nothing but digits. */
export function isOrderId(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
}

/** True for a job of the run that goes by this ID; a task v2 has two. A bundle of several runs is of none. */
export function isOfRun(
  { runId, requestedId, together }: Pick<JobView, "runId" | "requestedId" | "together">,
  id: string,
): boolean {
  return together === null && (runId === id || requestedId === id);
}

/** True where the job is what the wish asks for. */
export function fulfils(job: JobView, { server, requestedId, together, mode, choice }: ExportWish): boolean {
  if (job.server !== server || job.mode !== mode || !sameChoice(job.choice, choice)) return false;
  if (together === null || job.together === null)
    return together === job.together && isOfRun(job, requestedId);
  return together.toSorted().join() === job.together.toSorted().join();
}

/** True while somebody works on a job, or is going to. */
export function isActive(state: JobState): boolean {
  return state === "queued" || state === "listing" || state === "fetching" || state === "saving";
}

/** True for a job that has not ended: it runs, or waits for the user. */
export function isOpen(state: JobState): boolean {
  return isActive(state) || state === "paused";
}

export const NO_PROGRESS: JobProgress = {
  runs: null,
  filesDone: 0,
  filesTotal: 0,
  filesKept: 0,
  bytes: 0,
  bytesTotal: null,
  fraction: 0,
  speed: null,
  timeLeft: null,
};

/** Of a job that has done nothing yet. */
export const JUST_QUEUED = {
  state: "queued",
  progress: NO_PROGRESS,
  result: null,
  error: null,
  note: null,
  endedAt: null,
} as const satisfies Partial<JobView>;

/** A job that has just been ordered, and waits for its place. */
export function queuedJob(wish: ExportWish, own: Pick<JobView, "id" | "batchId" | "startedAt">): JobView {
  return { ...wish, ...own, ...JUST_QUEUED, runId: wish.requestedId, title: null };
}

/** What a save changes of a job. */
export function endOfSave({ progress }: JobView, result: JobResult) {
  const state = result.missing > 0 ? ("partial" as const) : ("done" as const);
  return { state, result, progress: { ...progress, fraction: 1, speed: null, timeLeft: null } };
}

/** What the options page mends: a key that is missing or refused, a permission that was taken back. */
export function isAboutAccess({ code }: Pick<JobError, "code">): boolean {
  return code === "key-refused" || code === "no-key" || code === "no-permission";
}
