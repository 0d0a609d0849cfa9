import type { GapGroup } from "../jobs/job";
import { artifactType } from "../skyvern/artifact-types";
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

/** The one table of reasons, in words for the user. */
const REASONS: Record<MissingReason, string> = {
  archived: "In Skyvern's cold storage (older than 90 days), which can't be read",
  "not-found": "Skyvern no longer has the file, or not yet",
  refused: "Skyvern refused the file for this API key",
  "server-error": "Skyvern's server kept failing",
  network: "The connection kept breaking",
  "other-host": "Stored on another host, which Runpack may not read from",
  "not-skyvern": "Something between you and Skyvern answered instead (a login page?)",
  damaged: "Damaged inside its archive on Skyvern's side",
  "unlisted-run": "Skyvern would not list the files of a run inside this run",
  "unlisted-source": "Skyvern would not give a document that may name more files",
  "unreadable-row": "Skyvern's list has an entry that can't be read",
};

const LEFT_OUT: Record<LeftOutReason, string> = {
  preset: "Not part of what was asked for",
  "unfinished-download": "A partial file of a download that never ended",
  "share-safe": "Left out of share-safe exports: pixels and documents can't be searched for secrets",
  "not-redactable": "Left out: it could not be read to search it for secrets",
};

/** Why an artifact is missing or left out, in words for the user. */
export function reasonText(reason: MissingReason | LeftOutReason): string {
  return { ...REASONS, ...LEFT_OUT }[reason];
}

/** Gaps by reason, most frequent first, with up to 20 examples each. */
export function groupGaps(missing: readonly Gap<MissingReason>[]): GapGroup[] {
  const groups = new Map<MissingReason, GapGroup>();
  for (const { reason, artifact_id, artifact_type } of missing) {
    const group = groups.get(reason) ?? { reason: REASONS[reason], count: 0, examples: [] };
    group.count++;
    if (group.examples.length < 20)
      group.examples.push(`${artifactType(artifact_type).label} ${artifact_id}`);
    groups.set(reason, group);
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
