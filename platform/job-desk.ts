import { browser } from "wxt/browser";
import {
  canMove,
  type ExportWish,
  fulfils,
  isActive,
  isOpen,
  type JobView,
  NO_PROGRESS,
} from "@/core/jobs/job";
import { patternOf, type StoragePermissions } from "@/core/settings/origin-pattern";
import { serverOfPage } from "@/core/settings/servers";
import { runpackError } from "@/core/skyvern/errors";
import { readAccess } from "./access";
import type { HostLink } from "./host-link";
import type { JobRecord, JobStore } from "./job-store";
import type { AskAnswer, HostOrder, JobNews } from "./messages";
import { openOptions } from "./open-options";
import { PORTS_IN_PATTERNS } from "./page-scripts";
import { PendingExports } from "./pending-exports";
import { listServers } from "./servers";

const WATCH = "watch-jobs";
/** A job that takes its host down again and again, and gets no farther, must not go on for ever. */
const MOST_RESTARTS = 10;

/** The background's part of exports: takes orders, keeps the job list, and sees to it that a host works on it. */
export class JobDesk {
  readonly #pending = new PendingExports();
  /** Cancelled jobs that may be on their way to the host. */
  readonly #withdrawn = new Set<string>();
  #turn: Promise<void> = Promise.resolve();
  #resuming: Promise<void> | null = null;

  constructor(
    private readonly store: JobStore,
    private readonly host: HostLink,
    /** Removes the packs of all jobs but these. */
    private readonly sweep: (wanted: readonly string[]) => Promise<void>,
  ) {}

  /** Starts an export, or joins the one that runs already. */
  async export(wish: ExportWish): Promise<AskAnswer["export"]> {
    const { apiKey } = await readAccess(wish.server);
    // No await from here to the job's place in the list: two clicks are one job.
    const same = this.store.open().find((job) => fulfils(job, wish));
    if (same?.state === "paused") await this.retry(same.id);
    if (same) return { kind: "started", job: this.store.find(same.id)?.job ?? same };
    if (apiKey === "") {
      await this.#pending.addWish(wish);
      await openOptions(wish.server);
      return { kind: "no-key" };
    }
    return { kind: "started", job: await this.#begin(wish) };
  }

  async cancel(jobId: string): Promise<void> {
    const record = this.store.find(jobId);
    if (!record || !isOpen(record.job.state)) return;
    const wasPaused = record.job.state === "paused";
    this.#withdrawn.add(jobId);
    // The host first: it must not report a success after the user was told otherwise. One that is gone has stopped.
    await this.#cancelAtHost(jobId).catch(() => undefined);
    const { job } = this.store.find(jobId) ?? record;
    if (isOpen(job.state))
      await this.news({ ...job, state: "cancelled", note: null, endedAt: Date.now() }, null);
    // A job without a host has nobody else to remove its pack.
    if (wasPaused) await this.#sweep();
  }

  async pause(jobId: string): Promise<void> {
    const record = this.store.find(jobId);
    if (!record || !isActive(record.job.state)) return;
    // A host says by itself when the job's files are closed.
    const known = await this.#knownToHost();
    if (known.includes(jobId)) return this.host.pause(jobId);
    const { job } = this.store.find(jobId) ?? record;
    if (isActive(job.state)) await this.news({ ...job, state: "paused", note: null }, null);
  }

  /** A job that is paused, or has failed, goes on from what it has. */
  async retry(jobId: string): Promise<void> {
    const record = this.store.find(jobId);
    if (!record || !canMove(record.job.state, "queued")) return;
    const job: JobView = { ...record.job, state: "queued", error: null, note: null, endedAt: null };
    await this.news(job, null);
    await this.#order(job, true);
  }

  /** A key of that server works and is stored: what waited for it goes on. */
  async keySaved(server: string): Promise<void> {
    const { wishes, jobIds } = await this.#pending.take(
      (wish) => wish.server === server,
      (jobId) => this.store.find(jobId)?.job.server === server,
    );
    for (const wish of wishes) await this.export(wish);
    for (const jobId of jobIds) await this.retry(jobId);
  }

  /** Takes the news of a job, and tells everybody who may show it. */
  async news(job: JobView, downloadId: number | null): Promise<void> {
    const before = this.store.find(job.id)?.job.state;
    const halted = before !== undefined && !isActive(before);
    // Late news of a job that has ended or is paused; only another try brings one back.
    if (halted && before !== job.state && !canMove(before, job.state)) return;
    const stored = this.store.put(job, downloadId);
    const message: JobNews = { to: "surfaces", type: "job", job };
    // Nobody listening is the usual case, not an error.
    browser.runtime.sendMessage(message).catch(() => undefined);
    for (const id of await tabsOf(job.server)) browser.tabs.sendMessage(id, message).catch(() => undefined);
    await this.#badge();
    await stored;
    if (isActive(job.state)) return;
    this.#withdrawn.delete(job.id);
    if (before !== job.state && isAboutKey(job)) await this.#askForKey(job);
    // Not waited for: a host that is just being opened must not hold up who told the news.
    void this.#rest();
  }

