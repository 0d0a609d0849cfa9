import * as z from "zod/mini";
import type { SkyvernClient } from "./client";
import { isRunId } from "./ids";
import { apiTime, WorkflowRunDocument } from "./schemas";

/** Which runs of an agent. Times are milliseconds since the epoch. */
export interface AgentRunsQuery {
  /** The agent's permanent ID, `wpid_…`. */
  agentId: string;
  /** Created at this time or later; null: all. */
  since: number | null;
  /** None: any. */
  statuses: readonly string[];
}

/** The agent of a run; null for a run that has none. @throws as `SkyvernClient.document` */
export async function agentOf(client: SkyvernClient, runId: string): Promise<string | null> {
  const found = await client.document(`/v1/workflows/runs/${runId}`, WorkflowRunDocument);
  return found?.value.workflow_permanent_id || null;
}

/** A run as the agent's list has it. Times are milliseconds since the epoch. */
export interface AgentRun {
  runId: string;
  status: string | null;
  createdAt: number | null;
  finishedAt: number | null;
  modifiedAt: number | null;
}

export interface AgentRuns {
  /** Newest first, each once. */
  runs: AgentRun[];
  /** There are more, which were not asked for. */
  cut: boolean;
}

const PAGE_SIZE = 100;
const MOST_PAGES = 20;
const Rows = z.array(WorkflowRunDocument);

/**
 * The runs of an agent since a day, by the dated list call (skyvern-api.md §7): at most 2,000.
 * @returns null where there is no such agent
 * @throws as `SkyvernClient.document`
 */
export async function listAgentRuns(client: SkyvernClient, query: AgentRunsQuery): Promise<AgentRuns | null> {
  const runs = new Map<string, AgentRun>();
  for (let page = 1; page <= MOST_PAGES; page++) {
    const found = await client.document(pathOf(query, page), Rows);
    if (!found) return page === 1 ? null : { runs: [...runs.values()], cut: true };
    for (const row of found.value) {
      const runId = row.workflow_run_id ?? "";
      // A run that began meanwhile moves the pages: what is named twice is one run.
      if (isRunId(runId))
        runs.set(runId, {
          runId,
          status: row.status ?? null,
          createdAt: apiTime(row.created_at),
          finishedAt: apiTime(row.finished_at),
          modifiedAt: apiTime(row.modified_at),
        });
    }
    if (found.value.length < PAGE_SIZE) return { runs: [...runs.values()], cut: false };
  }
  return { runs: [...runs.values()], cut: true };
}

function pathOf({ agentId, since, statuses }: AgentRunsQuery, page: number): string {
  const query = new URLSearchParams({ page: String(page), page_size: String(PAGE_SIZE) });
  if (since !== null) query.set("created_at_start", new Date(since).toISOString());
  for (const status of statuses) query.append("status", status);
  return `/v1/workflows/${encodeURIComponent(agentId)}/runs?${query}`;
}
