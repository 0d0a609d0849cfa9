import type { GapGroup } from "../jobs/job";
import type { MissingReason } from "./fetch-context";

/** Why an artifact was left out on purpose. */
export type LeftOutReason = "preset" | "unfinished-download" | "share-safe" | "not-redactable";

/** An artifact that the export lacks. */
export interface Gap<Reason> {
  artifact_id: string;
  artifact_type: string;
  reason: Reason;
  detail: string;
}

/** Gaps by reason, most frequent first, with up to 20 examples each. */
export function groupGaps(missing: readonly Gap<MissingReason>[]): GapGroup[] {
  const groups = new Map<MissingReason, GapGroup>();
  for (const { reason, artifact_id, artifact_type } of missing) {
    const group = groups.get(reason) ?? { reason, count: 0, examples: [] };
    group.count++;
    if (group.examples.length < 20) group.examples.push({ type: artifact_type, id: artifact_id });
    groups.set(reason, group);
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
