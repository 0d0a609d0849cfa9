import type { ExportWarning, WarningCode } from "../bundle/warnings";
import type { MessageKey, Words } from "./words";

const WARNINGS: Record<WarningCode, MessageKey> = {
  running: "warning_running",
  "not-begun": "warning_notBegun",
  "no-timeline": "warning_noTimeline",
  "recording-late": "warning_recordingLate",
  "few-downloads": "warning_fewDownloads",
  "separate-run": "warning_separateRun",
  "session-open": "warning_sessionOpen",
  "session-not-recorded-yet": "warning_sessionNotRecordedYet",
  "session-not-recorded": "warning_sessionNotRecorded",
  "code-of-now": "warning_codeOfNow",
  "not-given": "warning_notGiven",
  "archive-unread": "warning_archiveUnread",
  "name-lost": "warning_nameLost",
  "checksum-differs": "warning_checksumDiffers",
  "whole-archive": "warning_wholeArchive",
};

/** What is worth knowing about an export, in words. */
export function warningText(words: Words, { code, about }: ExportWarning): string {
  return words.t(WARNINGS[code], ...about);
}
