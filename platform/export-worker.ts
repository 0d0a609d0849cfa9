import type { PackedExport } from "@/core/bundle/assemble";
import { exportRun } from "@/core/bundle/export-run";
import { Activity } from "@/core/bundle/fetch-context";
import { PackFile, PackFull } from "@/core/bundle/pack";
import { composeZip } from "@/core/bundle/zip/compose";
import type { JobError } from "@/core/jobs/job";
import { ProgressMeter } from "@/core/jobs/progress";
import { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError, runpackError } from "@/core/skyvern/errors";
import { blobOf, createPack, packAsFile, removeAllPacks, removePack, zipBlob } from "./pack-store";
import { readAccess, readPreferences } from "./settings-store";
import type { FromWorker, PackedBlob, ToWorker, WorkerOrder } from "./worker-protocol";

const TICK_MS = 250;

interface WorkerJob {
  order: WorkerOrder;
  stop: AbortController;
  packed: PackedExport | null;
  meter: ProgressMeter;
}

/** The work of the dedicated worker: each job's bytes from the network to its pack, and the pack to Blobs. */
export class ExportWorker {
  readonly #jobs = new Map<string, WorkerJob>();
  /** Jobs share the browser's connections. */
  readonly #activity = new Activity();
  /** The first worker of a browser's life finds what the last one left; null where it could not be removed. */
  #swept: Promise<void> | null = null;

  constructor(private readonly send: (message: FromWorker) => void) {}

  receive(message: ToWorker): void {
    const { jobId } = message;
    if (message.type === "start") void this.#start(jobId, message.order, message.origins);
    else if (message.type === "cancel") this.#jobs.get(jobId)?.stop.abort();
    else if (message.type === "compose") void this.#guard(jobId, () => this.#compose(jobId));
    else this.#release(jobId).catch(() => undefined);
  }

  async #start(jobId: string, order: WorkerOrder, origins: string[]): Promise<void> {
    const job: WorkerJob = { order, stop: new AbortController(), packed: null, meter: new ProgressMeter() };
    this.#jobs.set(jobId, job);
    await this.#guard(jobId, async () => {
      await this.#sweep();
      await this.#pack(jobId, job, origins);
      await this.#compose(jobId);
    });
  }

  /** Old packs are a nuisance, no reason to fail a job; those of running jobs are none. */
  async #sweep(): Promise<void> {
    if (this.#swept === null && this.#jobs.size > 1) return;
    this.#swept ??= removeAllPacks();
    await this.#swept.catch(() => {
      this.#swept = null;
    });
  }

  async #pack(jobId: string, job: WorkerJob, origins: string[]): Promise<void> {
    const access = await readAccess();
    if (access.apiKey === "") throw runpackError("no-key");
    const order = { ...job.order, ...(await readPreferences()) };
    const pack = new PackFile(await createPack(jobId));
    let waiting = 0;
    const tick = () => this.send({ type: "progress", jobId, progress: job.meter.view(Date.now()), waiting });
    const timer = setInterval(tick, TICK_MS);
    const fetcher: typeof fetch = (...given) => fetch(...given);
    try {
      job.packed = await exportRun(order, {
        client: new SkyvernClient(access, job.stop.signal, fetcher),
        fetcher,
        pack,
        signal: job.stop.signal,
        meter: job.meter,
        activity: this.#activity,
        mayFetch: (origin) => origins.includes(origin) && origin !== new URL(access.apiAddress).origin,
        freeBytes: await freeBytes(),
        reportApp,
        onListed: (title, runId) => this.send({ type: "listed", jobId, title, runId }),
        onWaiting: (files) => {
          waiting = files;
        },
      });
    } catch (error) {
      closeQuietly(pack);
      throw error;
    } finally {
      clearInterval(timer);
    }
    pack.close();
  }

  async #compose(jobId: string): Promise<void> {
    const job = this.#jobs.get(jobId);
    if (!job?.packed) throw runpackError("interrupted");
    job.stop.signal.throwIfAborted();
    const { packed, order, meter } = job;
    const files = order.mode === "bundle" ? [await bundle(jobId, packed)] : await folderFiles(jobId, packed);
    job.stop.signal.throwIfAborted();
    const { name, result } = packed;
    this.send({ type: "packed", jobId, name, files, result, progress: meter.view(Date.now()) });
  }

  async #guard(jobId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const cancelled = this.#jobs.get(jobId)?.stop.signal.aborted ?? true;
      // What can't be removed now is swept at the next start: the user must hear of the failure all the same.
      await this.#release(jobId).catch(() => undefined);
      this.send(cancelled ? { type: "cancelled", jobId } : { type: "failed", jobId, error: inWords(error) });
    }
  }

  async #release(jobId: string): Promise<void> {
    this.#jobs.delete(jobId);
    await removePack(jobId);
  }
}

/** A job that failed already has an error that tells more. */
function closeQuietly(pack: PackFile): void {
  try {
    pack.close();
  } catch {
    // Closed all the same.
  }
}

/** The report page's code, out of the extension's own package. */
async function reportApp(): Promise<{ script: string; style: string }> {
  const [script, style] = await Promise.all(
    ["/report-app.js", "/assets/report-look.css"].map(async (path) => (await fetch(path)).text()),
  );
  return { script: script ?? "", style: style ?? "" };
}

async function bundle(jobId: string, packed: PackedExport): Promise<PackedBlob> {
  const layout = composeZip(
    packed.entries.map(({ path, file, modified }) => ({
      ...file,
      path: `${packed.runId}/${path}`,
      modified,
    })),
  );
  return { path: "", blob: await zipBlob(jobId, layout, !import.meta.env.FIREFOX) };
}

async function folderFiles(jobId: string, packed: PackedExport): Promise<PackedBlob[]> {
  const pack = await packAsFile(jobId);
  // An untyped Blob would be renamed `.txt`.
  return packed.entries.map(({ path, file }) => ({
    path,
    blob: blobOf(pack, file.extents, "application/octet-stream"),
  }));
}

async function freeBytes(): Promise<number | null> {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined ? null : quota - (usage ?? 0);
}

function inWords(error: unknown): JobError {
  if (error instanceof RunpackError) return { code: error.code, message: error.message };
  const full =
    error instanceof PackFull || (error instanceof DOMException && error.name === "QuotaExceededError");
  const { code, message } = runpackError(full ? "no-space" : "unknown", {}, error);
  const detail = !full && error instanceof Error ? ` (${error.name}: ${error.message})` : "";
  return { code, message: message + detail };
}
