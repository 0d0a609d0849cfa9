import { browser } from "wxt/browser";
import { isActive, isOpen, type JobView } from "@/core/jobs/job";
import { CLOUD } from "@/core/settings/servers";

/** A job as the background remembers it; holds no key and no signed URL. */
export interface JobRecord {
  job: JobView;
  downloadId: number | null;
  /** How often it had to go on because its host was gone, without any file more than the time before. */
  restarts: number;
  /** Files that it had when it last went on. */
  kept: number;
}

const KEY = "jobs";
const MOST_REMEMBERED = 50;
/** How long a failed job's pack waits for another try. */
const KEEP_FAILED_MS = 24 * 3600_000;

/** The list of jobs, newest first. Progress lives in memory; a change of state is stored, so that it outlives the browser. */
export class JobStore {
  #records: JobRecord[] = [];

  async load(): Promise<void> {
    const stored = await browser.storage.local.get(KEY);
    const jobs: unknown = stored[KEY];
    if (Array.isArray(jobs)) this.#records = jobs.filter(isRecord).map(withServer);
  }

  all(): JobView[] {
    return this.#records.map(({ job }) => job);
  }

  find(jobId: string): JobRecord | undefined {
    return this.#records.find(({ job }) => job.id === jobId);
  }

  active(): JobView[] {
    return this.all().filter(({ state }) => isActive(state));
  }

  /** Those that run, or wait for the user. */
  open(): JobView[] {
    return this.all().filter(({ state }) => isOpen(state));
  }

  /** Takes the news of a job; stores the list where more than progress changed. */
  async put(job: JobView, downloadId: number | null): Promise<void> {
    const before = this.find(job.id);
    if (before) {
      const sameState = before.job.state === job.state && before.job.runId === job.runId;
      before.job = job;
      before.downloadId = downloadId ?? before.downloadId;
      if (sameState) return;
    } else {
      this.#records = [{ job, downloadId, restarts: 0, kept: 0 }, ...this.#records].slice(0, MOST_REMEMBERED);
    }
    await this.#save();
  }

  /** The job goes on after its host was gone. */
  async countRestart(jobId: string): Promise<void> {
    const record = this.find(jobId);
    if (!record) return;
    const { filesKept } = record.job.progress;
    record.restarts = filesKept > record.kept ? 1 : record.restarts + 1;
    record.kept = filesKept;
    await this.#save();
  }

  /** Jobs whose packs somebody may still want. */
  wanted(now: number): string[] {
    return this.all()
      .filter(
        ({ state, endedAt }) =>
          isOpen(state) || (state === "failed" && now - (endedAt ?? now) < KEEP_FAILED_MS),
      )
      .map(({ id }) => id);
  }

  async #save(): Promise<void> {
    await browser.storage.local.set({ [KEY]: this.#records });
  }
}

/** Only this class writes the key; an older version's shape is dropped rather than guessed at. */
function isRecord(value: unknown): value is JobRecord {
  if (typeof value !== "object" || value === null) return false;
  if (!("job" in value) || !("downloadId" in value) || !("restarts" in value) || !("kept" in value))
    return false;
  const { job } = value;
  if (typeof job !== "object" || job === null) return false;
  return "id" in job && "state" in job && "runId" in job && "requestedId" in job && "choice" in job;
}

/** Version 0.1 knew the cloud alone. */
function withServer(record: JobRecord): JobRecord {
  return { ...record, job: { ...record.job, server: record.job.server ?? CLOUD.apiAddress } };
}
