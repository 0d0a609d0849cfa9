import type { PackedExport } from "@/core/bundle/assemble";
import { Connections } from "@/core/bundle/connections";
import type { ExportTools } from "@/core/bundle/export-order";
import { exportRun } from "@/core/bundle/export-run";
import { exportTogether } from "@/core/bundle/export-together";
import { Activity } from "@/core/bundle/fetch-context";
import { PackFull } from "@/core/bundle/pack";
import type { ExportChoice } from "@/core/bundle/presets";
import { composeZip } from "@/core/bundle/zip/compose";
import type { JobError } from "@/core/jobs/job";
import { Journal } from "@/core/jobs/journal";
import { ProgressMeter } from "@/core/jobs/progress";
import { isAllowedStorage } from "@/core/settings/origin-pattern";
import { type Access, SkyvernClient } from "@/core/skyvern/client";
import { RunpackError, runpackError } from "@/core/skyvern/errors";
import { type Catalog, catalogWords } from "@/core/text/catalog";
import { catalogOf } from "@/core/text/messages-file";
import { FileWorkers } from "./file-workers";
import { removePack } from "./pack-files";
import { fileBlobs, openPack, zipBlob } from "./pack-store";
import { readPreferences, readStoredAccess } from "./settings-store";
import type { FromWorker, PackedBlob, ToWorker, Waiting, WorkerOrder } from "./worker-protocol";

const TICK_MS = 250;

/** Of the 6 that Firefox opens to a host. */
const FIREFOX_CONNECTIONS = 5;

/** How long a job waits for a Skyvern that can't be reached, before it is paused. */
const PATIENCE_MS = 30 * 60_000;

interface WorkerJob {
  order: WorkerOrder;
  stop: AbortController;
  /** What a stopped job is to become. */
  stopAs: "cancelled" | "paused";
  meter: ProgressMeter;
  waiting: Waiting;
  /** Takes the answer to `need-key`. */
  takeKey: (apiKey: string) => void;
  /** Takes the answer to `need-choice`. */
  takeChoice: (choice: ExportChoice) => void;
}

/** The work of the dedicated worker: each job's bytes from the network to its pack, and the pack to Blobs. */
export class ExportWorker {
  readonly #jobs = new Map<string, WorkerJob>();
  /** The last work of each job: a job that is started again waits until its files are closed. */
  readonly #turns = new Map<string, Promise<void>>();
  /** Jobs share the browser's connections. */
  readonly #activity = new Activity();
  readonly #connections = new Connections(import.meta.env.FIREFOX ? FIREFOX_CONNECTIONS : undefined);
  readonly #work = new FileWorkers();

  constructor(private readonly send: (message: FromWorker) => void) {}

  receive(message: ToWorker): void {
    const { jobId } = message;
    if (message.type === "start") this.#inTurn(jobId, () => this.#start(jobId, message.order));
    else if (message.type === "key") this.#jobs.get(jobId)?.takeKey(message.apiKey);
    else if (message.type === "choice") this.#jobs.get(jobId)?.takeChoice(message.choice);
    else if (message.type === "pause") this.#stop(jobId, "paused");
    else {
      if (message.type === "cancel") this.#stop(jobId, "cancelled");
      this.#inTurn(jobId, () => this.#remove(jobId));
    }
  }

