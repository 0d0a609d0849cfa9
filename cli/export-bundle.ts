import { createHash } from "node:crypto";
import { statfs } from "node:fs/promises";
import type { PackedExport } from "@/core/bundle/assemble";
import type { Connections } from "@/core/bundle/connections";
import type { ExportOrder } from "@/core/bundle/export-order";
import { exportRun } from "@/core/bundle/export-run";
import type { Activity } from "@/core/bundle/fetch-context";
import { LocalWork } from "@/core/bundle/file-work";
import { safeName } from "@/core/bundle/names";
import { composeZip } from "@/core/bundle/zip/compose";
import type { JobProgress, JobResult } from "@/core/jobs/job";
import { Journal } from "@/core/jobs/journal";
import { ProgressMeter } from "@/core/jobs/progress";
import { type Access, SkyvernClient } from "@/core/skyvern/client";
import type { Destination } from "./destination";
import { reportApp } from "./report-app";
import { ENGLISH, words } from "./words";
import { FileHandleSync, WorkFiles } from "./work-files";
import { writeZip, type ZipFile } from "./zip-file";

/** What all exports of a command share. */
export interface ExportHost {
  access: Access;
  fetcher: typeof fetch;
  signal: AbortSignal;
  activity: Activity;
  connections: Connections;
  destination: Destination;
  /** Where packs and journals are until their bundles are saved. */
  workFolder: string;
  /** Origins other than the API's that files may be fetched from. */
  storageOrigins: ReadonlySet<string>;
  /** How long a Skyvern that can't be reached is waited for, in milliseconds. */
  patienceMs: number;
}

/** What is told while an export is under way. */
export interface ExportNews {
  listed(run: { runId: string; title: string | null }): void;
  progress(progress: JobProgress, note: string | null): void;
}

/** A bundle that is about to be saved. */
export interface FinishedZip extends ZipFile {
  packed: PackedExport;
  /** SHA-256 of `manifest-sha256.txt`, which has that of every file of the run. */
  manifestSha256: string;
}

export interface SavedBundle extends FinishedZip {
  /** The name at the destination. */
  saved: string;
  result: JobResult;
}

const TICK_MS = 250;

/**
 * Exports one run as a bundle. What it fetched stays until the bundle is saved: a second call goes on from there.
 * @param onName told what the bundle is going to be called, before it is
 * @throws RunpackError; PackFull; the signal's reason; the system's errors
 */
export async function exportBundle(
  order: ExportOrder,
  host: ExportHost,
  news: ExportNews,
  onName: (zip: FinishedZip, saved: string) => Promise<void> = async () => {},
): Promise<SavedBundle> {
  const files = new WorkFiles(host.workFolder, workKey(order, host.access.apiAddress));
  files.lock();
  try {
    const meter = new ProgressMeter();
    const packed = await pack(order, host, files, meter, news);
    const zip = await compose(packed, host, files, meter, news);
    const { destination, signal } = host;
    const saved = await destination.save(zip, packed.name, signal, (name) => onName(zip, name));
    files.remove();
    return { ...zip, saved, result: { ...packed.result, savedAs: saved } };
  } finally {
    files.unlock();
  }
}

async function pack(
  order: ExportOrder,
  host: ExportHost,
  files: WorkFiles,
  meter: ProgressMeter,
  news: ExportNews,
): Promise<PackedExport> {
  const { access, fetcher, signal, activity, connections, storageOrigins, workFolder } = host;
  const journalFile = new FileHandleSync(files.journal);
  const work = new LocalWork();
  const { pack, journal } = await Journal.open(journalFile, new FileHandleSync(files.pack), work);
  meter.filesKept = journal.filesKept;
  const waiting = { files: 0, offline: false };
  const timer = setInterval(() => news.progress(meter.view(Date.now()), waitingNote(waiting)), TICK_MS);
  const patience = {
    ms: host.patienceMs,
    known: journal.filesKept > 0,
    online: () => true,
    onWait: (offline: boolean) => {
      waiting.offline = offline;
    },
  };
  let packed: PackedExport;
  try {
    packed = await exportRun(order, {
      client: new SkyvernClient(access, signal, fetcher, patience),
      fetcher,
      pack,
      journal,
      work,
      signal,
      meter,
      activity,
      connections,
      mayFetch: (origin) => storageOrigins.has(origin) && origin !== new URL(access.apiAddress).origin,
      freeBytes: await freeBytes(workFolder),
      allowed: async (choice) => choice,
      texts: ENGLISH,
      english: words,
      reportApp,
      onListed: (title, runId) => news.listed({ runId, title }),
      onWaiting: (count) => {
        waiting.files = count;
      },
    });
  } catch (error) {
    closeQuietly(journal);
    // Nothing came: there is nothing to go on with.
    if (meter.filesDone === 0 && journal.filesKept === 0 && !signal.aborted) files.remove();
    throw error;
  } finally {
    clearInterval(timer);
  }
  journal.close();
  return packed;
}

async function compose(
  packed: PackedExport,
  { signal }: ExportHost,
  files: WorkFiles,
  meter: ProgressMeter,
  news: ExportNews,
): Promise<FinishedZip> {
  const layout = composeZip(
    packed.entries.map(({ path, file, modified }) => ({
      ...file,
      path: packed.root + path,
      modified,
    })),
  );
  let written = 0;
  const onBytes = (count: number) => {
    written += count;
    meter.saving(written, layout.size);
    news.progress(meter.view(Date.now()), null);
  };
  const zip = await writeZip(layout, files.pack, files.zip, signal, onBytes);
  const manifest = packed.entries.find(({ path }) => path === "manifest-sha256.txt");
  return { ...zip, packed, manifestSha256: manifest?.file.sha256 ?? "" };
}

/** Half of what is free: the pack is there while the ZIP is written. */
async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.floor((bavail * bsize) / 2);
}

/** An export that failed already has an error that tells more. */
function closeQuietly(journal: Journal): void {
  try {
    journal.close();
  } catch {
    // Closed all the same.
  }
}

/** The same export finds its files again: what is ordered is in their name. */
function workKey({ runId, choice, words, mode }: ExportOrder, apiAddress: string): string {
  const asked = JSON.stringify([runId, choice, words, mode, apiAddress]);
  const hash = createHash("sha256").update(asked).digest("hex").slice(0, 12);
  return `${safeName(runId, "run")}-${hash}`;
}

function waitingNote({ files, offline }: { files: number; offline: boolean }): string | null {
  if (offline) return "Skyvern can't be reached; waiting for it.";
  return files > 0 ? `Waiting for files that Skyvern has not stored yet: ${files}.` : null;
}
