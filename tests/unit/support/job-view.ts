import { EVERYTHING } from "@/core/bundle/presets";
import { type JobView, NO_PROGRESS } from "@/core/jobs/job";

/** A bundle of one run of the cloud that has just been ordered, but for what the test says. */
export function jobView(change: Partial<JobView>): JobView {
  return {
    id: "job-1",
    server: "https://api.skyvern.com",
    runId: "wr_1",
    requestedId: "wr_1",
    together: null,
    batchId: null,
    mode: "bundle",
    choice: EVERYTHING,
    title: null,
    state: "queued",
    progress: NO_PROGRESS,
    result: null,
    error: null,
    note: null,
    startedAt: 1,
    endedAt: null,
    ...change,
  };
}