  /** At every start of the background and every minute while a job runs: a job that no host knows runs anew. */
  resume(): Promise<void> {
    this.#resuming ??= this.#resumeAll().finally(() => {
      this.#resuming = null;
    });
    return this.#resuming;
  }

  async #resumeAll(): Promise<void> {
    for (const { id } of this.store.active()) {
      const known = await this.#knownToHost();
      // Read anew: while the host was asked, the job may have ended.
      const record = this.store.find(id);
      if (record && isActive(record.job.state) && !known.includes(id)) await this.#restart(record);
    }
    await this.#rest();
    await this.#sweep();
  }

  /** Old packs are a nuisance, no reason for anything to fail; what can't be removed now goes another time. */
  async #sweep(): Promise<void> {
    await this.sweep(this.store.wanted(Date.now())).catch(() => undefined);
  }

  /** A host that doesn't answer knows no job. */
  async #knownToHost(): Promise<string[]> {
    return (await this.host.exists()) ? this.host.running().catch(() => []) : [];
  }

  async #restart(record: JobRecord): Promise<void> {
    if (record.restarts >= MOST_RESTARTS) return this.#failInterrupted(record.job);
    await this.store.countRestart(record.job.id);
    await this.#order(record.job, true);
  }

  async #cancelAtHost(jobId: string): Promise<void> {
    if (await this.host.exists()) await this.host.cancel(jobId);
  }

  async #begin({ server, requestedId, mode, choice }: ExportWish): Promise<JobView> {
    const job: JobView = {
      id: crypto.randomUUID(),
      server,
      runId: requestedId,
      requestedId,
      mode,
      choice,
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
    await this.#order(job, false);
    return job;
  }

  async #order(job: JobView, again: boolean): Promise<void> {
    await this.#inTurn(() => this.#handOver(job, again)).catch((cause) => this.#failInterrupted(job, cause));
  }

  async #failInterrupted(job: JobView, cause?: unknown): Promise<void> {
    const { code, message } = runpackError("interrupted", {}, cause);
    await this.news({ ...job, state: "failed", error: { code, message }, endedAt: Date.now() }, null);
  }

  /** A host that is about to be closed must not be given a job: opening and closing wait for each other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #handOver(job: JobView, again: boolean): Promise<void> {
    await browser.alarms.create(WATCH, { periodInMinutes: 1 });
    await this.host.open();
    const order: HostOrder = {
      version: browser.runtime.getManifest().version,
      ...(await storagePermissions()),
      again,
    };
    const state = this.store.find(job.id)?.job.state;
    if (state === undefined || !isActive(state) || this.#withdrawn.has(job.id)) return;
    await this.host.start(job, order);
  }

  /** Nothing to do: no alarm, no badge, no open document. What fails here is tried again at the next end or start. */
  #rest(): Promise<void> {
    return this.#inTurn(() => this.#closeIfIdle()).catch(() => undefined);
  }

  async #closeIfIdle(): Promise<void> {
    if (this.store.active().length > 0) return;
    await browser.alarms.clear(WATCH);
    if (!(await this.host.exists())) return;
    const left = await this.host.running();
    if (left.length === 0 && this.store.active().length === 0) await this.host.close();
  }

  async #askForKey({ id, server }: JobView): Promise<void> {
    await this.#pending.addJob(id);
    await openOptions(server);
  }

  async #badge(): Promise<void> {
    const active = this.store.active();
    const sum = active.reduce((total, { progress }) => total + progress.fraction, 0);
    const text = active.length > 0 ? `${Math.floor((sum / active.length) * 100)}%` : "";
    await browser.action.setBadgeText({ text });
  }
}

function isAboutKey({ error }: JobView): boolean {
  return error?.code === "key-refused" || error?.code === "no-key";
}

/** IDs of the tabs with pages of that server's web UI: no other page hears of its jobs. */
async function tabsOf(apiAddress: string): Promise<number[]> {
  const server = (await listServers()).find((each) => each.apiAddress === apiAddress);
  if (!server) return [];
  const tabs = await browser.tabs.query({
    url: server.uiOrigins.map((origin) => patternOf(origin, PORTS_IN_PATTERNS)),
  });
  return tabs.filter(({ url = "" }) => serverOfPage([server], url) !== null).flatMap(({ id }) => id ?? []);
}

async function storagePermissions(): Promise<StoragePermissions> {
  const [{ origins: granted = [] }, list] = await Promise.all([browser.permissions.getAll(), listServers()]);
  const servers = list.flatMap(({ apiAddress, uiOrigins }) => [new URL(apiAddress).origin, ...uiOrigins]);
  return { storage: granted, servers };
}
