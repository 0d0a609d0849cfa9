import type { ExportChoice } from "@/core/bundle/presets";
import { warning } from "@/core/bundle/warnings";
import {
  canMove,
  endOfSave,
  isActive,
  type JobError,
  type JobNote,
  type JobState,
  type JobView,
  JUST_QUEUED,
} from "@/core/jobs/job";
import { runpackError } from "@/core/skyvern/errors";
import type { DownloadState, HostOrder, OrderedBundle } from "./messages";
import { SaveFailed, Saving } from "./saving";
import type { FromWorker, ToWorker, Waiting } from "./worker-protocol";

/** The downloads API, from wherever it is. */
export interface DownloadsSide {
  /** @param insist another extension took the name away the first time */
  download(url: string, path: string, insist: boolean): Promise<{ downloadId: number } | { error: string }>;
  downloadState(downloadId: number): Promise<DownloadState | null>;
  cancelDownload(downloadId: number): Promise<void>;
  removeDownload(downloadId: number): Promise<void>;
  /** The download of that address that was ordered last; null where the order never arrived. */
  findDownload(url: string): Promise<number | null>;
}

/** What the host needs of the background. */
export interface BrowserSide extends DownloadsSide {
  /** The API key of a server where it is kept in memory alone; empty where there is none. */
  sessionKey(server: string): Promise<string>;
  /** What of the job's choice is allowed; takes seconds right after the browser's start. */
  allowedChoice(jobId: string): Promise<ExportChoice>;
  news(job: JobView, downloadId: number | null): void;
  /** Comes before the order to save a bundle: whether that was done can be found out without this host then. */
  willSave(jobId: string, bundle: OrderedBundle): Promise<void>;
}

/** The background may be starting anew while it is asked, and that again and again. */
const TRIES = 30;
const TRY_AGAIN_MS = 300;
/** A worker that is stuck must not keep the host open. */
const LONGEST_REMOVAL_MS = 5000;

interface HostJob {
  view: JobView;
  order: HostOrder;
  saving: Saving | null;
  /** The worker has done its part. */
  packed: boolean;
  pausing: boolean;
  downloadId: number | null;
}

/** Owns the running jobs: orders the worker, then saves what it packed. Lives in Chrome's offscreen document, or Firefox's event page. */
export class BundlingHost {
  readonly #jobs = new Map<string, HostJob>();
  /** How many may work at once, by the last order. */
  #atOnce = 1;
  /** Servers that some job has reached: the others wait for a lost connection too. */
  readonly #reached = new Set<string>();
  /** Jobs that have ended, whose packs the worker still has to remove. */
  readonly #removing = new Set<string>();
  #whenRemoved: (() => void)[] = [];

  constructor(
    private readonly side: BrowserSide,
    private readonly toWorker: (message: ToWorker) => void,
  ) {}

  /** IDs of the jobs that are under way. */
  running(): string[] {
    return [...this.#jobs.keys()];
  }

  /** Resolves when the packs of all jobs that have ended are gone, or should be: then the host may be closed. */
  async settled(): Promise<void> {
    if (this.#removing.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenRemoved.push(resolve);
      setTimeout(resolve, LONGEST_REMOVAL_MS);
    });
  }

