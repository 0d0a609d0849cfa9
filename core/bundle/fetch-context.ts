import type { Journal } from "../jobs/journal";
import type { SkyvernClient } from "../skyvern/client";
import type { CollectedArtifact } from "./artifact-union";
import type { BigFiles } from "./big-files";
import type { Connections } from "./connections";
import type { ExpectedEntry, StoredFile } from "./file-sink";
import type { FileWork } from "./file-work";
import type { Pace } from "./pace";
import type { PackFile } from "./pack";
import type { FileWarning } from "./warnings";

/** What shows a file to be whole, strongest first (skyvern-api.md §5). */
export type Proof = "checksum" | "crc32" | "length" | "none";

/** Why an artifact is not in the export; one text a reason, in gaps.ts. */
export type MissingReason =
  | "archived"
  | "not-found"
  | "refused"
  | "server-error"
  | "network"
  | "other-host"
  | "not-skyvern"
  | "redirected"
  | "damaged"
  | "unlisted-run"
  | "unlisted-source"
  | "unreadable-row";

export interface FileOutcome {
  kind: "file";
  file: StoredFile;
  proof: Proof;
  contentType: string | null;
  warning: FileWarning | null;
}

export interface MissingOutcome {
  kind: "missing";
  reason: MissingReason;
  detail: string;
}

/** `not-yet`: the server has the row but no file yet, which may change soon (skyvern-api.md §5). */
export type FetchOutcome = FileOutcome | MissingOutcome | { kind: "not-yet" };

/** What all downloads of a job share. */
export interface FetchContext {
  client: SkyvernClient;
  fetcher: typeof fetch;
  pack: PackFile;
  /** What is in the pack already, from before an interruption. */
  journal: Journal;
  work: FileWork;
  signal: AbortSignal;
  /** Files may still be uploading: 404 means "not yet". */
  settling: boolean;
  running: boolean;
  /** Where an artifact is expected to stand in the ZIP; null where that is not known yet. */
  expectedAt: (artifact: CollectedArtifact) => ExpectedEntry | null;
  /** What is fetched are archives, of which the members count: nobody needs the SHA-256 of the whole. */
  takenApart: boolean;
  /** Deflate text; off for a folder, whose files are saved as they are. */
  compress: boolean;
  /** Origins other than the API's that may be fetched from. */
  mayFetch: (origin: string) => boolean;
  /** Bytes received, as they come. */
  onBytes: (count: number) => void;
  pace: Pace;
  connections: Connections;
  bigFiles: BigFiles;
  activity: Activity;
}

/**
 * When bytes last came, for any download of any job. A request may stand in the browser's own queue behind long
 * bodies (6 connections to a host on HTTP/1.1): as long as these move, it has not been refused an answer.
 */
export class Activity {
  #at = 0;

  touch(): void {
    this.#at = Date.now();
  }

  /** Milliseconds since `start` or since bytes last came, whichever is less. */
  idleSince(start: number): number {
    return Date.now() - Math.max(start, this.#at);
  }
}
