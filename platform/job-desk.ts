import { browser } from "wxt/browser";
import { isActive, type JobView, NO_PROGRESS } from "@/core/jobs/job";
import { runpackError } from "@/core/skyvern/errors";
import type { HostLink } from "./host-link";
import type { JobStore } from "./job-store";
import type { AskAnswer, HostOrder, JobNews } from "./messages";
import { readAccess } from "./settings-store";

export type ExportWish = Pick<JobView, "runId" | "mode" | "preset">;

const WATCH = "watch-jobs";
const PAGES = ["https://app.skyvern.com/*"];
const PENDING = "pending";

/** What waits for a working key: kept for the browser session, so that a stopped background finds it again. */
interface Pending {
  wishes: ExportWish[];
  jobIds: string[];
}

/** The background's part of exports: takes orders, keeps the job list, and sees to it that a host works on it. */
export class JobDesk {
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: JobStore,
    private readonly host: HostLink,
  ) {}

  /** Starts an export, or joins the one that runs already. */
  async export(wish: ExportWish): Promise<AskAnswer["export"]> {
    const { apiKey } = await readAccess();
    // No await from here to the job's place in the list: two clicks are one job.
    const same = this.store.active().find((job) => alike(job, wish));
    if (same) return { kind: "started", job: same };
    if (apiKey === "") {
      await this.#remember(({ wishes, jobIds }) => ({
        wishes: [...wishes.filter((each) => !alike(each, wish)), wish],
        jobIds,
      }));
      await browser.runtime.openOptionsPage();
      return { kind: "no-key" };
    }
    return { kind: "started", job: await this.#begin(wish) };
  }

  async cancel(jobId: string): Promise<void> {
    const record = this.store.find(jobId);
    if (!record || !isActive(record.job.state)) return;
    await this.news({ ...record.job, state: "cancelled", note: null, endedAt: Date.now() }, null);
    if (await this.host.exists()) await this.host.cancel(jobId);
  }

  /** Saves again from the pack where it is still there, else runs the export anew. */
  async retry(jobId: string): Promise<void> {
    const record = this.store.find(jobId);
    if (!record || isActive(record.job.state)) return;
    const kept = (await this.host.exists()) && (await this.host.saveAgain(jobId));
    if (!kept) await this.export(record.job);
  }

  /** A key that works is stored: what waited for it goes on. */
  async keySaved(): Promise<void> {
    const { wishes, jobIds } = await this.#pending();
    await browser.storage.session.remove(PENDING);
    for (const wish of wishes) await this.export(wish);
    for (const jobId of jobIds) await this.retry(jobId);
  }

  /** Takes the news of a job, and tells everybody who may show it. */
  async news(job: JobView, downloadId: number | null): Promise<void> {
    const before = this.store.find(job.id)?.job.state;
    if (before === "cancelled" && isActive(job.state)) return; // late news of a job that is cancelled
    const stored = this.store.put(job, downloadId);
    const message: JobNews = { to: "surfaces", type: "job", job };
    // Nobody listening is the usual case, not an error.
    browser.runtime.sendMessage(message).catch(() => undefined);
    const tabs = await browser.tabs.query({ url: PAGES });
    for (const { id } of tabs)
      if (id !== undefined) browser.tabs.sendMessage(id, message).catch(() => undefined);
    await this.#badge();
    await stored;
    if (isActive(job.state) || before === job.state) return;
    if (job.error?.code === "key-refused") await this.#askForKey(job.id);
    await this.#rest();
  }

  /** At every start of the background and every minute while a job runs: a job that no host knows runs anew. */
  async resume(): Promise<void> {
    const active = this.store.active();
    if (active.length === 0) return this.#rest();
    const known = (await this.host.exists()) ? await this.host.running() : [];
    for (const job of active) if (!known.includes(job.id)) await this.#order(job);
  }

  async #begin(wish: ExportWish): Promise<JobView> {
    const { runId, mode, preset } = wish;
    const job: JobView = {
      id: crypto.randomUUID(),
      runId,
      mode,
      preset,
      title: null,
      state: "queued",
      progress: NO_PROGRESS,
      result: null,
      error: null,
      note: null,
      startedAt: Date.now(),
      endedAt: null,
    };
    await this.store.put(job, null);
    await this.#order(job);
    return job;
  }

  async #order(job: JobView): Promise<void> {
    try {
      await this.#inTurn(() => this.#handOver(job));
    } catch (cause) {
      const { code, message } = runpackError("interrupted", {}, cause);
      await this.news({ ...job, state: "failed", error: { code, message }, endedAt: Date.now() }, null);
    }
  }

  /** A host that is about to be closed must not be given a job: opening and closing wait for each other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #handOver(job: JobView): Promise<void> {
    await browser.alarms.create(WATCH, { periodInMinutes: 1 });
    await this.host.open();
    const order: HostOrder = {
      version: browser.runtime.getManifest().version,
      origins: await grantedOrigins(),
    };
    await this.host.start(job, order);
  }

  /** Nothing to do: no alarm, no badge, no open document. */
  #rest(): Promise<void> {
    return this.#inTurn(() => this.#closeIfIdle());
  }

  async #closeIfIdle(): Promise<void> {
    if (this.store.active().length > 0) return;
    await browser.alarms.clear(WATCH);
    if (!(await this.host.exists())) return;
    const left = await this.host.running();
    if (left.length === 0 && this.store.active().length === 0) await this.host.close();
  }

  async #askForKey(jobId: string): Promise<void> {
    await this.#remember(({ wishes, jobIds }) => ({ wishes, jobIds: [...jobIds, jobId] }));
    await browser.runtime.openOptionsPage();
  }

  async #badge(): Promise<void> {
    const active = this.store.active();
    const sum = active.reduce((total, { progress }) => total + progress.fraction, 0);
    const text = active.length > 0 ? `${Math.floor((sum / active.length) * 100)}%` : "";
    await browser.action.setBadgeText({ text });
  }

  async #pending(): Promise<Pending> {
    const stored = await browser.storage.session.get(PENDING);
    const pending: unknown = stored[PENDING];
    return isPending(pending) ? pending : { wishes: [], jobIds: [] };
  }

  async #remember(change: (pending: Pending) => Pending): Promise<void> {
    await browser.storage.session.set({ [PENDING]: change(await this.#pending()) });
  }
}

function isPending(value: unknown): value is Pending {
  return typeof value === "object" && value !== null && "wishes" in value && "jobIds" in value;
}

function alike(a: ExportWish, b: ExportWish): boolean {
  return a.runId === b.runId && a.mode === b.mode && a.preset === b.preset;
}

async function grantedOrigins(): Promise<string[]> {
  const { origins } = await browser.permissions.getAll();
  return (origins ?? []).map((pattern) => pattern.replace(/\/\*$/, ""));
}
