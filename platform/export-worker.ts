import type { PackedExport } from "@/core/bundle/assemble";
import type { ExportOrder } from "@/core/bundle/export-order";
import { exportRun } from "@/core/bundle/export-run";
import { PackFile, PackFull } from "@/core/bundle/pack";
import { composeZip } from "@/core/bundle/zip/compose";
import type { JobError } from "@/core/jobs/job";
import { ProgressMeter } from "@/core/jobs/progress";
import { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError, runpackError } from "@/core/skyvern/errors";
import { blobOf, createPack, packAsFile, removeAllPacks, removePack, zipBlob } from "./pack-store";
import { readAccess } from "./settings-store";
import type { FromWorker, PackedBlob, ToWorker } from "./worker-protocol";

const TICK_MS = 250;

interface WorkerJob {
  order: ExportOrder;
  stop: AbortController;
  packed: PackedExport | null;
  meter: ProgressMeter;
}

/** The work of the dedicated worker: each job's bytes from the network to its pack, and the pack to Blobs. */
export class ExportWorker {
  readonly #jobs = new Map<string, WorkerJob>();
  /** The first worker of a browser's life finds what the last one left. */
  readonly #swept = removeAllPacks();

  constructor(private readonly send: (message: FromWorker) => void) {}

  receive(message: ToWorker): void {
    const { jobId } = message;
    if (message.type === "start") void this.#start(jobId, message.order, message.origins);
    else if (message.type === "cancel") this.#jobs.get(jobId)?.stop.abort();
    else if (message.type === "compose") void this.#guard(jobId, () => this.#compose(jobId));
    else void this.#release(jobId);
  }

  async #start(jobId: string, order: ExportOrder, origins: string[]): Promise<void> {
    const job: WorkerJob = { order, stop: new AbortController(), packed: null, meter: new ProgressMeter() };
    this.#jobs.set(jobId, job);
    await this.#guard(jobId, async () => {
      await this.#swept;
      await this.#pack(jobId, job, origins);
      await this.#compose(jobId);
    });
  }

  async #pack(jobId: string, job: WorkerJob, origins: string[]): Promise<void> {
    const access = await readAccess();
    if (access.apiKey === "") throw runpackError("no-key");
    const pack = new PackFile(await createPack(jobId));
    let waiting = 0;
    const tick = () => this.send({ type: "progress", jobId, progress: job.meter.view(Date.now()), waiting });
    const timer = setInterval(tick, TICK_MS);
    const fetcher: typeof fetch = (...given) => fetch(...given);
    try {
      job.packed = await exportRun(job.order, {
        client: new SkyvernClient(access, job.stop.signal, fetcher),
        fetcher,
        pack,
        signal: job.stop.signal,
        meter: job.meter,
        mayFetch: (origin) => origins.includes(origin) && origin !== new URL(access.apiAddress).origin,
        freeBytes: await freeBytes(),
        onListed: (title, runId) => this.send({ type: "listed", jobId, title, runId }),
        onWaiting: (files) => {
          waiting = files;
        },
      });
    } finally {
      clearInterval(timer);
      pack.close();
    }
  }

  async #compose(jobId: string): Promise<void> {
    const job = this.#jobs.get(jobId);
    if (!job?.packed) throw runpackError("interrupted");
    job.stop.signal.throwIfAborted();
    const { packed, order, meter } = job;
    const files = order.mode === "bundle" ? [await bundle(jobId, packed)] : await folderFiles(jobId, packed);
    const { name, result } = packed;
    this.send({ type: "packed", jobId, name, files, result, progress: meter.view(Date.now()) });
  }

  async #guard(jobId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const cancelled = this.#jobs.get(jobId)?.stop.signal.aborted ?? true;
      await this.#release(jobId);
      this.send(cancelled ? { type: "cancelled", jobId } : { type: "failed", jobId, error: inWords(error) });
    }
  }

  async #release(jobId: string): Promise<void> {
    this.#jobs.delete(jobId);
    await removePack(jobId);
  }
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
