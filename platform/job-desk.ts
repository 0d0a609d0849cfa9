import { browser } from "wxt/browser";
import type { ExportChoice } from "@/core/bundle/presets";
import { actsOn, type BatchAct, type BatchView, type BatchWish, batchView } from "@/core/jobs/batch";
import {
  canMove,
  type ExportWish,
  endOfSave,
  fulfils,
  isAboutAccess,
  isActive,
  isOpen,
  type JobError,
  type JobView,
  newOrderId,
  queuedJob,
  wishFor,
} from "@/core/jobs/job";
import { patternOf, type StoragePermissions } from "@/core/settings/origin-pattern";
import { lawful, NO_POLICY } from "@/core/settings/policy";
import { serverOfPage } from "@/core/settings/servers";
import { readAccess } from "./access";
import { findSaved, savedPath } from "./downloads";
import type { HostLink } from "./host-link";
import type { JobRecord, JobStore } from "./job-store";
import { mayReach } from "./may-reach";
import type { AskAnswer, BatchNews, HostOrder, JobNews } from "./messages";
import { openOptions } from "./open-options";
import { PORTS_IN_PATTERNS } from "./page-scripts";
import { PendingExports } from "./pending-exports";
import { readPolicy } from "./policy";
import { listServers } from "./servers";
import { readPreferences } from "./settings-store";
import { language, words } from "./words";

const WATCH = "watch-jobs";
/** A job that takes its host down again and again, and gets no farther, must not go on for ever. */
const MOST_RESTARTS = 10;
/** So long an order is waited for; a background that has nothing to do is stopped after 30 s. */
const EXPECTED_MS = 10_000;
/** Between two news of a batch that tell of progress alone. */
const BATCH_NEWS_MS = 500;

/** The background's part of exports: takes orders, keeps the job list, and sees to it that a host works on it. */
export class JobDesk {
  readonly #pending = new PendingExports();
  /** Cancelled jobs that may be on their way to the host. */
  readonly #withdrawn = new Set<string>();
  /** When surfaces last heard of each batch. */
  readonly #batchNewsAt = new Map<string, number>();
  /** Jobs on their first way to the host. */
  readonly #setOut = new Set<string>();
  /** Jobs that are being stopped because their server may not be reached any more. */
  readonly #lockedOut = new Set<string>();
  /** As it was read last. */
  #policy = NO_POLICY;
  #turn: Promise<void> = Promise.resolve();
  #resuming: Promise<void> | null = null;

  constructor(
    private readonly store: JobStore,
    private readonly host: HostLink,
    /** Removes the packs of all jobs but these. */
    private readonly sweep: (wanted: readonly string[]) => Promise<void>,
    /** Told when a job has stopped, by itself or by the user; with its batch, where it has one. */
    private readonly onStopped: (job: JobView, batch: BatchView | null) => void = () => {},
  ) {}

  /**
   * Takes an export into the list, or joins the one that runs already.
   * @param orderId the job's ID to be: an order that comes again has been taken already
   */
  async export(wish: ExportWish, orderId = newOrderId()): Promise<AskAnswer["export"]> {
    const [{ apiKey }, taken] = await Promise.all([readAccess(wish.server), this.store.read(orderId)]);
    if (taken) return { kind: "started", job: own(wish.server, taken.job) };
    // No await from here to the job's place in the list: two clicks are one job.
    const same = this.#underWay(wish);
    if (same?.state === "paused") await this.retry(same.id);
    if (same) return { kind: "started", job: this.store.find(same.id)?.job ?? same };
    if (apiKey === "") {
      await this.#pending.addWish(wish);
      await openOptions(wish.server);
      return { kind: "no-key" };
    }
    const [job] = await this.#begin([wish], null, () => orderId);
    return job ? { kind: "started", job } : { kind: "no-key" };
  }

