import type { ExportMode } from "@/core/jobs/job";
import { RunpackError, runpackError } from "@/core/skyvern/errors";
import type { BrowserSide } from "./bundling-host";
import type { DownloadState } from "./messages";
import type { PackedBlob } from "./worker-protocol";

const FOLDER = "Skyvern";
const POLL_MS = 1000;
const PARALLEL = 6;
const MOST_FOLDER_TRIES = 100;

/** The browser did not save a file; `failure` is in words for the user. */
export class SaveFailed extends Error {
  override name = "SaveFailed";

  constructor(readonly failure: RunpackError) {
    super(failure.message);
  }
}

interface Saved {
  downloadId: number;
  fileName: string;
}

/** Saves one export through the browser's downloads. Done is what the browser calls complete, with the right size. */
export class Saving {
  readonly #waiting = new Map<number, () => void>();
  readonly #downloads = new Set<number>();
  #cancelled = false;
  #savedBytes = 0;
  #totalBytes = 0;

  constructor(
    private readonly side: BrowserSide,
    private readonly onProgress: (fraction: number, note: string | null) => void,
  ) {}

  /** @returns where it was saved, below the downloads folder. @throws SaveFailed */
  async save(
    mode: ExportMode,
    name: string,
    files: readonly PackedBlob[],
  ): Promise<{ downloadId: number; path: string }> {
    this.#totalBytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
    return mode === "bundle" ? this.#saveBundle(name, files) : this.#saveFolder(name, files);
  }

  cancel(): void {
    this.#cancelled = true;
    for (const id of this.#downloads) void this.side.cancelDownload(id);
    for (const wake of this.#waiting.values()) wake();
  }

  /** The browser said that something changed about a download. */
  changed(downloadId: number): void {
    this.#waiting.get(downloadId)?.();
  }

  async #saveBundle(name: string, files: readonly PackedBlob[]) {
    const [file] = files;
    if (!file) throw new SaveFailed(runpackError("unknown"));
    const { downloadId, fileName } = await this.#saveFile(file.blob, `${FOLDER}/${name}.zip`);
    return { downloadId, path: `${FOLDER}/${baseName(fileName)}` };
  }

  async #saveFolder(name: string, files: readonly PackedBlob[]) {
    const [first, ...rest] = files;
    if (!first) throw new SaveFailed(runpackError("unknown"));
    const { folder, downloadId } = await this.#freshFolder(name, first);
    const last = rest.filter(({ path }) => !path.includes("/"));
    await this.#saveAll(
      folder,
      rest.filter((file) => !last.includes(file)),
      PARALLEL,
    );
    // The report says what is there, so it comes when everything is.
    await this.#saveAll(folder, last, 1);
    return { downloadId, path: folder };
  }

  /** A folder of an earlier export is not mixed with this one: the first file shows whether the name is taken. */
  async #freshFolder(name: string, first: PackedBlob): Promise<{ folder: string; downloadId: number }> {
    for (let count = 0; count < MOST_FOLDER_TRIES; count++) {
      const folder = `${FOLDER}/${name}${count > 0 ? ` (${count})` : ""}`;
      const { downloadId, fileName } = await this.#saveFile(first.blob, `${folder}/${first.path}`);
      if (baseName(fileName) === baseName(first.path)) return { folder, downloadId };
      await this.side.removeDownload(downloadId);
      this.#savedBytes -= first.blob.size;
    }
    throw new SaveFailed(runpackError("save-failed"));
  }

  async #saveAll(folder: string, files: readonly PackedBlob[], parallel: number): Promise<void> {
    const queue = files.values();
    const lane = async () => {
      for (const { blob, path } of queue) await this.#saveFile(blob, `${folder}/${path}`);
    };
    await Promise.all(Array.from({ length: parallel }, lane));
  }

  async #saveFile(blob: Blob, path: string): Promise<Saved> {
    if (this.#cancelled) throw new SaveFailed(runpackError("save-cancelled"));
    const url = URL.createObjectURL(blob);
    try {
      const started = await this.side.download(url, path);
      if ("error" in started) throw new SaveFailed(refusal(path, started.error));
      this.#downloads.add(started.downloadId);
      const end = await this.#ended(started.downloadId);
      if (Math.max(end.size, end.received) !== blob.size) throw new SaveFailed(runpackError("save-failed"));
      this.#savedBytes += blob.size;
      this.#report(0, null);
      return { downloadId: started.downloadId, fileName: end.fileName };
    } finally {
      // Never before the end: a revoked URL breaks the download.
      URL.revokeObjectURL(url);
    }
  }

  async #ended(downloadId: number): Promise<DownloadState> {
    for (;;) {
      const now = await this.side.downloadState(downloadId);
      if (this.#cancelled || !now) throw new SaveFailed(runpackError("save-cancelled"));
      if (now.state === "complete") {
        this.#downloads.delete(downloadId);
        return now;
      }
      if (now.state === "interrupted") throw new SaveFailed(failureOf(now.error));
      const held = "The browser holds the file and asks whether to keep it: see its list of downloads.";
      this.#report(now.received, now.held ? held : null);
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

  #report(received: number, note: string | null): void {
    const share = this.#totalBytes > 0 ? Math.min((this.#savedBytes + received) / this.#totalBytes, 1) : 1;
    this.onProgress(0.95 + 0.05 * share, note);
  }
}

/** The browser took no order for this file at all. */
function refusal(path: string, reason: string): RunpackError {
  const { message } = runpackError("save-failed");
  return new RunpackError("save-failed", `${message} (${baseName(path)}: ${reason})`);
}

/** Chrome's and Firefox's interrupt reasons (downloads.InterruptReason) in our words. */
function failureOf(reason: string | null): RunpackError {
  if (reason === "USER_CANCELED") return runpackError("save-cancelled");
  if (reason === "FILE_NO_SPACE") return runpackError("no-space");
  return runpackError("save-failed", {}, reason);
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