  /** What can't be removed now is swept by the background later. */
  async #remove(jobId: string): Promise<void> {
    await removePack(jobId).catch(() => undefined);
    this.send({ type: "removed", jobId });
  }

  #inTurn(jobId: string, work: () => Promise<void>): void {
    const turn = (this.#turns.get(jobId) ?? Promise.resolve()).then(work).catch(() => undefined);
    this.#turns.set(jobId, turn);
    void turn.then(() => {
      if (this.#turns.get(jobId) === turn) this.#turns.delete(jobId);
    });
  }

  #stop(jobId: string, stopAs: WorkerJob["stopAs"]): void {
    const job = this.#jobs.get(jobId);
    if (!job) return;
    job.stopAs = stopAs;
    job.stop.abort();
  }

  async #start(jobId: string, order: WorkerOrder): Promise<void> {
    const job: WorkerJob = {
      order,
      stop: new AbortController(),
      stopAs: "cancelled",
      meter: new ProgressMeter(),
      waiting: { files: 0, offline: false },
      takeKey: () => {},
      takeChoice: () => {},
    };
    this.#jobs.set(jobId, job);
    try {
      await this.#compose(jobId, job, await this.#pack(jobId, job));
    } catch (error) {
      await this.#ended(jobId, job, error);
    } finally {
      this.#jobs.delete(jobId);
    }
  }

  /** Whatever ended it but a cancel: what there is stays, for another try. */
  async #ended(jobId: string, job: WorkerJob, error: unknown): Promise<void> {
    const { stop, stopAs } = job;
    if (!stop.signal.aborted) {
      const failure = viewOf(error);
      const mendable =
        failure.code === "no-space" || (failure.code === "unreachable" && job.meter.filesDone > 0);
      this.send({ type: mendable ? "paused" : "failed", jobId, error: failure });
      return;
    }
    this.send(stopAs === "paused" ? { type: "paused", jobId, error: null } : { type: "cancelled", jobId });
  }

  async #pack(jobId: string, job: WorkerJob): Promise<PackedExport> {
    const allowed = this.#allowedChoice(jobId, job);
    const app = once(reportApp);
    const { language, locale, mode } = job.order;
    if (mode === "bundle") app().catch(() => undefined);
    const [access, preferences, free, english, own] = await Promise.all([
      this.#access(jobId, job),
      readPreferences(),
      freeBytes(),
      catalog("en", "en"),
      catalog(language, locale),
    ]);
    if (access.apiKey === "") throw runpackError("no-key");
    const order = { ...job.order, ...preferences };
    const handles = await openPack(jobId);
    const { pack, journal } = await Journal.open(handles.journal, handles.pack, this.#work);
    job.meter.filesKept = journal.filesKept;
    const progress = () => job.meter.view(Date.now());
    const tick = () => this.send({ type: "progress", jobId, progress: progress(), waiting: job.waiting });
    const timer = setInterval(tick, TICK_MS);
    const fetcher: typeof fetch = (...given) => fetch(...given);
    const patience = {
      ms: PATIENCE_MS,
      known: job.order.again,
      online: () => navigator.onLine,
      onWait: (offline: boolean) => {
        job.waiting.offline = offline;
      },
    };
    let packed: PackedExport;
    try {
      const tools: ExportTools = {
        client: new SkyvernClient(access, job.stop.signal, fetcher, patience),
        fetcher,
        pack,
        journal,
        work: this.#work,
        signal: job.stop.signal,
        meter: job.meter,
        activity: this.#activity,
        connections: this.#connections,
        mayFetch: (origin) => isAllowedStorage(origin, job.order),
        freeBytes: free,
        allowed: () => allowed,
        texts: { locale, texts: { ...english.texts, ...own.texts } },
        english: catalogWords(english),
        reportApp: app,
        onListed: (title, runId) => this.send({ type: "listed", jobId, title, runId, progress: progress() }),
        onWaiting: (files) => {
          job.waiting.files = files;
        },
      };
      const { together } = order;
      packed = together ? await exportTogether(order, together, tools) : await exportRun(order, tools);
    } catch (error) {
      closeQuietly(journal);
      throw error;
    } finally {
      clearInterval(timer);
    }
    journal.close();
    return packed;
  }

  async #access(jobId: string, job: WorkerJob): Promise<Access> {
    const { apiAddress, apiKey, sessionOnly } = await readStoredAccess(job.order.server);
    if (!sessionOnly) return { apiAddress, apiKey };
    const asked = new Promise<string>((resolve) => {
      job.takeKey = resolve;
    });
    this.send({ type: "need-key", jobId });
    return { apiAddress, apiKey: await asked };
  }

  /** Asked at the start, and waited for before anything is laid out to be saved. */
  #allowedChoice(jobId: string, job: WorkerJob): Promise<ExportChoice> {
    const { signal } = job.stop;
    const asked = new Promise<ExportChoice>((resolve, reject) => {
      job.takeChoice = resolve;
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    // A job that ends before it comes to that has an error of its own.
    asked.catch(() => undefined);
    this.send({ type: "need-choice", jobId });
    return asked;
  }

  async #compose(jobId: string, { stop, order, meter }: WorkerJob, packed: PackedExport): Promise<void> {
    stop.signal.throwIfAborted();
    const files = order.mode === "bundle" ? [await bundle(jobId, packed)] : await folderFiles(jobId, packed);
    stop.signal.throwIfAborted();
    const { name, result } = packed;
    this.send({ type: "packed", jobId, name, files, result, progress: meter.view(Date.now()) });
  }
}

/** A job that failed already has an error that tells more. */
function closeQuietly(journal: Journal): void {
  try {
    journal.close();
  } catch {
    // Closed all the same.
  }
}

/** The texts of one language, out of the extension's own package: a worker has no `i18n`. */
async function catalog(language: string, locale: string): Promise<Catalog> {
  return catalogOf(await (await fetch(`/_locales/${language}/messages.json`)).json(), locale);
}

/** Read while the run is listed, and kept for several runs. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
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
      path: packed.root + path,
      modified,
    })),
  );
  return { path: "", blob: await zipBlob(jobId, layout, !import.meta.env.FIREFOX) };
}

async function folderFiles(jobId: string, packed: PackedExport): Promise<PackedBlob[]> {
  const extents = packed.entries.map(({ file }) => file.extents);
  // An untyped Blob would be renamed `.txt`.
  const blobs = await fileBlobs(jobId, extents, "application/octet-stream", !import.meta.env.FIREFOX);
  return packed.entries.flatMap(({ path }, index) => {
    const blob = blobs[index];
    return blob ? { path, blob } : [];
  });
}

async function freeBytes(): Promise<number | null> {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined ? null : quota - (usage ?? 0);
}

function viewOf(error: unknown): JobError {
  if (error instanceof RunpackError) return error.view;
  const full =
    error instanceof PackFull || (error instanceof DOMException && error.name === "QuotaExceededError");
  if (full) return { code: "no-space" };
  return {
    code: "unknown",
    ...(error instanceof Error ? { detail: `${error.name}: ${error.message}` } : {}),
  };
}
