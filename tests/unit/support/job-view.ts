import { EVERYTHING } from "@/core/bundle/presets";
import { type JobView, queuedJob, wishFor } from "@/core/jobs/job";
import { CLOUD } from "@/core/settings/servers";

/** A bundle of one run of the cloud that has just been ordered, but for what the test says. */
export function jobView(change: Partial<JobView>): JobView {
  const wish = wishFor(CLOUD.apiAddress, "wr_1", "bundle", EVERYTHING);
  return { ...queuedJob(wish, { id: "job-1", batchId: null, startedAt: 1 }), ...change };
}
