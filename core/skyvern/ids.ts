/**
 * Run IDs as Skyvern writes them: `<prefix>_<opaque>`. The opaque part is a 64-bit decimal in the cloud and
 * something else on older and self-hosted servers, so it is text here and never a number.
 */
const RUN_ID = /^(?:wr|tsk_v2|tsk(?!_v2_$))_[A-Za-z0-9_-]+$/;
const SESSION_ID = /^pbs_[A-Za-z0-9_-]+$/;

export type RunIdKind = "workflow-run" | "task-v2" | "task";

/** True where the whole text is the ID of a run. */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text);
}

/** The kind of a run ID; null for anything that is none. `tsk_v2_` is tested before `tsk_`, which it also begins with. */
export function runIdKind(id: string): RunIdKind | null {
  if (!isRunId(id)) return null;
  if (id.startsWith("wr_")) return "workflow-run";
  return id.startsWith("tsk_v2_") ? "task-v2" : "task";
}

/** True where the whole text is the ID of a browser session. */
export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text);
}

/** True for the ID of anything that can be exported. */
export function isExportId(text: string): boolean {
  return isRunId(text) || isSessionId(text);
}
