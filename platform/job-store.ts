import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { browser } from "wxt/browser";
import { sameChoice } from "@/core/bundle/presets";
import { isActive, isOpen, type JobView } from "@/core/jobs/job";
import { CLOUD } from "@/core/settings/servers";
import type { OrderedBundle } from "./messages";

/** A job as the background remembers it; holds no key and no signed URL. */
export interface JobRecord {
  job: JobView;
  downloadId: number | null;
  /** How often it had to go on because its host was gone, without any file more than the time before. */
  restarts: number;
  /** Files that it had when it last went on. */
  kept: number;
  /** What the browser is saving of it, as long as nobody knows how that ended. */
  bundle?: OrderedBundle | undefined;
}

/** As it is on disk: with what it is found by. */
interface StoredJob extends JobRecord {
  id: string;
  startedAt: number;
  runIds: string[];
  batchId?: string;
  /** There for jobs that somebody may go on with alone, so that an index has no others. */
  waiting?: 1;
}

interface Schema extends DBSchema {
  jobs: {
    key: string;
    value: StoredJob;
    indexes: { startedAt: number; runIds: string; batchId: string; waiting: number };
  };
}

/** Where the list was before it was a database. */
const OLD_KEY = "jobs";
const MOST_REMEMBERED = 10_000;
/** How long a failed job's pack waits for another try. */
const KEEP_FAILED_MS = 24 * 3600_000;
/** Jobs of a page of the list. */
const PAGE = 50;

/**
 * The list of jobs, in a database: what has ended is read when it is asked for. What is under way, or has ended in
 * this life of the background, is in memory too. Progress lives there alone; a change of state is stored, so that it
 * outlives the browser.
 */
export class JobStore {
  readonly #records = new Map<string, JobRecord>();
  #opened: Promise<IDBPDatabase<Schema>> | null = null;
  #lastMoment = 0;
  #pruned = false;

