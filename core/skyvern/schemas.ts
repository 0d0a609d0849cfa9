import * as z from "zod/mini";

/**
 * The API's answers as far as we rely on them (skyvern-openapi.json, skyvern-api.md §6 and §7). Unknown fields
 * pass; a field of the wrong kind reads as absent, so that one odd field never costs a run.
 */
const text = z.catch(z.nullable(z.optional(z.string())), null);
const amount = z.catch(z.nullable(z.optional(z.number().check(z.nonnegative()))), null);
const flag = z.catch(z.nullable(z.optional(z.boolean())), null);
const anything = z.optional(z.unknown());
/** Lists are parsed element by element, so that a bad one costs no other. */
const list = z.catch(z.nullable(z.optional(z.array(z.unknown()))), null);

export const ArtifactRow = z.looseObject({
  artifact_id: z.string().check(z.minLength(1)),
  artifact_type: z.catch(z.string(), "unknown"),
  uri: z.catch(z.string(), ""),
  created_at: z.catch(z.string(), ""),
  bundle_key: text,
  checksum: text,
  file_size: amount,
  observer_thought_id: text,
  task_id: text,
  step_id: text,
  workflow_run_id: text,
  workflow_run_block_id: text,
  signed_url: text,
  archived: flag,
});
export type ArtifactRow = z.infer<typeof ArtifactRow>;

/** The list is an array of anything; rows are parsed one by one, so that a single bad one can be named. */
export const ArtifactList = z.array(z.unknown());

export const FileInfo = z.looseObject({
  url: text,
  filename: text,
  checksum: text,
  file_size: amount,
  artifact_id: text,
});
export type FileInfo = z.infer<typeof FileInfo>;

/** When a run was at work; the same fields in all its documents. */
const times = { created_at: text, started_at: text, finished_at: text, modified_at: text };

export const RunDocument = z.looseObject({
  ...times,
  run_id: text,
  run_type: text,
  status: text,
  failure_reason: text,
  script_run: z.catch(z.nullable(z.optional(z.looseObject({ script_id: text }))), null),
  app_url: text,
  browser_session_id: text,
  recording_url: text,
  downloaded_files: list,
  output: anything,
  run_request: anything,
});
export type RunDocument = z.infer<typeof RunDocument>;

export const WorkflowRunDocument = z.looseObject({
  ...times,
  workflow_run_id: text,
  workflow_permanent_id: text,
  status: text,
  failure_reason: text,
  failure_category: anything,
  browser_session_id: text,
  recording_url: text,
  recording_urls: list,
  downloaded_files: list,
  outputs: anything,
  workflow: z.catch(z.nullable(z.optional(z.looseObject({ title: text }))), null),
});
export type WorkflowRunDocument = z.infer<typeof WorkflowRunDocument>;

export const TaskDocument = z.looseObject({
  ...times,
  task_id: text,
  status: text,
  title: text,
  failure_reason: text,
  recording_url: text,
  browser_session_id: text,
  downloaded_files: list,
  request: anything,
});
export type TaskDocument = z.infer<typeof TaskDocument>;

export const TaskV2Document = z.looseObject({ workflow_run_id: text });

/** `GET /v1/browser_sessions/{pbs}`. */
export const SessionDocument = z.looseObject({
  browser_session_id: text,
  status: text,
  created_at: text,
  started_at: text,
  completed_at: text,
  modified_at: text,
  recordings: list,
  downloaded_files: list,
});
export type SessionDocument = z.infer<typeof SessionDocument>;

export const Action = z.looseObject({
  action_id: text,
  action_type: text,
  status: text,
  step_id: text,
  task_id: text,
  step_order: amount,
  action_order: amount,
  reasoning: text,
  intention: text,
  response: text,
  description: text,
  text: text,
  screenshot_artifact_id: text,
  created_at: text,
  started_at: text,
  finished_at: text,
});
export type Action = z.infer<typeof Action>;

export const Thought = z.looseObject({
  thought_id: text,
  thought_type: text,
  workflow_run_block_id: text,
  user_input: text,
  observation: text,
  thought: text,
  answer: text,
  created_at: text,
});
export type Thought = z.infer<typeof Thought>;

export const Step = z.looseObject({
  step_id: z.string(),
  task_id: text,
  status: text,
  order: amount,
  retry_index: amount,
  created_at: text,
  modified_at: text,
});
export type Step = z.infer<typeof Step>;

export const Script = z.looseObject({
  blocks: z.catch(z.record(z.string(), z.unknown()), {}),
  main_script: text,
  script_id: text,
});

export const Block = z.looseObject({
  workflow_run_block_id: text,
  workflow_run_id: text,
  block_workflow_run_id: text,
  block_type: text,
  label: text,
  status: text,
  failure_reason: text,
  duration: amount,
  task_id: text,
  current_index: amount,
  current_value: text,
  url: text,
  final_url: text,
  output: anything,
  actions: list,
  downloaded_file_count: amount,
  created_at: text,
});
export type Block = z.infer<typeof Block>;

export const TimelineNode = z.looseObject({
  type: text,
  block: z.catch(z.nullable(z.optional(Block)), null),
  thought: z.catch(z.nullable(z.optional(Thought)), null),
  created_at: text,
  children: list,
});
export type TimelineNode = z.infer<typeof TimelineNode>;

export const RunListItem = z.looseObject({
  ...times,
  run_id: text,
  workflow_run_id: text,
  title: text,
  status: text,
});
export const Organization = z.looseObject({ organization_name: text, organization_id: text });
export type Organization = z.infer<typeof Organization>;

/** A run's fields that hold its title's sources: `run_request.title`, `run_request.url`. */
export const RunRequest = z.looseObject({ title: text, url: text });

const FINAL = new Set(["completed", "failed", "terminated", "canceled", "cancelled", "timed_out"]);

/** True where a run has ended; an unknown status counts as not ended, which only makes us more careful. */
export function isFinalStatus(status: string | null | undefined): boolean {
  return typeof status === "string" && FINAL.has(status);
}

/** Engines parse far more than ISO 8601, each in its own way ("step 1" is a date in V8). */
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Milliseconds since the epoch of an API time: ISO 8601, UTC where it names no zone; null for anything else. */
export function apiTime(value: string | null | undefined): number | null {
  const [, date, clock = "00:00", zone = "Z"] = ISO_TIME.exec(value ?? "") ?? [];
  if (date === undefined) return null;
  const time = Date.parse(`${date}T${clock}${zone.replace(/(\d{2})(\d{2})$/, "$1:$2").toUpperCase()}`);
  return Number.isNaN(time) ? null : time;
}