  start(view: JobView, order: HostOrder): void {
    this.#atOnce = order.atOnce;
    if (this.#jobs.has(view.id)) return;
    this.#jobs.set(view.id, {
      view: { ...view, ...JUST_QUEUED },
      order,
      saving: null,
      packed: false,
      pausing: false,
      downloadId: null,
    });
    this.#startNext();
    const job = this.#jobs.get(view.id);
    // It worked before its host was gone, and waits for its turn now.
    if (job?.view.state === "queued" && view.state !== "queued") this.#tell(job);
  }

  cancel(jobId: string): void {
    const job = this.#jobs.get(jobId);
    if (!job) return;
    this.#letGo("cancel", jobId);
    job.saving?.cancel();
    this.#end(job, "cancelled", {});
  }

  /** Stops a job; what it has so far stays, and another start goes on from it. */
  pause(jobId: string): void {
    const job = this.#jobs.get(jobId);
    if (!job) return;
    const waits = job.view.state === "queued";
    if (!waits) this.toWorker({ type: "pause", jobId });
    job.saving?.cancel();
    // What the worker still writes must be closed before another start: it says when it is.
    if (waits || job.packed) this.#leave(job, "paused", { note: null });
    else job.pausing = true;
  }

  downloadChanged(downloadId: number): void {
    for (const { saving } of this.#jobs.values()) saving?.changed(downloadId);
  }

  /** The worker died, with everything that it knew. */
  workerFailed(): void {
    for (const job of [...this.#jobs.values()])
      this.#leave(job, "failed", { error: { code: "interrupted" }, note: null, endedAt: Date.now() });
    for (const jobId of this.#removing) this.#removed(jobId);
  }

  fromWorker(message: FromWorker): void {
    const { jobId } = message;
    if (message.type === "removed") {
      this.#removed(jobId);
      return;
    }
    const job = this.#jobs.get(jobId);
    // One that was cancelled has nothing more to tell.
    if (!job) return;
    switch (message.type) {
      case "need-key":
        void this.#giveKey(job.view);
        return;
      case "need-choice":
        void this.#giveChoice(job);
        return;
      case "listed":
        this.#reached.add(job.view.server);
        job.view = { ...job.view, title: message.title, runId: message.runId, progress: message.progress };
        this.#move(job, "fetching", {});
        return;
      case "progress":
        job.view = { ...job.view, progress: message.progress, note: waitingNote(message.waiting) };
        this.#tell(job);
        return;
      case "packed":
        job.packed = true;
        if (job.pausing) this.#leave(job, "paused", { note: null });
        else {
          this.#move(job, "saving", { progress: message.progress, note: null });
          void this.#save(job, message);
        }
        return;
      case "failed":
        this.#fail(job, message.error);
        return;
      case "paused":
        this.#wait(job, message.error);
        return;
      case "cancelled":
        this.#end(job, "cancelled", {});
    }
  }

  async #giveKey({ id: jobId, server }: JobView): Promise<void> {
    const apiKey = await this.side.sessionKey(server).catch(() => "");
    this.toWorker({ type: "key", jobId, apiKey });
  }

  /** Without an answer nothing is exported: what is not allowed must never be. */
  async #giveChoice(job: HostJob): Promise<void> {
    const { id: jobId } = job.view;
    for (let tries = 1; this.#jobs.get(jobId) === job; tries++) {
      try {
        const choice = await this.side.allowedChoice(jobId);
        job.view = { ...job.view, choice };
        this.toWorker({ type: "choice", jobId, choice });
        return;
      } catch (error) {
        if (tries >= TRIES) {
          this.toWorker({ type: "pause", jobId });
          this.#fail(job, { code: "interrupted", detail: String(error) });
        }
        await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      }
    }
  }

  async #save(job: HostJob, message: FromWorker & { type: "packed" }): Promise<void> {
    const { name, files, result } = message;
    const progress = (fraction: number, note: JobView["note"]) => {
      const { fraction: before } = job.view.progress;
      job.view = {
        ...job.view,
        note,
        progress: { ...job.view.progress, fraction: Math.max(before, fraction), speed: null, timeLeft: null },
      };
      this.#tell(job);
    };
    job.saving = new Saving(this.side, progress, ({ url, bytes, path }) =>
      this.side.willSave(job.view.id, { url, bytes, result: { ...result, savedAs: path } }),
    );
    try {
      const saved = await job.saving.save(job.view.mode, name, files, job.view.folder);
      job.downloadId = saved.downloadId;
      const lost = saved.nameless ? [warning("name-lost", `${name}.zip`)] : [];
      const ended = { ...result, warnings: [...result.warnings, ...lost], savedAs: saved.path };
      const { state, ...change } = endOfSave(job.view, ended);
      this.#end(job, state, change);
    } catch (error) {
      if (this.#jobs.get(job.view.id) !== job) return; // cancelled or paused meanwhile
      const failure = error instanceof SaveFailed ? error.failure : runpackError("save-failed", {}, error);
      // A full disk can be mended; what there is must not go before it is.
      if (failure.view.code === "no-space") this.#wait(job, failure.view);
      else this.#fail(job, failure.view);
    } finally {
      job.saving = null;
    }
  }

  /** For the user, who makes it go on. */
  #wait(job: HostJob, error: JobError | null): void {
    this.#leave(job, "paused", { error, note: error });
  }

  /** Another try goes on from what there is. */
  #fail(job: HostJob, error: JobError): void {
    this.#leave(job, "failed", { error, note: null, endedAt: Date.now() });
  }

  /** The pack goes too; what is cancelled has let it go. */
  #end(job: HostJob, state: JobState, change: Partial<JobView>): void {
    if (state !== "cancelled") this.#letGo("release", job.view.id);
    this.#leave(job, state, { ...change, note: null, endedAt: Date.now() });
  }

  #letGo(type: "cancel" | "release", jobId: string): void {
    this.#removing.add(jobId);
    this.toWorker({ type, jobId });
  }

  #removed(jobId: string): void {
    this.#removing.delete(jobId);
    if (this.#removing.size > 0) return;
    for (const resolve of this.#whenRemoved) resolve();
    this.#whenRemoved = [];
  }

  #leave(job: HostJob, state: JobState, change: Partial<JobView>): void {
    this.#jobs.delete(job.view.id);
    this.#move(job, state, change);
    this.#startNext();
  }

  #move(job: HostJob, state: JobState, change: Partial<JobView>): void {
    if (job.view.state !== state && !canMove(job.view.state, state)) return;
    job.view = { ...job.view, ...change, state };
    if (!isActive(state))
      job.view = { ...job.view, progress: { ...job.view.progress, speed: null, timeLeft: null } };
    this.#tell(job);
  }

  #tell({ view, downloadId }: HostJob): void {
    this.side.news(view, downloadId);
  }

  #startNext(): void {
    const jobs = [...this.#jobs.values()];
    const running = jobs.filter(({ view }) => isActive(view.state) && view.state !== "queued").length;
    if (running >= this.#atOnce) return;
    const queued = jobs.filter(({ view }) => view.state === "queued");
    // Somebody waits for a single export; nobody stands beside a batch of two hundred.
    const next = queued.find(({ view }) => view.batchId === null && view.together === null) ?? queued[0];
    if (!next) return;
    const { id: jobId, server, requestedId: runId, together, mode, choice } = next.view;
    const again = next.order.again || this.#reached.has(server);
    this.#move(next, "listing", {});
    const order = { server, runId, together, mode, choice, ...next.order, again };
    this.toWorker({ type: "start", jobId, order });
    this.#startNext();
  }
}

function waitingNote({ files, offline }: Waiting): JobNote | null {
  if (offline) return { code: "offline" };
  return files > 0 ? { code: "late", files } : null;
}
