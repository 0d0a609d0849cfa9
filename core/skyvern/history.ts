import * as z from "zod/mini";
import type { SkyvernClient } from "./client";
import { isRunId } from "./ids";
import { apiTime, RunListItem } from "./schemas";

/** A run as the history lists it. Times are milliseconds since the epoch. */
export interface HistoryItem {
  runId: string;
  title: string | null;
  status: string | null;
  createdAt: number | null;
  startedAt: number | null;
  finishedAt: number | null;
}

export interface HistoryQuery {
  /** Part of a title or an ID; too short a one is not sent. */
  search: string;
  /** null: any. */
  status: string | null;
  /** From 1. */
  page: number;
}

export interface HistoryPage {
  items: HistoryItem[];
  /** There may be another page, and the API would give it. */
  more: boolean;
}

/** Statuses that a run may have (skyvern-api.md §7), for a filter. */
export const RUN_STATUSES = [
  "created",
  "queued",
  "running",
  "paused",
  "completed",
  "failed",
  "terminated",
  "canceled",
  "timed_out",
] as const;

/** The API wants so many characters to search for. */
export const SHORTEST_SEARCH = 3;
const PAGE_SIZE = 20;
const LAST_PAGE = 100;
/** Rows that a search gives; past them it is refused with 400 (skyvern-api.md §7). */
const SEARCHED_ROWS = 1000;

/**
 * Runs of the organization, newest first; child and debug runs are left out by the server.
 * @throws as `SkyvernClient.document`
 */
export async function readHistory(client: SkyvernClient, query: HistoryQuery): Promise<HistoryPage> {
  const search = query.search.trim();
  const searches = search.length >= SHORTEST_SEARCH;
  const last = searches ? SEARCHED_ROWS / PAGE_SIZE : LAST_PAGE;
  if (query.page > last) return { items: [], more: false };
  const parameters = new URLSearchParams({ page: String(query.page), page_size: String(PAGE_SIZE) });
  if (searches) parameters.set("search_key", search);
  if (query.status !== null) parameters.append("status", query.status);
  const found = await client.document(`/v1/runs?${parameters}`, z.array(z.unknown()));
  const rows = found?.value ?? [];
  return { items: rows.flatMap(itemOf), more: rows.length === PAGE_SIZE && query.page < last };
}

/** A row without an ID can't be exported, so it is no row. */
function itemOf(row: unknown): HistoryItem[] {
  const parsed = RunListItem.safeParse(row);
  if (!parsed.success) return [];
  const { run_id, workflow_run_id, title, status, created_at, started_at, finished_at } = parsed.data;
  const runId = run_id ?? workflow_run_id ?? "";
  if (!isRunId(runId)) return [];
  return [
    {
      runId,
      title: title || null,
      status: status ?? null,
      createdAt: apiTime(created_at),
      startedAt: apiTime(started_at),
      finishedAt: apiTime(finished_at),
    },
  ];
}
