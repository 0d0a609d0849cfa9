import type { Proof } from "../bundle/fetch-context";
import type { LedgerLine } from "../redact/redactor";

/**
 * What the run report shows, apart from the bytes of the files. Made once at export (or for a preview), shown by
 * `entrypoints/report`. Paths are relative to `index.html`; times are milliseconds since the epoch.
 */
export interface ReportData {
  format: "runpack-report";
  version: 1;
  run: ReportRun;
  /** Counts as in `export-report.json`. */
  counts: { found: number; written: number; missing: number; leftOut: number };
  proofs: Record<Proof, number>;
  missing: ReportGap[];
  leftOut: ReportGap[];
  warnings: string[];
  /** Every written artifact and document, in the order of the run. Others point here by index. */
  files: ReportFile[];
  /** The run's blocks, steps, actions and thoughts in the order of the run: a tree laid flat. */
  timeline: ReportItem[];
  recordings: ReportRecording[];
  /** What share-safe removed; empty where it was off. */
  ledger: LedgerLine[];
  /** What share-safe looked for, in words; empty where it was off. */
  lookedFor: string[];
}

export interface ReportRun {
  id: string;
  requestedId: string;
  /** All that name this run. */
  ids: string[];
  /** Runs that blocks ran as: part of this one. */
  nestedRuns: string[];
  title: string | null;
  status: string | null;
  type: string | null;
  failureReason: string | null;
  failureCategory: string | null;
  createdAt: number | null;
  startedAt: number | null;
  finishedAt: number | null;
  organization: string | null;
  apiAddress: string;
  exportedAt: number;
  extensionVersion: string;
  preset: string;
  shareSafe: boolean;
  /** JSON texts as served; null where there is none. */
  inputs: string | null;
  output: string | null;
  /** Runs that a trigger block started: listed, with their folder where they are part of the bundle. */
  separateRuns: { id: string; path: string | null }[];
}

export interface ReportGap {
  id: string;
  type: string;
  /** In words for the user. */
  reason: string;
  detail: string;
}

/** How a file is shown. */
export type FileKind = "image" | "video" | "audio" | "json" | "html" | "har" | "log" | "text" | "binary";

export interface ReportFile {
  path: string;
  /** As the run named it; else the last part of the path. */
  name: string;
  /** Artifact ID; null for a document. */
  id: string | null;
  /** Artifact type, or `document`. */
  type: string;
  /** The type in words. */
  label: string;
  kind: FileKind;
  bytes: number;
  sha256: string;
  proof: Proof;
  at: number | null;
  /** Index of the timeline item that it belongs to. */
  item: number | null;
  /** Names of the chunks that hold its text, in order; null where the text is not in the report (too large, or no text). */
  chunks: string[] | null;
}

export interface ReportItem {
  kind: "block" | "step" | "action" | "thought";
  id: string;
  /** 0 at the top. */
  depth: number;
  /** Block label, `Step 3`, what the action did, the thought's kind. */
  title: string;
  /** Block type, action type, thought type. */
  subtype: string | null;
  status: string | null;
  failed: boolean;
  at: number | null;
  /** Duration in seconds. */
  seconds: number | null;
  /** Loop iteration of a block. */
  iteration: { index: number; value: string | null } | null;
  /** Reasoning, intention, failure reason, answer…: each with its label. */
  texts: { label: string; text: string }[];
  /** Index of the file that shows the moment: an action's screenshot. */
  screenshot: number | null;
  /** Indexes of all files that belong to it. */
  files: number[];
}

export interface ReportRecording {
  /** Index into `files`. */
  file: number;
  /** An estimate of the moment at 0:00; null where nothing is known. */
  startsAt: number | null;
}
