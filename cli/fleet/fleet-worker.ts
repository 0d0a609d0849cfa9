import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "bullmq";
import type { JobProgress } from "@/core/jobs/job";
import { SkyvernClient } from "@/core/skyvern/client";
import { type Archived, archiveRun } from "../archive-run";
import type { Catalogue } from "../catalogue/catalogue";
import type { Context } from "../command";
import { EXIT, type ExitCode, heaviest } from "../exit-codes";
import type { ExportHost } from "../export-bundle";
import type { OrderTemplate } from "../export-options";
import { type Failure, failureOf } from "../failure";
import { readFingerprint } from "../list-runs";
import { optionalPackage } from "../optional-package";
import { failedEvent, savedEvent, savedLines } from "../saved-lines";
import { unlessAborted } from "../unless-aborted";
import { BULLMQ } from "./packages";
import type { QueuePlace } from "./redis-address";
import { closeQueue, connectionTo, type JobReturn, type QueuedRun, RunJob, type RunQueue } from "./run-queue";

const LOOK_MS = 500;
const PROGRESS_MS = 2000;
/** Exports that stop have files to flush. */
const CLOSE_MS = 10_000;
/** How often a run may be taken over from workers that fell silent. */
const MOST_TAKEOVERS = 50;

export interface WorkOptions {
  /** Runs at once. */
  parallel: number;
  /** Milliseconds after which a silent worker loses its runs. */
  silence: number;
  /** Runs a minute of all workers together; 0: no limit. */
  limit: number;
  untilEmpty: boolean;
}

type BullMq = typeof import("bullmq");

/** Takes runs from the queue and archives them. */
export class FleetWorker {
  readonly #stop = new AbortController();
  readonly #host: ExportHost;
  #failure: Failure | null = null;
  #partial = false;
  #failed: ExitCode | null = null;

  constructor(
    private readonly place: QueuePlace,
    private readonly queue: RunQueue,
    private readonly order: OrderTemplate,
    host: ExportHost,
    private readonly catalogue: Catalogue,
    private readonly context: Context,
  ) {
    this.#host = { ...host, signal: AbortSignal.any([host.signal, this.#stop.signal]) };
  }

  /** Resolves when the queue is empty (`untilEmpty`). @throws the signal's reason; what no run would survive */
  async work({ parallel, silence, limit, untilEmpty }: WorkOptions): Promise<ExitCode> {
    const bull = await optionalPackage(BULLMQ, () => import("bullmq"));
    const worker = new bull.Worker<RunJob, JobReturn>(
      this.place.queue,
      (job, token) => this.#process(bull, job, token ?? ""),
      {
        connection: connectionTo(this.place.redis),
        concurrency: parallel,
        lockDuration: silence,
        stalledInterval: silence,
        maxStalledCount: MOST_TAKEOVERS,
        ...(limit > 0 ? { limiter: { max: limit, duration: 60_000 } } : {}),
      },
    );
    // Without a listener an error of the connection would end the process; BullMQ connects anew by itself.
    worker.on("error", (error) =>
      this.context.output.event({ event: "queue-trouble", message: error.message }),
    );
    worker.on("stalled", (id) => this.context.output.event({ event: "stalled", job: id }));
    this.context.output.tell(`Working on the queue "${this.place.queue}"`, {
      event: "ready",
      queue: this.place.queue,
    });
    try {
      while (!this.#host.signal.aborted && !(untilEmpty && (await this.#isEmpty()))) await this.#look();
    } finally {
      await this.#close(worker);
    }
    if (this.#failure) return this.#failure.exitCode;
    this.context.signal.throwIfAborted();
    return this.#failed ?? (this.#partial ? EXIT.partial : EXIT.whole);
  }

  async #look(): Promise<void> {
    await sleep(LOOK_MS, undefined, { signal: this.#host.signal }).catch(() => undefined);
  }

  async #isEmpty(): Promise<boolean> {
    const { signal } = this.#host;
    const counting = this.queue.getJobCountByTypes("waiting", "active", "delayed", "prioritized");
    try {
      return (await unlessAborted(counting, signal)) === 0;
    } catch (error) {
      if (!signal.aborted) throw error;
      return false;
    }
  }

  /** The exports under way have stopped by the signal, and are in the queue again. */
  async #close(worker: Worker): Promise<void> {
    this.#stop.abort();
    await closeQueue(worker, CLOSE_MS);
  }

  async #process(bull: BullMq, job: QueuedRun, token: string): Promise<JobReturn> {
    const { runId, fingerprint } = RunJob.parse(job.data);
    const { output } = this.context;
    try {
      const client = new SkyvernClient(this.#host.access, this.#host.signal, this.#host.fetcher);
      const run = { id: runId, fingerprint: fingerprint ?? (await readFingerprint(client, runId)) };
      const archived = await archiveRun(
        run,
        this.order,
        this.#host,
        this.catalogue,
        this.#news(job, runId),
        false,
      );
      return this.#done(runId, archived);
    } catch (error) {
      if (this.#host.signal.aborted) {
        // Another worker goes on with it at once, and no try is used up.
        await job.moveToDelayed(Date.now(), token);
        throw new bull.DelayedError();
      }
      const failure = failureOf(error);
      output.fail(`${runId}: ${failure.message}`, failedEvent(runId, failure));
      const isHopeless = failure.code === "no-such-run";
      const tries = job.attemptsMade + 1;
      // A queue that is empty because runs were given up is no success.
      if (isHopeless || tries >= (job.opts.attempts ?? 1))
        this.#failed = heaviest([failure.exitCode, this.#failed ?? EXIT.whole]);
      if (isHopeless) throw new bull.UnrecoverableError(failure.message);
      // What the next run would meet too ends this worker; others may have room, or the right key.
      if (failure.exitCode === EXIT.key || failure.code === "no-space") {
        this.#failure = failure;
        this.#stop.abort();
      }
      throw new Error(failure.message, { cause: error });
    }
  }

  #done(runId: string, archived: Archived): JobReturn {
    const { output } = this.context;
    if (archived.kind === "kept") {
      const { bundle, missing, gaps } = archived.entry;
      output.event({ event: "kept", run_id: runId, bundle, gaps });
      return { outcome: "kept", bundle, missing };
    }
    const { address } = this.#host.destination;
    output.tell(savedLines(archived.bundle, address), savedEvent(archived.bundle, address));
    const { saved, result } = archived.bundle;
    if (result.missing > 0) this.#partial = true;
    return { outcome: "saved", bundle: saved, missing: result.missing };
  }

  #news(job: QueuedRun, runId: string) {
    const { output } = this.context;
    let told = 0;
    return {
      listed: (run: { runId: string; title: string | null }) =>
        output.event({ event: "listed", run_id: run.runId, title: run.title }),
      progress: (progress: JobProgress, note: string | null) => {
        if (output.json) output.progress(runId, progress, note);
        if (Date.now() - told < PROGRESS_MS) return;
        told = Date.now();
        // For the dashboard; a Redis that is away costs it a number.
        job.updateProgress(Math.floor(progress.fraction * 100)).catch(() => undefined);
      },
    };
  }
}
