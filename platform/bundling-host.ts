import { canMove, isActive, type JobError, type JobState, type JobView, NO_PROGRESS } from "@/core/jobs/job";
import { runpackError } from "@/core/skyvern/errors";
import type { DownloadState, HostOrder } from "./messages";
import { SaveFailed, Saving } from "./saving";
import type { FromWorker, ToWorker } from "./worker-protocol";

/** What the host needs of the context that has the downloads API. */
export interface BrowserSide {
  download(url: string, path: string): Promise<{ downloadId: number } | { error: string }>;
  downloadState(downloadId: number): Promise<DownloadState | null>;
  cancelDownload(downloadId: number): Promise<void>;
  removeDownload(downloadId: number): Promise<void>;
  news(job: JobView, downloadId: number | null): void;
}

const MOST_RUNNING = 2;
/** How long a pack that could not be saved waits for another try. */
const KEEP_PACK_MS = 30 * 60_000;

interface HostJob {
  view: JobView;
  order: HostOrder;
  saving: Saving | null;
  /** The pack is still there: the save can be tried again. */
  packed: boolean;
  downloadId: number | null;
}

/** Owns the running jobs: orders the worker, then saves what it packed. Lives in Chrome's offscreen document, or Firefox's event page. */
export class BundlingHost {
  readonly #jobs = new Map<string, HostJob>();

  constructor(
    private readonly side: BrowserSide,
    private readonly toWorker: (message: ToWorker) => void,
  ) {}

  /** IDs of the jobs that are under way, or whose pack waits for another try to save. */
  running(): string[] {
    return [...this.#jobs.keys()];
  }

  start(view: JobView, order: HostOrder): void {
    if (this.#jobs.has(view.id)) return;
    this.#jobs.set(view.id, {
      view: {
        ...view,
        state: "queued",
        progress: NO_PROGRESS,
        result: null,
        error: null,
        note: null,
        endedAt: null,
      },
      order,
      saving: null,
      packed: false,
      downloadId: null,
    });
    this.#startNext();
  }

  cancel(jobId: string): void {
    const job = this.#jobs.get(jobId);
    if (!job) return;
    this.toWorker({ type: "cancel", jobId });
    job.saving?.cancel();
    this.#end(job, "cancelled", {});
  }

  /** @returns false where nothing is left to save from, and the job must run anew */
  saveAgain(jobId: string): boolean {
    const job = this.#jobs.get(jobId);
    if (!job?.packed || isActive(job.view.state)) return false;
    job.view = { ...job.view, state: "saving", error: null, endedAt: null };
    this.#tell(job);
    this.toWorker({ type: "compose", jobId });
    return true;
  }

  downloadChanged(downloadId: number): void {
    for (const { saving } of this.#jobs.values()) saving?.changed(downloadId);
  }

  /** The worker died, with everything that it knew. */
  workerFailed(): void {
    for (const job of [...this.#jobs.values()]) {
      job.packed = false;
      const { code, message } = runpackError("interrupted");
      this.#fail(job, { code, message });
    }
  }

  fromWorker(message: FromWorker): void {
    const { jobId } = message;
    const job = this.#jobs.get(jobId);
    if (!job) {
      // Cancelled while its ZIP was laid out: nobody will save it.
      if (message.type === "packed") this.toWorker({ type: "release", jobId });
      return;
    }
    switch (message.type) {
      case "listed":
        job.view = { ...job.view, title: message.title, runId: message.runId };
        this.#move(job, "fetching", {});
        return;
      case "progress":
        job.view = { ...job.view, progress: message.progress, note: waitingNote(message.waiting) };
        this.#tell(job);
        return;
      case "packed":
        job.packed = true;
        this.#move(job, "saving", { progress: message.progress, note: null });
        void this.#save(job, message);
        return;
      case "failed":
        job.packed = false;
        this.#fail(job, message.error);
        return;
      case "cancelled":
        this.#end(job, "cancelled", {});
    }
  }

  async #save(job: HostJob, message: FromWorker & { type: "packed" }): Promise<void> {
    const { name, files, result } = message;
    const progress = (fraction: number, note: string | null) => {
      const { fraction: before } = job.view.progress;
      job.view = {
        ...job.view,
        note,
        progress: { ...job.view.progress, fraction: Math.max(before, fraction), speed: null, timeLeft: null },
      };
      this.#tell(job);
    };
    job.saving = new Saving(this.side, progress);
    try {
      const saved = await job.saving.save(job.view.mode, name, files);
      job.downloadId = saved.downloadId;
      job.packed = false;
      const state = result.missing > 0 ? "partial" : "done";
      const full = { ...job.view.progress, fraction: 1 };
      this.#end(job, state, { result: { ...result, savedAs: saved.path }, progress: full });
    } catch (error) {
      if (!this.#jobs.has(job.view.id)) return; // cancelled meanwhile
      const failure = error instanceof SaveFailed ? error.failure : runpackError("save-failed", {}, error);
      this.#fail(job, { code: failure.code, message: failure.message });
    } finally {
      job.saving = null;
    }
  }

  #fail(job: HostJob, error: JobError): void {
    if (job.packed) {
      this.#move(job, "failed", { error, note: null, endedAt: Date.now() });
      setTimeout(() => this.#giveUp(job), KEEP_PACK_MS);
      this.#startNext();
      return;
    }
    this.#end(job, "failed", { error });
  }

  /** Nobody asked for another try to save: the pack goes, and with it the last reason to keep this document open. */
  #giveUp(job: HostJob): void {
    if (job.view.state === "failed" && this.#jobs.get(job.view.id) === job) this.#end(job, "failed", {});
  }

  #end(job: HostJob, state: JobState, change: Partial<JobView>): void {
    this.#jobs.delete(job.view.id);
    if (state !== "cancelled") this.toWorker({ type: "release", jobId: job.view.id });
    if (state === "cancelled" && job.packed) this.toWorker({ type: "release", jobId: job.view.id });
    this.#move(job, state, { ...change, note: null, endedAt: Date.now() });
    this.#startNext();
  }

  #move(job: HostJob, state: JobState, change: Partial<JobView>): void {
    if (job.view.state !== state && !canMove(job.view.state, state)) return;
    job.view = { ...job.view, ...change, state };
    this.#tell(job);
  }

  #tell({ view, downloadId }: HostJob): void {
    this.side.news(view, downloadId);
  }

  #startNext(): void {
    const jobs = [...this.#jobs.values()];
    const running = jobs.filter(({ view }) => isActive(view.state) && view.state !== "queued").length;
    const next = jobs.find(({ view }) => view.state === "queued");
    if (!next || running >= MOST_RUNNING) return;
    const { id: jobId, requestedId: runId, mode, choice } = next.view;
    const { version, origins } = next.order;
    this.#move(next, "listing", {});
    this.toWorker({ type: "start", jobId, order: { runId, mode, choice, version }, origins });
    this.#startNext();
  }
}

function waitingNote(files: number): string | null {
  if (files === 0) return null;
  return `Waiting for ${files} ${files === 1 ? "file" : "files"} that Skyvern has not stored yet.`;
}
