import type { ExportOrder } from "@/core/bundle/export-order";
import type { JobError, JobProgress, JobResult } from "@/core/jobs/job";

/** What is ordered; the user's preferences and the key are read by the worker itself. */
export type WorkerOrder = Omit<ExportOrder, "words" | "nameTemplate">;

/** From the bundling host to its worker. Neither side names the key: the worker reads it where it is stored. */
export type ToWorker =
  | { type: "start"; jobId: string; order: WorkerOrder; origins: string[] }
  | { type: "cancel"; jobId: string }
  /** Slices of the pack anew, for another try to save. */
  | { type: "compose"; jobId: string }
  /** The export is saved, or given up: the pack goes. */
  | { type: "release"; jobId: string };

export type FromWorker =
  | { type: "listed"; jobId: string; title: string | null; runId: string }
  | { type: "progress"; jobId: string; progress: JobProgress; waiting: number }
  | {
      type: "packed";
      jobId: string;
      name: string;
      files: PackedBlob[];
      result: Omit<JobResult, "savedAs">;
      progress: JobProgress;
    }
  | { type: "failed"; jobId: string; error: JobError }
  | { type: "cancelled"; jobId: string };

/** A file to save: its path below the export's folder (empty for a bundle), and its bytes on disk. */
export interface PackedBlob {
  path: string;
  blob: Blob;
}
