import { type JsonObject, urlOf } from "../json";
import type { Artifact, Run } from "../world";
import type { RunBuilder } from "./builder";

const latestOf = (artifacts: Artifact[], type: string, most: number): string[] =>
  artifacts
    .filter(({ row }) => row.artifact_type === type)
    .slice(-most)
    .map(({ row }) => urlOf(row.artifact_id));

/** `GET /v1/runs/{id}`: with what a run's own list lacks as well as what it has. */
export function runDocument(builder: RunBuilder, run: Run): JsonObject {
  const { spec, artifacts, downloads } = builder;
  const shared: JsonObject = {
    run_id: run.taskV2Id ?? run.id,
    status: run.status,
    output: spec.output ?? null,
    downloaded_files: downloads,
    recording_url: latestOf(artifacts, "recording", 1)[0] ?? null,
    recording_archived: false,
    screenshot_urls: latestOf(artifacts, "screenshot_final", 3),
    failure_reason: spec.failureReason ?? null,
    created_at: run.createdAt,
    modified_at: run.finishedAt ?? builder.now(),
    queued_at: run.createdAt,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    app_url: `https://app.skyvern.com/${run.kind === "task" ? "tasks" : "runs"}/${run.id}`,
    browser_session_id: spec.sessionId ?? null,
    browser_profile_id: null,
    max_screenshot_scrolls: null,
    script_run: null,
    errors: null,
    step_count: builder.steps,
  };
  return run.kind === "workflow" ? workflowFields(builder, shared) : taskFields(builder, run, shared);
}

function workflowFields({ spec }: RunBuilder, shared: JsonObject): JsonObject {
  return {
    ...shared,
    run_type: "workflow_run",
    run_with: "agent",
    ai_fallback: true,
    script_id: null,
    run_request: {
      workflow_id: spec.agentId ?? "",
      parameters: spec.parameters ?? {},
      title: spec.title,
      proxy_location: "RESIDENTIAL",
      webhook_url: null,
      browser_session_id: spec.sessionId ?? null,
      ai_fallback: true,
    },
  };
}

function taskFields({ spec }: RunBuilder, run: Run, shared: JsonObject): JsonObject {
  return {
    ...shared,
    run_type: run.kind === "task" ? "task_v1" : "task_v2",
    run_request: {
      prompt: spec.title ?? "Open the portal and read the list of invoices",
      url: "http://portal.acme.example/",
      engine: run.kind === "task" ? "skyvern-1.0" : "skyvern-2.0",
      proxy_location: "RESIDENTIAL",
    },
  };
}

/** `GET /v1/workflows/runs/{wr}`: what only this call has, secrets included. */
export function workflowRunDocument(builder: RunBuilder, run: Run): JsonObject {
  const { spec, artifacts, downloads } = builder;
  return {
    workflow_id: `w_${run.id.slice(3)}`,
    workflow_run_id: run.id,
    workflow_permanent_id: run.agentId ?? "",
    workflow_title: run.title,
    organization_id: builder.world.organization.id,
    status: run.status,
    failure_reason: spec.failureReason ?? null,
    failure_category: spec.failureReason
      ? [{ category: "NAVIGATION", confidence_float: 0.8, reasoning: spec.failureReason }]
      : null,
    proxy_location: "RESIDENTIAL",
    webhook_callback_url: "https://hooks.acme.example/skyvern?token=hook-secret-1b2c3d",
    webhook_failure_reason: null,
    totp_verification_url: "https://totp.acme.example/code?account=robot&secret=JBSWY3DPEHPK3PXP",
    totp_identifier: "robot@acme.example",
    extra_http_headers: { Authorization: "Bearer header-secret-4e5f6a" },
    browser_session_id: spec.sessionId ?? null,
    retried_from_workflow_run_id: null,
    retried_by_workflow_run_id: null,
    trigger_type: "manual",
    run_with: "agent",
    credits_used: 12,
    queued_at: run.createdAt,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    created_at: run.createdAt,
    modified_at: run.finishedAt ?? builder.now(),
    recording_url: latestOf(artifacts, "recording", 1)[0] ?? null,
    recording_urls: latestOf(artifacts, "recording", 99),
    screenshot_urls: latestOf(artifacts, "screenshot_final", 3),
    downloaded_files: downloads,
    outputs: spec.output ?? null,
    parameters: spec.parameters ?? {},
    total_steps: builder.steps,
    total_cost: 0.0615,
    task_v2: run.taskV2Id ? { task_id: run.taskV2Id, status: run.status, prompt: spec.title } : null,
    workflow: {
      workflow_id: `w_${run.id.slice(3)}`,
      workflow_permanent_id: run.agentId,
      title: run.title,
      version: 3,
      status: "published",
      workflow_definition: { version: 1, parameters: [], blocks: blockDefinitions(builder) },
    },
  };
}

function blockDefinitions({ timeline }: RunBuilder): JsonObject[] {
  return timeline
    .filter(({ type }) => type === "block")
    .map(({ block }) => ({
      label: block?.label ?? null,
      block_type: block?.block_type ?? null,
      navigation_goal: block?.navigation_goal ?? null,
    }));
}
