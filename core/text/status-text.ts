import type { MessageKey, Words } from "./words";

/** Statuses that a run may have (skyvern-api.md §7). */
const STATUSES: Record<string, MessageKey> = {
  created: "status_created",
  queued: "status_queued",
  running: "status_running",
  paused: "status_paused",
  completed: "status_completed",
  failed: "status_failed",
  terminated: "status_terminated",
  canceled: "status_canceled",
  timed_out: "status_timed_out",
};

/** A run's or session's status for people; one that nobody knows yet as the API says it. */
export function statusText(words: Words, status: string): string {
  const key = STATUSES[status];
  return key ? words.t(key) : status.replaceAll("_", " ");
}
