import * as z from "zod/mini";
import type { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError } from "@/core/skyvern/errors";
import { apiTime, isFinalStatus, RunDocument, WorkflowRunDocument } from "@/core/skyvern/schemas";

import { UsageError } from "./failure";

const PAGE = 100;
/** The history ends there, whatever it holds (skyvern-api.md §7). */
const LAST_HISTORY_PAGE = 100;

const text = z.catch(z.nullable(z.optional(z.string())), null);
const Item = z.looseObject({
  run_id: text,
  workflow_run_id: text,
  status: text,
  created_at: text,
  finished_at: text,
});
const Items = z.array(Item);

/** Which runs are wanted. Times are milliseconds since the epoch, `until` not included. */
export interface RunFilter {
  agents: readonly string[];
  statuses: readonly string[];
  since: number | null;
  until: number | null;
}

/** A run as the lists have it. */
export interface ListedRun {
  id: string;
  fingerprint: string;
  /** It has ended, so its files won't change any more. */
  ended: boolean;
}

/** What a run is at the moment, in a word: another one means that it changed. */
export function fingerprintOf(
  status: string | null | undefined,
  finishedAt: string | null | undefined,
): string {
  return `${status ?? "?"} ${apiTime(finishedAt) ?? "-"}`;
}

/**
 * The runs that a filter wants, newest first, each once. With agents their own lists are read, which have every run;
 * without, the organization's history.
 * @throws RunpackError; the signal's reason
 */
export async function* listRuns(client: SkyvernClient, filter: RunFilter): AsyncGenerator<ListedRun> {
  const seen = new Set<string>();
  const lists =
    filter.agents.length > 0
      ? filter.agents.map((agent) => ofAgent(client, agent, filter))
      : [ofHistory(client, filter)];
  for (const list of lists) {
    for await (const item of list) {
      const id = item.run_id ?? item.workflow_run_id;
      // While a list is read, new runs push others onto its next page.
      if (!id || seen.has(id)) continue;
      seen.add(id);
      const { status, finished_at } = item;
      yield { id, fingerprint: fingerprintOf(status, finished_at), ended: isFinalStatus(status) };
    }
  }
}

type Item = z.infer<typeof Item>;

async function* ofAgent(client: SkyvernClient, agent: string, filter: RunFilter): AsyncGenerator<Item> {
  const query = queryOf(filter.statuses);
  if (filter.since !== null) query.set("created_at_start", new Date(filter.since).toISOString());
  if (filter.until !== null) query.set("created_at_end", new Date(filter.until).toISOString());
  const path = `/v1/workflows/${encodeURIComponent(agent)}/runs`;
  for (let page = 1; ; page++) {
    const items = await read(client, path, query, page);
    if (!items) throw new RunpackError("no-such-run", { about: agent });
    yield* items.filter((item) => isWithin(item, filter));
    if (items.length < PAGE) return;
  }
}

async function* ofHistory(client: SkyvernClient, filter: RunFilter): AsyncGenerator<Item> {
  const query = queryOf(filter.statuses);
  for (let page = 1; page <= LAST_HISTORY_PAGE; page++) {
    const items = (await read(client, "/v1/runs", query, page)) ?? [];
    yield* items.filter((item) => isWithin(item, filter));
    const oldest = apiTime(items.at(-1)?.created_at);
    if (items.length < PAGE || (filter.since !== null && oldest !== null && oldest < filter.since)) return;
  }
  throw new UsageError(
    `Skyvern lists the newest ${LAST_HISTORY_PAGE * PAGE} runs alone: ask for less by --since, or by --agent.`,
  );
}

function queryOf(statuses: readonly string[]): URLSearchParams {
  const query = new URLSearchParams({ page_size: String(PAGE) });
  for (const status of statuses) query.append("status", status);
  return query;
}

async function read(
  client: SkyvernClient,
  path: string,
  query: URLSearchParams,
  page: number,
): Promise<Item[] | null> {
  query.set("page", String(page));
  return (await client.document(`${path}?${query}`, Items))?.value ?? null;
}

/** The history knows no dates, and a server may not know them either. */
function isWithin({ created_at }: Item, { since, until }: RunFilter): boolean {
  const created = apiTime(created_at);
  if (created === null) return true;
  return (since === null || created >= since) && (until === null || created < until);
}

/** What a run is now; one that has no document (skyvern-api.md §3) is always new. @throws RunpackError */
export async function readFingerprint(client: SkyvernClient, id: string): Promise<string> {
  const path = encodeURIComponent(id);
  const run =
    (await client.document(`/v1/runs/${path}`, RunDocument)) ??
    (await client.document(`/v1/workflows/runs/${path}`, WorkflowRunDocument));
  if (!run) return `unknown ${Date.now()}`;
  return fingerprintOf(run.value.status, run.value.finished_at);
}
