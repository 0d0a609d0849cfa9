import { EVERYTHING } from "@/core/bundle/presets";
import { type JobResult, type JobView, queuedJob, wishFor } from "@/core/jobs/job";
import { CLOUD } from "@/core/settings/servers";

/** Of an export of one file that is whole; where it is saved is another matter. */
export const ONE_FILE: Omit<JobResult, "savedAs"> = {
  runs: [],
  found: 1,
  written: 1,
  missing: 0,
  leftOut: 0,
  bytes: 3,
  proofs: { checksum: 0, crc32: 0, length: 1, none: 0 },
  gaps: [],
  warnings: [],
};

/** A bundle of one run of the cloud that has just been ordered, but for what the test says. */
export function jobView(change: Partial<JobView>): JobView {
  const wish = wishFor(CLOUD.apiAddress, "wr_1", "bundle", EVERYTHING);
  return { ...queuedJob(wish, { id: "job-1", batchId: null, startedAt: 1 }), ...change };
}
