import { browser } from "wxt/browser";
import type { JobView } from "@/core/jobs/job";
import type { Server } from "@/core/settings/servers";
import type { HistoryPage } from "@/core/skyvern/history";
import { JobStore } from "./job-store";
import type { FoundRun } from "./messages";
import { defaultServer, listServers } from "./servers";

/**
 * What the background found out and keeps in memory, so that a surface shows something at once. The background writes
 * it, the extension's pages read it; it is gone with the browser's session, and no content script can see it.
 */
export interface Known {
  jobs: JobView[];
  /** The newest runs of each server, unfiltered, by its API address. */
  histories: Record<string, HistoryPage>;
  /** Runs that were looked up, the last one first. */
  runs: FoundRun[];
  /** Those with a key. */
  servers: Server[];
  /** API address of the server that is meant where nothing says which. */
  chosen: string;
}

const HISTORIES = "known-histories";
const RUNS = "known-runs";
const MOST_RUNS = 8;

/** All that is known without asking anybody. */
export async function readKnown(): Promise<Known> {
  const [jobs, stored, servers, chosen] = await Promise.all([
    new JobStore().page(),
    browser.storage.session.get([HISTORIES, RUNS]),
    listServers(),
    defaultServer(),
  ]);
  const { [HISTORIES]: histories, [RUNS]: runs }: Record<string, unknown> = stored;
  return {
    jobs,
    histories: isHistories(histories) ? histories : {},
    runs: Array.isArray(runs) ? runs.filter(isFoundRun) : [],
    servers: servers.filter(({ hasKey }) => hasKey),
    chosen: chosen.apiAddress,
  };
}

export async function rememberHistory(server: string, history: HistoryPage): Promise<void> {
  const { histories } = await readKnown();
  await browser.storage.session.set({ [HISTORIES]: { ...histories, [server]: history } });
}

export async function rememberRun(run: FoundRun): Promise<void> {
  const { runs } = await readKnown();
  const others = runs.filter(({ server, runId }) => server !== run.server || runId !== run.runId);
  await browser.storage.session.set({ [RUNS]: [run, ...others].slice(0, MOST_RUNS) });
}

/** Another key or address: what was known is another organization's. */
export async function forgetKnown(): Promise<void> {
  await browser.storage.session.remove([HISTORIES, RUNS]);
}

/** Only this module writes them, and they never outlive their version: a look at the shape is enough. */
function isHistories(value: unknown): value is Record<string, HistoryPage> {
  return typeof value === "object" && value !== null && Object.values(value).every(isHistory);
}

function isHistory(value: unknown): value is HistoryPage {
  return typeof value === "object" && value !== null && "items" in value && Array.isArray(value.items);
}

function isFoundRun(value: unknown): value is FoundRun {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "run";
}
