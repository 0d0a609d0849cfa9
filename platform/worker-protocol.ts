import type { ExportOrder } from "@/core/bundle/export-order";
import type { ExportChoice } from "@/core/bundle/presets";
import type { JobError, JobProgress, JobResult } from "@/core/jobs/job";
import type { HostOrder } from "./messages";

/** What is ordered; the user's preferences and the key are read by the worker itself. */
export type WorkerOrder = Omit<ExportOrder, "words" | "nameTemplate"> &
  Omit<HostOrder, "atOnce"> & {
    /** API address of the server that has the run. */
    server: string;
    /** Several runs in one ZIP; null for the one run. */
    together: string[] | null;
  };

/** From the bundling host to its worker, which reads the key where it is stored, or asks where it is not. */
export type ToWorker =
  | { type: "start"; jobId: string; order: WorkerOrder }
  /** Stops, and lets the pack go. */
  | { type: "cancel"; jobId: string }
  /** The answer to `need-key`. */
  | { type: "key"; jobId: string; apiKey: string }
  /** The answer to `need-choice`. */
  | { type: "choice"; jobId: string; choice: ExportChoice }
  /** Stops, and keeps what there is: another start goes on from it. */
  | { type: "pause"; jobId: string }
  /** The export is saved, or given up: the pack goes. */
  | { type: "release"; jobId: string };

export type FromWorker =
  /** The key is kept in memory alone, where a worker can't read it. */
  | { type: "need-key"; jobId: string }
  /** What of the choice is allowed? Nothing is laid out to be saved before the answer. */
  | { type: "need-choice"; jobId: string }
  | { type: "listed"; jobId: string; title: string | null; runId: string; progress: JobProgress }
  | { type: "progress"; jobId: string; progress: JobProgress; waiting: Waiting }
  | {
      type: "packed";
      jobId: string;
      name: string;
      files: PackedBlob[];
      result: Omit<JobResult, "savedAs">;
      progress: JobProgress;
    }
  | { type: "failed"; jobId: string; error: JobError }
  /** Stopped by the user, or by what only the user can mend; what there is stays. */
  | { type: "paused"; jobId: string; error: JobError | null }
  | { type: "cancelled"; jobId: string }
  /** The pack is gone: after `cancel` and `release`, once nobody has it open. */
  | { type: "removed"; jobId: string };

/** What keeps a job from going on at once. */
export interface Waiting {
  /** Files that Skyvern has not stored yet. */
  files: number;
  /** Skyvern can't be reached. */
  offline: boolean;
}

/** A file to save: its path below the export's folder (empty for a bundle), and its bytes on disk. */
export interface PackedBlob {
  path: string;
  blob: Blob;
}