  /** Takes in what somebody may go on with, and all else of its batches. */
  async load(): Promise<void> {
    await this.#migrate();
    const db = await this.#db();
    const now = Date.now();
    const found = await db.getAllFromIndex("jobs", "waiting");
    for (const stored of found) if (isWanted(stored.job, now)) this.#remember(stored);
    // Failed jobs whose time is over: written anew, they are in that index no more.
    await this.#write(found.filter(({ job }) => !isWanted(job, now)));
    const batches = new Set([...this.#records.values()].map(({ job }) => job.batchId));
    for (const id of batches)
      if (id !== null)
        for (const stored of await db.getAllFromIndex("jobs", "batchId", id)) this.#remember(stored);
  }

  /** A job in memory: every one that has not ended is. */
  find(jobId: string): JobRecord | undefined {
    return this.#records.get(jobId);
  }

  /** Any job. */
  async read(jobId: string): Promise<JobRecord | undefined> {
    return this.#records.get(jobId) ?? (await (await this.#db()).get("jobs", jobId));
  }

  /** Those that somebody works on, or is going to, oldest first. */
  active(): JobView[] {
    return this.#inMemory().filter(({ state }) => isActive(state));
  }

  /** Those that run, or wait for the user, oldest first. */
  open(): JobView[] {
    return this.#inMemory().filter(({ state }) => isOpen(state));
  }

  /**
   * A page of the list, newest first.
   * @param server its jobs alone; undefined: those of all
   * @param before the `startedAt` of the last job of the page before
   */
  async page(server?: string, before = Number.MAX_SAFE_INTEGER): Promise<JobView[]> {
    const db = await this.#db();
    const found: JobView[] = [];
    const range = IDBKeyRange.upperBound(before, true);
    let cursor = await db.transaction("jobs").store.index("startedAt").openCursor(range, "prev");
    for (; cursor && found.length < PAGE; cursor = await cursor.continue())
      if (isOn(cursor.value.job, server)) found.push(this.#newest(cursor.value));
    return found;
  }

  /** All jobs of a run, by either of its IDs, newest first. */
  async ofRun(runId: string, server?: string): Promise<JobView[]> {
    const stored = await (await this.#db()).getAllFromIndex("jobs", "runIds", runId);
    const found = stored.map((record) => this.#newest(record)).filter((job) => isOn(job, server));
    return found.sort((a, b) => b.startedAt - a.startedAt);
  }

  /** All jobs of a batch, oldest first. */
  async ofBatch(batchId: string): Promise<JobView[]> {
    const known = this.batch(batchId);
    if (known.length > 0) return known;
    const stored = await (await this.#db()).getAllFromIndex("jobs", "batchId", batchId);
    return stored.map(({ job }) => job).sort((a, b) => a.startedAt - b.startedAt);
  }

  /** The same of those in memory: a batch is there whole, or not at all. */
  batch(batchId: string): JobView[] {
    return this.#inMemory().filter((job) => job.batchId === batchId);
  }

  /** IDs of the batches in memory. */
  batchIds(): string[] {
    const ids = this.#inMemory().flatMap(({ batchId }) => (batchId === null ? [] : [batchId]));
    return [...new Set(ids)];
  }

  /** A time for a new job that no other has: now, or a bit later. */
  nextMoment(): number {
    this.#lastMoment = Math.max(Date.now(), this.#lastMoment + 1);
    return this.#lastMoment;
  }

  /** Adds new jobs, all or none. They are in memory at once. */
  async add(jobs: readonly JobView[]): Promise<void> {
    const records = jobs.map((job): JobRecord => ({ job, downloadId: null, restarts: 0, kept: 0 }));
    for (const record of records) this.#remember(record);
    await this.#write(records);
    // Nobody waits for it, and what fails is done another time.
    this.#prune().catch(() => undefined);
  }

  /** Takes the news of a job; stores it where more than progress changed. */
  async put(job: JobView, downloadId: number | null): Promise<void> {
    const before = this.#records.get(job.id) ?? (await this.read(job.id));
    if (!before) return this.add([job]);
    const same =
      before.job.state === job.state &&
      before.job.runId === job.runId &&
      before.job.dismissed === job.dismissed;
    const sameOrder = before.job.batchId === job.batchId && sameChoice(before.job.choice, job.choice);
    const bundle = job.state === "saving" ? before.bundle : undefined;
    const record = { ...before, job, bundle, downloadId: downloadId ?? before.downloadId };
    this.#remember(record);
    if (!same || !sameOrder) await this.#write([record]);
  }

  /** The job's bundle is about to be saved. */
  async putBundle(jobId: string, bundle: OrderedBundle): Promise<void> {
    const record = this.#records.get(jobId);
    if (record?.job.state !== "saving") return;
    record.bundle = bundle;
    await this.#write([record]);
  }

  /** The job goes on after its host was gone. */
  async countRestart(jobId: string): Promise<void> {
    const record = this.#records.get(jobId);
    if (!record) return;
    const { filesKept } = record.job.progress;
    record.restarts = filesKept > record.kept ? 1 : record.restarts + 1;
    record.kept = filesKept;
    await this.#write([record]);
  }

  /** Forgets every job. */
  async clear(): Promise<void> {
    this.#records.clear();
    await (await this.#db()).clear("jobs");
  }

  /** Jobs whose packs somebody may still want. */
  wanted(now: number): string[] {
    return this.#inMemory()
      .filter((job) => isWanted(job, now))
      .map(({ id }) => id);
  }

  #inMemory(): JobView[] {
    return [...this.#records.values()].map(({ job }) => job).sort((a, b) => a.startedAt - b.startedAt);
  }

  #remember({ job, downloadId, restarts, kept, bundle }: JobRecord): void {
    this.#records.set(job.id, { job, downloadId, restarts, kept, bundle });
    this.#lastMoment = Math.max(this.#lastMoment, job.startedAt);
  }

  /** Progress is in memory alone. */
  #newest(stored: StoredJob): JobView {
    return this.#records.get(stored.id)?.job ?? stored.job;
  }

  async #write(records: readonly JobRecord[]): Promise<void> {
    const transaction = (await this.#db()).transaction("jobs", "readwrite");
    await Promise.all([
      ...records.map((record) => transaction.store.put(storedJob(record))),
      transaction.done,
    ]);
  }

  /** The oldest go when there are too many; counting takes time, so it is done once in a life of the background. */
  async #prune(): Promise<void> {
    if (this.#pruned) return;
    this.#pruned = true;
    const db = await this.#db();
    let surplus = (await db.count("jobs")) - MOST_REMEMBERED;
    if (surplus <= 0) return;
    const transaction = db.transaction("jobs", "readwrite");
    let cursor = await transaction.store.index("startedAt").openCursor();
    for (; cursor && surplus > 0; cursor = await cursor.continue()) {
      if (cursor.value.waiting) continue;
      await cursor.delete();
      surplus--;
    }
    await transaction.done;
  }

  async #migrate(): Promise<void> {
    const old = await browser.storage.local.get(OLD_KEY);
    const jobs: unknown = old[OLD_KEY];
    if (jobs === undefined) return;
    const records = Array.isArray(jobs) ? jobs.filter(isRecord).map(inNewShape) : [];
    await this.#write(records);
    await browser.storage.local.remove(OLD_KEY);
  }

  #db(): Promise<IDBPDatabase<Schema>> {
    this.#opened ??= openDB<Schema>("runpack-jobs", 1, {
      upgrade: (db) => {
        const store = db.createObjectStore("jobs", { keyPath: "id" });
        store.createIndex("startedAt", "startedAt");
        store.createIndex("runIds", "runIds", { multiEntry: true });
        store.createIndex("batchId", "batchId");
        store.createIndex("waiting", "waiting");
      },
      // A browser that closes the database by itself: the next call opens it anew.
      terminated: () => {
        this.#opened = null;
      },
    });
    return this.#opened;
  }
}

function isOn(job: JobView, server: string | undefined): boolean {
  return server === undefined || job.server === server;
}

function isWanted({ state, endedAt }: JobView, now: number): boolean {
  return isOpen(state) || (state === "failed" && now - (endedAt ?? now) < KEEP_FAILED_MS);
}

function storedJob(record: JobRecord): StoredJob {
  const { job } = record;
  const { id, startedAt, batchId } = job;
  const exported = job.result?.runs.map(({ runId }) => runId) ?? [];
  return {
    ...record,
    id,
    startedAt,
    runIds: [...new Set([job.runId, job.requestedId, ...(job.together ?? []), ...exported])],
    ...(batchId === null ? {} : { batchId }),
    ...(isWanted(job, Date.now()) ? { waiting: 1 } : {}),
  };
}

/** Only this class writes these; another shape is dropped rather than guessed at. */
function isRecord(value: unknown): value is JobRecord {
  if (typeof value !== "object" || value === null) return false;
  if (!("job" in value) || !("downloadId" in value) || !("restarts" in value) || !("kept" in value))
    return false;
  const { job } = value;
  if (typeof job !== "object" || job === null) return false;
  return "id" in job && "state" in job && "runId" in job && "requestedId" in job && "choice" in job;
}

/** Version 0.1 knew the cloud alone, and had neither batches nor what of a run an export holds. */
function inNewShape(record: JobRecord): JobRecord {
  const { job } = record;
  const result = job.result && { ...job.result, runs: [] };
  const server = job.server ?? CLOUD.apiAddress;
  return { ...record, job: { ...job, server, together: null, batchId: null, result } };
}