  /**
   * Exports several runs: a job each, or one for all. What runs already is joined.
   * @param orderId the batch's ID to be, or the one job's
   */
  async exportBatch(wish: BatchWish, orderId = newOrderId()): Promise<AskAnswer["export-batch"]> {
    const { server, form, choice } = wish;
    const runIds = [...new Set(wish.runIds)];
    const [only = ""] = runIds;
    if (form === "one" && runIds.length > 1) {
      const together = { ...wishFor(server, only, "bundle", choice), together: runIds };
      const answer = await this.export(together, orderId);
      return answer.kind === "started" ? { kind: "job", job: answer.job } : answer;
    }
    const [{ apiKey }, taken] = await Promise.all([readAccess(server), this.store.ofBatch(orderId)]);
    const [job] = taken;
    if (job) return { kind: "started", batch: batchView(own(server, job).batchId ?? orderId, taken) };
    // No await from here to the jobs' places in the list: two clicks are one batch.
    const wishes = runIds.map((runId) => wishFor(server, runId, "bundle", choice));
    const same = wishes.map((each) => this.#underWay(each));
    if (apiKey === "") {
      await this.#pending.addBatch(wish);
      await openOptions(server);
      return { kind: "no-key" };
    }
    const [first] = same;
    // Ordered twice: the same batch.
    if (first?.batchId && same.every((job) => job?.batchId === first.batchId))
      return this.#started(first.batchId);
    const batchId = orderId;
    const joined = same
      .filter((job) => job !== undefined && job.batchId === null)
      .map((job) => job?.id ?? "");
    const begun = this.#begin(
      wishes.filter((_, index) => same[index] === undefined),
      batchId,
      newOrderId,
    );
    for (const id of joined) await this.#join(id, batchId);
    await begun;
    return this.#started(this.store.batch(batchId).length > 0 ? batchId : (first?.batchId ?? batchId));
  }

