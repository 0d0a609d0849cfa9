import type { Call } from "./api";
import type { JsonObject } from "./json";
import { type Answer, detail, jsonAnswer } from "./respond";
import type { TimelineNode } from "./world";

export function version(): Answer {
  return jsonAnswer(200, JSON.stringify({ version: "3f1c9a7d52e84b6f90ab1c2d3e4f5a6b7c8d9e0f" }));
}

/** `GET /api/v1/organizations/me`: whose key it is. */
export function organization({ world }: Call): Answer {
  const { id, name } = world.organization;
  return jsonAnswer(200, JSON.stringify({ organization_id: id, organization_name: name }));
}

/** `GET /v1/runs/{id}`: a task v2 answers to `wr_` too, and as its `tsk_v2_` self. */
export function runDocument({ world, id }: Call): Answer {
  const document = world.runOf(id)?.document;
  return document ? jsonAnswer(200, world.render(document)) : detail(404, `Run not found ${id}`);
}

/** `GET /v1/workflows/runs/{wr}`. */
export function workflowRun({ world, id }: Call): Answer {
  const document = world.runs.get(id)?.workflowRun;
  return document ? jsonAnswer(200, world.render(document)) : detail(404, `WorkflowRun not found ${id}`);
}

/** `GET /v1/runs/{id}/timeline`: newest first at every level; 404 by the `wr_` of a task v2, 400 for plain tasks. */
export function timeline({ world, id }: Call): Answer {
  const run = world.runOf(id);
  if (!run || (run.kind === "task-v2" && id === run.id)) return detail(404, `Run not found ${id}`);
  if (!run.timeline) return detail(400, "Timeline not available for this run type");
  const visible = run.timeline.slice(0, run.visibleNodes);
  run.visibleNodes = Math.min(run.timeline.length, run.visibleNodes + 1);
  return jsonAnswer(200, world.render(newestFirst(visible)));
}

function newestFirst(nodes: TimelineNode[]): TimelineNode[] {
  return nodes
    .map((node) => ({
      ...node,
      block: node.block && reversedActions(node.block),
      children: newestFirst(node.children),
    }))
    .reverse();
}

function reversedActions(block: JsonObject): JsonObject {
  const { actions } = block;
  return Array.isArray(actions) ? { ...block, actions: [...actions].reverse() } : block;
}

/** `GET /api/v1/tasks/{tsk}`: also for tasks of a workflow's blocks, whose `/v1/runs/{tsk}` is 404. */
export function task({ world, id }: Call): Answer {
  const record = world.tasks.get(id);
  return record ? jsonAnswer(200, world.render(record.task)) : detail(404, `Task not found ${id}`);
}

/** `GET /api/v1/tasks/{tsk}/steps`. */
export function taskSteps({ world, id }: Call): Answer {
  const record = world.tasks.get(id);
  return record ? jsonAnswer(200, world.render(record.steps)) : detail(404, `Task not found ${id}`);
}

/** `GET /api/v1/tasks/{tsk}/actions`. */
export function taskActions({ world, id }: Call): Answer {
  const record = world.tasks.get(id);
  return record ? jsonAnswer(200, world.render(record.actions)) : detail(404, `Task not found ${id}`);
}

/** `GET /api/v2/tasks/{tsk_v2}`: the way from one ID to the other. */
export function taskV2({ world, id }: Call): Answer {
  const run = id.startsWith("tsk_v2_") ? world.runOf(id) : null;
  if (!run) return detail(404, `Task v2 ${id} not found`);
  const document = {
    task_id: id,
    status: run.status,
    organization_id: world.organization.id,
    workflow_run_id: run.id,
    workflow_permanent_id: run.agentId,
    created_at: run.createdAt,
    modified_at: run.finishedAt ?? run.createdAt,
  };
  return jsonAnswer(200, world.render(document));
}

/** `GET /v1/browser_sessions/{pbs}`. */
export function session({ world, id }: Call): Answer {
  const document = world.sessions.get(id);
  return document ? jsonAnswer(200, world.render(document)) : detail(404, `Browser session ${id} not found`);
}

/** `GET /v1/browser_sessions/{pbs}/workflow_runs`. */
export function sessionRuns({ world, id }: Call): Answer {
  if (!world.sessions.has(id)) return detail(404, `Browser session ${id} not found`);
  const runs = [...world.runs.values()]
    .map(({ workflowRun: document }) => document)
    .filter((document) => document?.browser_session_id === id);
  return jsonAnswer(200, world.render(runs));
}

/** `GET /v1/browser_sessions/{pbs}/action_logs`. */
export function sessionLogs({ world, id }: Call): Answer {
  if (!world.sessions.has(id)) return detail(404, `Browser session ${id} not found`);
  return jsonAnswer(200, world.render(world.sessionLogs.get(id) ?? []));
}

/** `POST /v1/scripts/{wpid}/blocks`: the generated code of an agent; 404 for deleted agents. */
export function scriptBlocks({ world, id, body }: Call): Answer {
  try {
    JSON.parse(body);
  } catch {
    return jsonAnswer(
      422,
      JSON.stringify({ detail: [{ type: "json_invalid", loc: ["body"], msg: "JSON decode error" }] }),
    );
  }
  const script = world.scripts.get(id);
  const deleted = [...world.runs.values()].some((run) => run.agentId === id && run.agentDeleted);
  if (deleted) return detail(404, `Workflow not found ${id}`);
  return jsonAnswer(
    200,
    world.render(script ?? { blocks: {}, main_script: null, script_id: null, version: null }),
  );
}
