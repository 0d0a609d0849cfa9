import { browser } from "wxt/browser";
import type { BatchView } from "@/core/jobs/batch";
import { isAboutAccess, type JobError, type JobView } from "@/core/jobs/job";
import { errorText } from "@/core/text/error-text";
import { jobHeadline } from "@/core/text/job-text";
import { showDownload } from "./downloads";
import type { JobStore } from "./job-store";
import { openOptions } from "./open-options";
import { listServers } from "./servers";
import { readPreferences } from "./settings-store";
import { t, words } from "./words";

/** Begins a notification's ID, which says what a click is for. */
const ABOUT_JOB = "job:";
const ABOUT_ACCESS = "access:";

/** A job has ended, or stopped for something that only the user can mend. Of a batch, the last one speaks for all. */
export async function tellEnd(
  job: JobView,
  batch: BatchView | null,
  downloadId: number | null,
): Promise<void> {
  const { notify, showInFolder } = await readPreferences();
  const saved = job.state === "done" || job.state === "partial";
  if (batch && batch.counts.queued + batch.counts.working > 0 && !needsUser(job)) return;
  if (showInFolder && saved && downloadId !== null) await showDownload(downloadId);
  if (!notify || job.state === "cancelled" || (job.state === "paused" && !job.error)) return;
  if (job.error && needsUser(job)) await tellNoAccess(job.server, job.error);
  else if (batch) await show(ABOUT_JOB + job.id, t("note_batchEnded"), batchSentence(batch));
  else {
    const what = job.error && !saved ? errorText(words, job.error) : jobHeadline(words, job);
    await show(ABOUT_JOB + job.id, job.title ?? job.runId, what);
  }
}

/** A server can't be used before the user does something about it; told once for each, however many jobs it stops. */
export async function tellNoAccess(server: string, error: JobError): Promise<void> {
  await tellUser(ABOUT_ACCESS + server, t("note_needsYou"), errorText(words, error));
}

/** Anything else that the user should know of. */
export async function tellUser(id: string, title: string, message: string): Promise<void> {
  if ((await readPreferences()).notify) await show(id, title, message);
}

/** A click shows the file that was saved, the key's place, or the run. */
export function listenToNotifications(store: JobStore, loaded: Promise<void>): void {
  browser.notifications.onClicked.addListener((id) => {
    void browser.notifications.clear(id);
    if (id.startsWith(ABOUT_ACCESS)) void openOptions(id.slice(ABOUT_ACCESS.length));
    else if (id.startsWith(ABOUT_JOB)) void loaded.then(() => open(store, id.slice(ABOUT_JOB.length)));
  });
}

async function open(store: JobStore, jobId: string): Promise<void> {
  const record = await store.read(jobId);
  if (!record) return;
  if (record.downloadId !== null && (await showDownload(record.downloadId))) return;
  const { server, runId } = record.job;
  const page = (await listServers()).find(({ apiAddress }) => apiAddress === server)?.uiOrigins[0];
  if (page) await browser.tabs.create({ url: `${page}/runs/${runId}` });
}

async function show(id: string, title: string, message: string): Promise<void> {
  const iconUrl = browser.runtime.getURL("/icon/128.png");
  await browser.notifications.create(id, { type: "basic", iconUrl, title, message });
}

function batchSentence({ total, counts }: BatchView): string {
  return t("job_ofAll", words.number(counts.done + counts.partial), words.count("count_runs", total));
}

function needsUser({ error, state }: JobView): boolean {
  return state === "failed" && error !== null && isAboutAccess(error);
}