  /** What of the job's choice an administrator allows: from now on it is the job's own. */
  async allowedChoice(jobId: string): Promise<ExportChoice> {
    this.#policy = await readPolicy();
    const record = this.store.find(jobId);
    if (!record) throw new Error("no such job");
    const choice = lawful(record.job.choice, this.#policy);
    await this.store.put({ ...record.job, choice }, null);
    return choice;
  }

  /** The open job that is what the wish asks for, or what an administrator has made of it. */
  #underWay(wish: ExportWish): JobView | undefined {
    const allowed = { ...wish, choice: lawful(wish.choice, this.#policy) };
    return this.store.open().find((job) => fulfils(job, wish) || fulfils(job, allowed));
  }

  /** Does the same to every job of a batch that it may be done to. */
  async actOnBatch(batchId: string, act: BatchAct): Promise<void> {
    const jobs = (await this.store.ofBatch(batchId)).filter(({ state }) => actsOn(act, state));
    if (act === "resume" || act === "retry") return this.#retryAll(jobs);
    // Those that wait for their turn first: none of them must begin when one before it stops.
    const last = jobs.toSorted((a, b) => b.startedAt - a.startedAt);
    const waiting = last.filter(({ state }) => state === "queued");
    for (const { id } of [...waiting, ...last.filter((job) => !waiting.includes(job))])
      await (act === "cancel" ? this.#cancel(id) : this.pause(id));
    if (act === "cancel") await this.#sweep();
  }

  /** Batches that are under way or have jobs that failed lately, newest first. */
  batches(server?: string): BatchView[] {
    return this.store
      .batchIds()
      .map((id) => this.store.batch(id))
      .filter(([first]) => server === undefined || first?.server === server)
      .map((jobs) => batchView(jobs[0]?.batchId ?? "", jobs))
      .sort((a, b) => b.startedAt - a.startedAt);
  }

  async cancel(jobId: string): Promise<void> {
    // A job without a host has nobody else to remove its pack.
    if (await this.#cancel(jobId)) await this.#sweep();
  }

  /** @returns whether it was paused */
  async #cancel(jobId: string): Promise<boolean> {
    const record = this.store.find(jobId);
    if (!record || !isOpen(record.job.state)) return false;
    const wasPaused = record.job.state === "paused";
    this.#withdrawn.add(jobId);
    // The host first: it must not report a success after the user was told otherwise. One that is gone has stopped.
    await this.#cancelAtHost(jobId).catch(() => undefined);
    const { job } = this.store.find(jobId) ?? record;
    if (isOpen(job.state))
      await this.news({ ...job, state: "cancelled", note: null, endedAt: Date.now() }, null);
    return wasPaused;
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
    const record = await this.store.read(jobId);
    if (record) await this.#retryAll([record.job]);
  }

  async #retryAll(jobs: readonly JobView[]): Promise<void> {
    const again: JobView[] = [];
    for (const job of jobs) {
      // A job that is active is on its way already.
      if (isActive(job.state) || !canMove(job.state, "queued")) continue;
      const afresh = { error: null, note: null, endedAt: null, dismissed: false };
      const queued: JobView = { ...job, ...afresh, state: "queued" };
      await this.news(queued, null);
      again.push(queued);
    }
    await this.#order(again, true);
  }

  /** The user has seen how the job ended. */
  async dismiss(jobId: string): Promise<void> {
    const record = await this.store.read(jobId);
    if (record && !isOpen(record.job.state)) await this.news({ ...record.job, dismissed: true }, null);
  }

  /** An order may come soon: its host, which takes 0.1 s to make, is made now, and closed again when none comes. */
  async expectOrder(): Promise<void> {
    // Firefox's is the background itself.
    if (import.meta.env.FIREFOX) return;
    await this.#inTurn(() => this.host.open()).catch(() => undefined);
    setTimeout(() => void this.#rest(), EXPECTED_MS);
  }

  /** Puts a text into the clipboard, by the host's document. */
  async copy(text: string): Promise<void> {
    await this.#inTurn(async () => {
      await this.host.open();
      await this.host.copy(text);
    });
    await this.#rest();
  }

  /** A key of that server works and is stored: what waited for it goes on. */
  async keySaved(server: string): Promise<void> {
    const { wishes, batches, jobIds } = await this.#pending.take(server);
    for (const wish of wishes) await this.export(wish);
    for (const wish of batches) await this.exportBatch(wish);
    for (const jobId of jobIds) await this.retry(jobId);
  }

  /** Takes the news of a job, and tells everybody who may show it. */
  async news(job: JobView, downloadId: number | null): Promise<void> {
    if (job.state === "paused" && this.#lockedOut.delete(job.id))
      return this.news(lockedOut(job), downloadId);
    const known = (this.store.find(job.id) ?? (await this.store.read(job.id)))?.job;
    const before = known?.state;
    const halted = before !== undefined && !isActive(before);
    // Late news of a job that has ended or is paused; only another try brings one back.
    if (halted && before !== job.state && !canMove(before, job.state)) return;
    // The host does not know of a batch that joined its job; the choice may be told after news of before.
    const told: JobView = known ? { ...job, batchId: known.batchId, choice: known.choice } : job;
    const stored = this.store.put(told, downloadId);
    const message: JobNews = { to: "surfaces", type: "job", job: told };
    await tell(job.server, [message, ...this.#batchNews(told, before !== job.state)]);
    await this.#badge();
    await stored;
    if (isActive(job.state)) return;
    this.#withdrawn.delete(job.id);
    if (before !== job.state) {
      if (job.error && isAboutAccess(job.error)) await this.#askForAccess(job);
      this.#tellStopped(told);
    }
    // Not waited for: a host that is just being opened must not hold up who told the news.
    void this.#rest();
  }

  /** The user took permissions back: what can't reach its server any more stops, and says why. */
  async permissionsRemoved(): Promise<void> {
    for (const job of this.store.active()) {
      if (await mayReach(job.server)) continue;
      this.#lockedOut.add(job.id);
      await this.pause(job.id);
    }
  }

  #tellStopped(job: JobView): void {
    const { batchId } = job;
    this.onStopped(job, batchId === null ? null : batchView(batchId, this.store.batch(batchId)));
  }

  /** At every start of the background and every minute while a job runs: a job that no host knows runs anew. */
  resume(): Promise<void> {
    this.#resuming ??= this.#resumeAll().finally(() => {
      this.#resuming = null;
    });
    return this.#resuming;
  }

  async #resumeAll(): Promise<void> {
    const before = this.store.active().filter(({ id }) => !this.#setOut.has(id));
    const answer = before.length > 0 ? await this.#askHost() : [];
    const known = new Set(answer ?? []);
    // A host that doesn't answer may be saving still.
    if (answer) for (const { id } of before) if (!known.has(id)) await this.#endIfSaved(id);
    // Read anew: while the host was asked, a job may have ended.
    const lost = this.store
      .active()
      .filter(({ id }) => !known.has(id) && before.some((job) => job.id === id));
    const { atOnce } = await readPreferences();
    // The first of those that wait had their turn when the host went, whether it came to tell so or not.
    const working = lost.filter(({ state }, index) => state !== "queued" || index < atOnce);
    for (const { id } of working) {
      const record = this.store.find(id);
      if (record) await this.#countRestart(record);
    }
    // Those that were at work before those that wait for their turn.
    await this.#order(working, true);
    await this.#order(
      lost.filter((job) => !working.includes(job)),
      false,
    );
    await this.#rest();
    await this.#sweep();
  }

