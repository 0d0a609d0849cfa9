import * as z from "zod/mini";

/**
 * The API's answers as far as we rely on them (skyvern-openapi.json, skyvern-api.md §6 and §7). Unknown fields
 * pass; a field of the wrong kind reads as absent, so that one odd field never costs a run.
 */
const text = z.catch(z.nullable(z.optional(z.string())), null);
const amount = z.catch(z.nullable(z.optional(z.number().check(z.nonnegative()))), null);
const flag = z.catch(z.nullable(z.optional(z.boolean())), null);
const anything = z.optional(z.unknown());

export const ArtifactRow = z.looseObject({
  artifact_id: z.string().check(z.minLength(1)),
  artifact_type: z.string(),
  uri: z.catch(z.string(), ""),
  created_at: z.catch(z.string(), ""),
  bundle_key: text,
  checksum: text,
  file_size: amount,
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

/** Lists are parsed element by element, so that a bad one costs no other. */
const list = z.catch(z.nullable(z.optional(z.array(z.unknown()))), null);

export const RunDocument = z.looseObject({
  run_id: text,
  run_type: text,
  status: text,
  app_url: text,
  browser_session_id: text,
  finished_at: text,
  modified_at: text,
  recording_url: text,
  downloaded_files: list,
  output: anything,
  run_request: anything,
});
export type RunDocument = z.infer<typeof RunDocument>;

export const WorkflowRunDocument = z.looseObject({
  workflow_run_id: text,
  status: text,
  finished_at: text,
  modified_at: text,
  browser_session_id: text,
  recording_url: text,
  recording_urls: list,
  downloaded_files: list,
  outputs: anything,
  workflow: z.catch(z.nullable(z.optional(z.looseObject({ title: text }))), null),
});
export type WorkflowRunDocument = z.infer<typeof WorkflowRunDocument>;

export const TaskDocument = z.looseObject({
  task_id: text,
  status: text,
  title: text,
  finished_at: text,
  modified_at: text,
  recording_url: text,
  browser_session_id: text,
  downloaded_files: list,
  request: anything,
});
export type TaskDocument = z.infer<typeof TaskDocument>;

export const TaskV2Document = z.looseObject({ workflow_run_id: text });

export const Block = z.looseObject({
  workflow_run_block_id: text,
  workflow_run_id: text,
  block_workflow_run_id: text,
  block_type: text,
  label: text,
  task_id: text,
  current_index: amount,
  output: anything,
  downloaded_file_count: amount,
  created_at: text,
});
export type Block = z.infer<typeof Block>;

export const TimelineNode = z.looseObject({
  type: text,
  block: z.catch(z.nullable(z.optional(Block)), null),
  created_at: text,
  children: list,
});
export type TimelineNode = z.infer<typeof TimelineNode>;

export const RunListItem = z.looseObject({ run_id: text, workflow_run_id: text, title: text });
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
