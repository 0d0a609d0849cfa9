import type { LeftOutReason } from "../bundle/gaps";
import type { GapGroup } from "../jobs/job";
import type { MessageKey, Words } from "./words";

type GapReason = GapGroup["reason"] | LeftOutReason;

/** The one table of reasons why an artifact is missing, or left out on purpose. */
const REASONS: Record<GapReason, MessageKey> = {
  archived: "gap_archived",
  "not-found": "gap_notFound",
  refused: "gap_refused",
  "server-error": "gap_serverError",
  network: "gap_network",
  "other-host": "gap_otherHost",
  "not-skyvern": "gap_notSkyvern",
  redirected: "gap_redirected",
  damaged: "gap_damaged",
  "unlisted-run": "gap_unlistedRun",
  "unlisted-source": "gap_unlistedSource",
  "unreadable-row": "gap_unreadableRow",
  "whole-run": "gap_wholeRun",
  preset: "gap_preset",
  "unfinished-download": "gap_unfinishedDownload",
  "share-safe": "gap_shareSafe",
  "not-redactable": "gap_notRedactable",
};

/** Why an artifact is missing or left out, in words for the user. */
export function gapText(words: Words, reason: GapReason): string {
  // A report of a later version may have others.
  const key: MessageKey | undefined = REASONS[reason];
  return key ? words.t(key) : reason;
}
