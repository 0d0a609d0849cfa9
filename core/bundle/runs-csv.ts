import type { JobError } from "../jobs/job";
import { errorText } from "../text/error-text";
import type { Words } from "../text/words";

/** A run as a list of exported runs has it. Times are milliseconds since the epoch. */
export interface RunRow {
  runId: string;
  title: string | null;
  status: string | null;
  createdAt: number | null;
  startedAt: number | null;
  finishedAt: number | null;
  /** Why the run failed, in Skyvern's words. */
  failure: string | null;
  /** Artifacts in the export, and their bytes. */
  files: number;
  bytes: number;
  /** Artifacts that are missing. */
  gaps: number;
  /** Why nothing of the run was exported; null where it was. */
  error: JobError | null;
}

const COLUMNS: readonly [name: string, of: (row: RunRow, words: Words) => string | number | null][] = [
  ["run_id", ({ runId }) => runId],
  ["title", ({ title }) => title],
  ["status", ({ status }) => status],
  ["created_at", ({ createdAt }) => isoTime(createdAt)],
  ["started_at", ({ startedAt }) => isoTime(startedAt)],
  ["finished_at", ({ finishedAt }) => isoTime(finishedAt)],
  ["duration_seconds", durationOf],
  ["failure_reason", ({ failure }) => failure],
  ["files", ({ files }) => files],
  ["bytes", ({ bytes }) => bytes],
  ["gaps", ({ gaps }) => gaps],
  ["export_error", ({ error }, words) => error && errorText(words, error)],
];

/** `runs.csv` (RFC 4180, UTF-8, a header line): a run a line. No cell is a formula to a spreadsheet. */
export function runsCsv(words: Words, rows: readonly RunRow[]): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    ...rows.map((row) => COLUMNS.map(([, of]) => cell(of(row, words)))),
  ];
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** Seconds that a run took; null where it has not begun or ended. */
export function durationOf({ startedAt, createdAt, finishedAt }: RunRow): number | null {
  const began = startedAt ?? createdAt;
  return began === null || finishedAt === null ? null : Math.max(0, (finishedAt - began) / 1000);
}

function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // Spreadsheets run what begins so, some after they have dropped blanks; a quote makes it text (OWASP, CSV injection).
  const inert = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
