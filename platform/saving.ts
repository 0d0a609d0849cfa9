import { inLanes } from "@/core/bundle/lanes";
import type { ExportMode, JobNote } from "@/core/jobs/job";
import { type RunpackError, runpackError } from "@/core/skyvern/errors";
import type { DownloadsSide } from "./bundling-host";
import { baseName, savedPath } from "./downloads";
import type { DownloadState } from "./messages";
import type { PackedBlob } from "./worker-protocol";

const FOLDER = "Skyvern";
const POLL_MS = 1000;
const PARALLEL = 6;
const MOST_FOLDER_TRIES = 100;
const TRIES = 10;
const TRY_AGAIN_MS = 300;

/** The browser did not save a file. */
export class SaveFailed extends Error {
  override name = "SaveFailed";

  constructor(readonly failure: RunpackError) {
    super(failure.message);
  }
}

/** There is a folder of that name, with a file of the same name in it. */
class FolderTaken extends Error {
  override name = "FolderTaken";
}

/** A ZIP that is about to be saved. */
interface BundleOrder {
  /** Of its blob. */
  url: string;
  bytes: number;
  path: string;
}

interface Saved {
  downloadId: number;
  fileName: string;
  size: number;
  /** It has no name that anyone gave it: another extension took that away. */
  nameless: boolean;
}

/** Saves one export through the browser's downloads. Done is what the browser calls complete, with the right size. */
export class Saving {
  readonly #waiting = new Map<number, () => void>();
  readonly #downloads = new Set<number>();
  /** Where exports go, below the downloads folder. */
  #base = FOLDER;
  #stopped = false;
  /** A name was lost: the browser is to ask for names from then on. */
  #insists = false;
  #savedBytes = 0;
  #totalBytes = 0;

  constructor(
    private readonly side: DownloadsSide,
    private readonly onProgress: (fraction: number, note: JobNote | null) => void,
    private readonly beforeBundle: (order: BundleOrder) => Promise<void> = async () => {},
  ) {}

  /**
   * @returns where it was saved, below the downloads folder; a bundle may have lost its name on the way
   * @throws SaveFailed
   */
  async save(
    mode: ExportMode,
    name: string,
    files: readonly PackedBlob[],
    folder = "",
  ): Promise<{ downloadId: number; path: string; nameless?: boolean }> {
    if (folder !== "") this.#base = `${FOLDER}/${folder}`;
    this.#totalBytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
    return mode === "bundle" ? this.#saveBundle(name, files) : this.#saveFolder(name, files);
  }

  cancel(): void {
    this.#stopAll();
  }

  /** The browser said that something changed about a download. */
  changed(downloadId: number): void {
    this.#waiting.get(downloadId)?.();
  }