  /** The host may have been gone just between the end of the save and its news of it: no second copy then. */
  async #endIfSaved(jobId: string): Promise<void> {
    const record = this.store.find(jobId);
    const saved = record?.bundle && (await findSaved(record.bundle));
    if (!record?.bundle || !saved) return;
    const { job, bundle } = record;
    const result = { ...bundle.result, savedAs: savedPath(bundle.result.savedAs, saved.fileName) };
    const end = { note: null, endedAt: saved.endedAt };
    await this.news({ ...job, ...endOfSave(job, result), ...end }, saved.downloadId);
  }

  /** Old packs are a nuisance, no reason for anything to fail; what can't be removed now goes another time. */
  async #sweep(): Promise<void> {
    await this.sweep(this.store.wanted(Date.now())).catch(() => undefined);
  }

  /** A host that doesn't answer knows no job. */
  async #knownToHost(): Promise<string[]> {
    return (await this.#askHost()) ?? [];
  }

  /** @returns IDs of the jobs that the host works on; null where it doesn't answer */
  async #askHost(): Promise<string[] | null> {
    return (await this.host.exists()) ? this.host.running().catch(() => null) : [];
  }

  async #countRestart(record: JobRecord): Promise<void> {
    if (record.restarts >= MOST_RESTARTS) await this.#failInterrupted(record.job);
    else await this.store.countRestart(record.job.id);
  }

  async #cancelAtHost(jobId: string): Promise<void> {
    if (await this.host.exists()) await this.host.cancel(jobId);
  }

  async #begin(
    wishes: readonly ExportWish[],
    batchId: string | null,
    newId: () => string,
  ): Promise<JobView[]> {
    const jobs = wishes.map((wish) =>
      queuedJob(wish, { id: newId(), batchId, startedAt: this.store.nextMoment() }),
    );
    const [first] = jobs;
    if (!first) return [];
    // A background that is stopped from here on finds them by the alarm, if by nothing else.
    const [, , reachable] = await Promise.all([
      this.store.add(jobs),
      this.#setAlarm(),
      mayReach(first.server),
    ]);
    const off = this.#setOff(jobs);
    // Who clicked waits for no host. Where the server may not be reached, no page can be found to be told later.
    if (!reachable) await off;
    return jobs.map((job) => this.store.find(job.id)?.job ?? job);
  }

  async #setOff(jobs: readonly JobView[]): Promise<void> {
    for (const { id } of jobs) this.#setOut.add(id);
    // What fails even to be called failed is taken up at the next alarm.
    await this.#order(jobs, false).catch(() => undefined);
    for (const { id } of jobs) this.#setOut.delete(id);
  }

  /** A job of its own becomes part of a batch. */
  async #join(jobId: string, batchId: string): Promise<void> {
    const record = this.store.find(jobId);
    if (record) await this.store.put({ ...record.job, batchId }, null);
    if (record?.job.state === "paused") await this.retry(jobId);
  }

  #started(batchId: string): AskAnswer["export-batch"] {
    return { kind: "started", batch: batchView(batchId, this.store.batch(batchId)) };
  }

  /** News of the job's batch; a change of state at once, progress now and then. */
  #batchNews({ batchId }: JobView, atOnce: boolean): BatchNews[] {
    if (batchId === null) return [];
    const now = Date.now();
    if (!atOnce && now - (this.#batchNewsAt.get(batchId) ?? 0) < BATCH_NEWS_MS) return [];
    this.#batchNewsAt.set(batchId, now);
    return [{ to: "surfaces", type: "batch", batch: batchView(batchId, this.store.batch(batchId)) }];
  }

  async #order(jobs: readonly JobView[], again: boolean): Promise<void> {
    if (jobs.length === 0) return;
    await this.#inTurn(() => this.#handOver(jobs, again)).catch(async (cause) => {
      for (const job of jobs) await this.#failInterrupted(job, cause);
    });
  }

  async #failInterrupted(job: JobView, cause?: unknown): Promise<void> {
    const error: JobError = { code: "interrupted", ...(cause ? { detail: String(cause) } : {}) };
    await this.news({ ...job, state: "failed", error, endedAt: Date.now() }, null);
  }

  /** A host that is about to be closed must not be given a job: opening and closing wait for each other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #setAlarm(): Promise<void> {
    await browser.alarms.create(WATCH, { periodInMinutes: 1 });
  }

  async #handOver(jobs: readonly JobView[], again: boolean): Promise<void> {
    const [{ atOnce }, permissions] = await Promise.all([
      readPreferences(),
      storagePermissions(),
      this.#setAlarm(),
      this.host.open(),
    ]);
    const order: HostOrder = {
      version: browser.runtime.getManifest().version,
      language,
      locale: words.locale,
      ...permissions,
      again,
      atOnce,
    };
    for (const job of jobs) {
      const state = this.store.find(job.id)?.job.state;
      if (state === undefined || !isActive(state) || this.#withdrawn.has(job.id)) continue;
      if (await mayReach(job.server)) await this.host.start(job, order);
      else await this.news(lockedOut(job), null);
    }
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
    // A document that is closed in mid-removal leaves the pack on the disk.
    if (left.length === 0) await this.host.settled();
    if (left.length === 0 && this.store.active().length === 0) await this.host.close();
  }

  async #askForAccess({ id, server }: JobView): Promise<void> {
    // Each job of a batch meets the same refusal: one page is enough.
    if (await this.#pending.addJob(id, server)) await openOptions(server);
  }

  async #badge(): Promise<void> {
    const active = this.store.active();
    const sum = active.reduce((total, { progress }) => total + progress.fraction, 0);
    const text = active.length > 0 ? `${Math.floor((sum / active.length) * 100)}%` : "";
    await browser.action.setBadgeText({ text });
  }
}

/** To the extension's own pages, and to the pages of that server. */
async function tell(server: string, messages: readonly (JobNews | BatchNews)[]): Promise<void> {
  // Nobody listening is the usual case, not an error.
  for (const message of messages) browser.runtime.sendMessage(message).catch(() => undefined);
  for (const id of await tabsOf(server))
    for (const message of messages) browser.tabs.sendMessage(id, message).catch(() => undefined);
}

/** @throws where it is another server's: a page must not get at that by its ID */
function own(server: string, job: JobView): JobView {
  if (job.server !== server) throw new Error("an order of another server");
  return job;
}

function lockedOut(job: JobView): JobView {
  const error = { code: "no-permission", about: new URL(job.server).origin } as const;
  return { ...job, state: "failed", error, note: null, endedAt: Date.now() };
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
