import type { ErrorCode, JobError } from "../jobs/job";
import type { MessageKey, Words } from "./words";

/** The one table of error texts: what happened, and what to do next. */
const ERRORS: Record<ErrorCode, MessageKey> = {
  "no-key": "error_noKey",
  "key-refused": "error_keyRefused",
  "no-permission": "error_noPermission",
  "no-such-run": "error_noSuchRun",
  "no-such-session": "error_noSuchSession",
  unreachable: "error_unreachable",
  server: "error_server",
  "bad-answer": "error_badAnswer",
  "no-space": "error_noSpace",
  "save-failed": "error_saveFailed",
  "save-cancelled": "error_saveCancelled",
  "save-forbidden": "error_saveForbidden",
  "names-lost": "error_namesLost",
  interrupted: "error_interrupted",
  unknown: "error_unknown",
};

/** An error in words for the user. */
export function errorText(words: Words, { code, about, detail }: JobError): string {
  const text = words.t(ERRORS[code], about ?? "Skyvern");
  return detail ? words.t("error_detail", text, detail) : text;
}