  async #saveBundle(name: string, files: readonly PackedBlob[]) {
    const [file] = files;
    if (!file) throw new SaveFailed(runpackError("unknown"));
    const path = `${this.#base}/${name}.zip`;
    const { downloadId, fileName, nameless } = await this.#saveFile(file.blob, path, (url) =>
      this.beforeBundle({ url, bytes: file.blob.size, path }),
    );
    return { downloadId, path: savedPath(path, fileName), nameless };
  }

  /** A folder of an earlier export is not mixed with this one: a file that gets another name shows that it is there. */
  async #saveFolder(name: string, files: readonly PackedBlob[]) {
    for (let count = 0; count < MOST_FOLDER_TRIES; count++) {
      const folder = `${this.#base}/${name}${count > 0 ? ` (${count})` : ""}`;
      const saved: number[] = [];
      try {
        return await this.#intoFolder(folder, files, saved);
      } catch (error) {
        if (!(error instanceof FolderTaken)) throw error;
        for (const id of saved) await this.#ask(() => this.side.removeDownload(id));
        this.#savedBytes = 0;
      }
    }
    throw new SaveFailed(runpackError("save-failed"));
  }

  /** @throws FolderTaken; SaveFailed, when no download of this folder is under way any more */
  async #intoFolder(folder: string, files: readonly PackedBlob[], saved: number[]) {
    const [first, ...rest] = files;
    if (!first) throw new SaveFailed(runpackError("unknown"));
    let where = folder;
    const one = async ({ blob, path }: PackedBlob) => {
      const ordered = `${folder}/${path}`;
      const { downloadId, fileName, nameless } = await this.#saveFile(blob, ordered);
      saved.push(downloadId);
      if (nameless) {
        await this.#ask(() => this.side.removeDownload(downloadId));
        throw new SaveFailed(runpackError("names-lost"));
      }
      if (!path.includes("/")) where = savedPath(ordered, fileName).replace(/\/[^/]*$/, "");
      if (isNumbered(baseName(fileName), baseName(path))) throw new FolderTaken();
    };
    await one(first);
    // The report says what is there, so it comes when everything is.
    const last = rest.filter(({ path }) => !path.includes("/"));
    const others = rest.filter((file) => !last.includes(file));
    await inLanes(others, PARALLEL, (file) =>
      one(file).catch((error: unknown) => {
        if (!(error instanceof FolderTaken)) this.#stopAll();
        throw error;
      }),
    );
    await inLanes(last, 1, one);
    return { downloadId: saved[0] ?? 0, path: where };
  }

  /** One failure ends the export: what is under way would be saved for nothing. */
  #stopAll(): void {
    this.#stopped = true;
    for (const id of this.#downloads) this.#cancelDownload(id);
    for (const wake of this.#waiting.values()) wake();
  }

  /** The save has failed or was given up already: a download that can't be cancelled changes nothing about that. */
  #cancelDownload(downloadId: number): void {
    this.#ask(() => this.side.cancelDownload(downloadId)).catch(() => undefined);
  }

  async #saveFile(blob: Blob, path: string, before = async (_url: string) => {}): Promise<Saved> {
    const url = URL.createObjectURL(blob);
    try {
      await this.#ask(() => before(url));
      if (this.#stopped) throw new SaveFailed(runpackError("save-cancelled"));
      let file = await this.#download(url, path, this.#insists);
      if (file.nameless && !this.#insists) {
        this.#insists = true;
        await this.#ask(() => this.side.removeDownload(file.downloadId));
        file = await this.#download(url, path, true);
      }
      if (file.size !== blob.size) throw new SaveFailed(runpackError("save-failed"));
      this.#savedBytes += blob.size;
      this.#report(0, null);
      return file;
    } finally {
      // Never before the end: a revoked URL breaks the download.
      URL.revokeObjectURL(url);
    }
  }

  async #download(url: string, path: string, insist: boolean): Promise<Saved> {
    const started = await this.#order(url, path, insist);
    if ("error" in started) throw new SaveFailed(refusal(path, started.error));
    const { downloadId } = started;
    this.#downloads.add(downloadId);
    // Stopped while the browser was asked: nobody knew the download's ID until now.
    if (this.#stopped) this.#cancelDownload(downloadId);
    const { fileName, size, received } = await this.#ended(downloadId);
    return { downloadId, fileName, size: Math.max(size, received), nameless: isNameless(fileName, url) };
  }

  /**
   * A background that is stopped in the midst of the order answers nothing: the browser's own list tells then
   * whether the order arrived. The same file must not be saved twice.
   */
  #order(url: string, path: string, insist: boolean): Promise<{ downloadId: number } | { error: string }> {
    let sent = false;
    return this.#ask(async () => {
      const downloadId = sent ? await this.side.findDownload(url) : null;
      if (downloadId !== null) return { downloadId };
      sent = true;
      return this.side.download(url, path, insist);
    });
  }

  /** The background may be starting anew while it is asked. */
  async #ask<T>(call: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await call();
      } catch (error) {
        if (tries >= TRIES) throw new SaveFailed(runpackError("save-failed", {}, error));
        await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      }
    }
  }

  async #ended(downloadId: number): Promise<DownloadState> {
    for (;;) {
      const now = await this.#ask(() => this.side.downloadState(downloadId));
      if (this.#stopped || !now) throw new SaveFailed(runpackError("save-cancelled"));
      if (now.state === "complete") {
        this.#downloads.delete(downloadId);
        return now;
      }
      if (now.state === "interrupted") throw new SaveFailed(failureOf(now.error));
      this.#report(now.received, now.held ? { code: "held" } : null);
      await this.#change(downloadId);
    }
  }

  #change(downloadId: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(downloadId);
        resolve();
      };
      const timer = setTimeout(wake, POLL_MS);
      this.#waiting.set(downloadId, wake);
    });
  }

  #report(received: number, note: JobNote | null): void {
    const share = this.#totalBytes > 0 ? Math.min((this.#savedBytes + received) / this.#totalBytes, 1) : 1;
    this.onProgress(0.95 + 0.05 * share, note);
  }
}

/** The browser took no order for this file at all. */
function refusal(path: string, reason: string): RunpackError {
  return runpackError("save-failed", { detail: `${baseName(path)}: ${reason}` });
}

/** Chrome's and Firefox's interrupt reasons (downloads.InterruptReason) in our words. */
function failureOf(reason: string | null): RunpackError {
  if (reason === "USER_CANCELED") return runpackError("save-cancelled");
  if (reason === "FILE_BLOCKED") return runpackError("save-forbidden");
  if (reason === "FILE_NO_SPACE") return runpackError("no-space");
  return runpackError("save-failed", {}, reason);
}

/** True for a file that has the name of its blob's address. */
function isNameless(fileName: string, url: string): boolean {
  const id = /[^/:]*$/.exec(url)?.[0] ?? "";
  return id !== "" && baseName(fileName).startsWith(id);
}

/** True where the browser numbered a file, as where one of that name is there: `a (1).pdf` in Chrome, `a(1).pdf` in Firefox. */
function isNumbered(saved: string, ordered: string): boolean {
  const plain = (name: string) => name.normalize("NFC").toLowerCase();
  const name = plain(saved);
  return [...name.matchAll(/ ?\(\d+\)/g)].some(
    ({ 0: number, index }) => name.slice(0, index) + name.slice(index + number.length) === plain(ordered),
  );
}
