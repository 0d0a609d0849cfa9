import type { ExportMode } from "../jobs/job";
import type { Journal } from "../jobs/journal";
import type { ProgressMeter } from "../jobs/progress";
import type { SkyvernClient } from "../skyvern/client";
import type { Catalog } from "../text/catalog";
import type { Words } from "../text/words";
import type { Connections } from "./connections";
import type { Activity } from "./fetch-context";
import type { FileWork } from "./file-work";
import type { PackFile } from "./pack";
import type { ExportChoice } from "./presets";

/** What is to be exported. */
export interface ExportOrder {
  runId: string;
  mode: ExportMode;
  choice: ExportChoice;
  version: string;
  /** Strings that the user wants out of share-safe exports. */
  words: string[];
  /** See name-template.ts. */
  nameTemplate: string;
}

/** What an export works with. */
export interface ExportTools {
  client: SkyvernClient;
  fetcher: typeof fetch;
  pack: PackFile;
  journal: Journal;
  work: FileWork;
  signal: AbortSignal;
  meter: ProgressMeter;
  /** Of all jobs that share the browser's connections. */
  activity: Activity;
  connections: Connections;
  mayFetch: (origin: string) => boolean;
  /** Bytes that the disk has room for; null where nobody knows. */
  freeBytes: number | null;
  /** The user's language, for what people read in an export. */
  texts: Catalog;
  /** English, for what machines read: `export-report.json`. */
  english: Words;
  /** The code of the report page, of this version of the extension. */
  reportApp: () => Promise<{ script: string; style: string }>;
  /** Tells that the list is there and fetching begins. */
  onListed: (title: string | null, runId: string) => void;
  /** What of the order's choice may be exported: known before anything is laid out to be saved. */
  allowed: (asked: ExportChoice) => Promise<ExportChoice>;
  /** How many files are waited for that Skyvern doesn't have yet. */
  onWaiting: (files: number) => void;
}
