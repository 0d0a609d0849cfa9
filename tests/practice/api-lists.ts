import type { Call } from "./api";
import { invalid } from "./api-artifacts";
import type { JsonObject } from "./json";
import { type Answer, detail, jsonAnswer } from "./respond";
import type { Run, World } from "./world";

/** Past so many rows a filtered history is refused. */
const FILTERED_ROWS = 1000;

const RUN_TYPES = { workflow: "workflow_run", task: "task_v1", "task-v2": "task_v2" } as const;

/** `GET /v1/runs`: newest first, without child and debug runs; `page` and `page_size` 1 to 100. */
export function history({ world, query }: Call): Answer {
  const page = pageOf(query, 100);
  if ("status" in page) return page;
  const search = query.get("search_key");
  if (search !== null && search.length < 3)
    return invalid("search_key", "String should have at least 3 characters");
  const agents = query.getAll("workflow_permanent_id");
  const types = query.getAll("run_type");
  if ((search !== null || agents.length > 0) && page.number * page.size > FILTERED_ROWS) {
    return detail(400, `Pagination beyond ${FILTERED_ROWS} rows is not supported with these filters`);
  }
  const runs = listedRuns(world)
    .filter((run) => agents.length === 0 || agents.includes(run.agentId ?? ""))
    .filter((run) => types.length === 0 || types.includes(RUN_TYPES[run.kind]));
  return pageAnswer(world, filtered(runs, query, search), page, historyItem);
}

/** `GET /v1/workflows/{wpid}/runs`: an agent's runs, filtered by date too. */
export function agentRuns({ world, id, query }: Call): Answer {
  const page = pageOf(query, Number.MAX_SAFE_INTEGER);
  if ("status" in page) return page;
  const from = query.get("created_at_start");
  const to = query.get("created_at_end");
  const runs = listedRuns(world)
    .filter((run) => run.agentId === id && run.workflowRun !== null)
    .filter(
      ({ createdAt }) =>
        (from === null || utc(createdAt) >= utc(from)) && (to === null || utc(createdAt) < utc(to)),
    );
  if (runs.length === 0 && ![...world.runs.values()].some(({ agentId }) => agentId === id)) {
    return detail(404, `Workflow not found ${id}`);
  }
  return pageAnswer(world, filtered(runs, query, query.get("search_key")), page, ({ workflowRun }) =>
    agentItem(workflowRun),
  );
}

function listedRuns(world: World): Run[] {
  return [...world.runs.values()]
    .filter(({ listed }) => listed)
    .sort((a, b) => utc(b.createdAt) - utc(a.createdAt) || (a.id < b.id ? 1 : -1));
}

/** Times without a zone are UTC. */
function utc(time: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`);
}

function filtered(runs: Run[], query: URLSearchParams, search: string | null): Run[] {
  const statuses = query.getAll("status");
  const wanted = search?.toLowerCase() ?? "";
  return runs
    .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
    .filter(({ id, taskV2Id, title }) =>
      `${id} ${taskV2Id ?? ""} ${title ?? ""}`.toLowerCase().includes(wanted),
    );
}

interface Page {
  number: number;
  size: number;
}

function pageOf(query: URLSearchParams, most: number): Page | Answer {
  const number = Number(query.get("page") ?? 1);
  const size = Number(query.get("page_size") ?? 10);
  if (!Number.isInteger(number) || number < 1 || number > most)
    return invalid("page", `Input should be 1 to ${most}`);
  if (!Number.isInteger(size) || size < 1 || size > most)
    return invalid("page_size", `Input should be 1 to ${most}`);
  return { number, size };
}

function pageAnswer(
  world: World,
  runs: Run[],
  { number, size }: Page,
  item: (run: Run) => JsonObject | null,
): Answer {
  const rows = runs.slice((number - 1) * size, number * size);
  return jsonAnswer(200, world.render(rows.map(item)));
}

function historyItem(run: Run): JsonObject {
  return {
    task_run_id: `tr_${run.id.replace(/^\D+/, "")}`,
    run_id: run.taskV2Id ?? run.id,
    task_run_type: RUN_TYPES[run.kind],
    status: run.status,
    title: run.title,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    created_at: run.createdAt,
    workflow_permanent_id: run.agentId,
    workflow_deleted: run.agentDeleted,
    script_run: false,
    trigger_type: "manual",
    tags: [],
  };
}

/** The columns of the run alone: what only the single call gives is left out. */
function agentItem(document: JsonObject | null): JsonObject | null {
  if (!document) return null;
  const { recording_urls, downloaded_files, outputs, workflow, parameters, ...item } = document;
  return item;
}
