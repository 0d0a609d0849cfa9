import type { PresetId } from "@/core/bundle/presets";
import type { ExportMode, JobView } from "@/core/jobs/job";

/**
 * Everything that crosses a context by `runtime.sendMessage`. No message holds the API key, a signed URL or
 * bytes of an artifact.
 */

/** From the content script and the extension's pages to the background. The answer's type is `AskAnswer[type]`. */
export type Ask =
  | { to: "background"; type: "export"; runId: string; mode: ExportMode; preset: PresetId }
  | { to: "background"; type: "cancel"; jobId: string }
  | { to: "background"; type: "retry"; jobId: string }
  | { to: "background"; type: "show-in-folder"; jobId: string }
  /** Jobs of one run, newest first; all jobs without `runId`. */
  | { to: "background"; type: "jobs"; runId?: string }
  | { to: "background"; type: "open-options" }
  | { to: "background"; type: "preset" }
  | { to: "background"; type: "set-preset"; preset: PresetId };

export interface AskAnswer {
  /** `no-key`: nothing started; options were opened and the export goes on once a key is saved. */
  export: { kind: "started"; job: JobView } | { kind: "no-key" } | { kind: "refused"; message: string };
  cancel: null;
  retry: null;
  "show-in-folder": { shown: boolean };
  jobs: JobView[];
  "open-options": null;
  preset: PresetId;
  "set-preset": null;
}

/** From the background to every surface that may show the job. */
export interface JobNews {
  to: "surfaces";
  type: "job";
  job: JobView;
}
