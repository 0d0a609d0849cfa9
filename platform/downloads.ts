import { browser } from "wxt/browser";
import type { DownloadState, OrderedBundle } from "./messages";

type Determining = typeof browser.downloads.onDeterminingFilename;
type Determiner = Parameters<Determining["addListener"]>[0];

/** Names of downloads, by their URLs, that the browser is to ask us for. */
const insisted = new Map<string, string>();

const nameIt: Determiner = ({ url }, suggest) => {
  const filename = insisted.get(url);
  suggest(filename === undefined ? undefined : { filename, conflictAction: "uniquify" });
  letGo(url);
};

/** Who listens is a nuisance to all other extensions' downloads: not longer than for one name. */
function letGo(url: string): void {
  insisted.delete(url);
  setTimeout(() => {
    if (insisted.size === 0) browser.downloads.onDeterminingFilename.removeListener(nameIt);
  });
}

/**
 * Orders a download of a blob URL. The name is below the downloads folder; an existing file keeps its own.
 * @param insist Chromium drops the name where any other extension listens to `onDeterminingFilename`: we do, too, then.
 * The extension that was installed or updated last has its way (developer.chrome.com: downloads).
 */
export async function startDownload(
  url: string,
  path: string,
  insist = false,
): Promise<{ downloadId: number } | { error: string }> {
  if (insist) {
    insisted.set(url, path);
    browser.downloads.onDeterminingFilename.addListener(nameIt);
  }
  try {
    const downloadId = await browser.downloads.download({
      url,
      filename: path,
      saveAs: false,
      conflictAction: "uniquify",
    });
    return { downloadId };
  } catch (error) {
    if (insist) letGo(url);
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** How a download stands; null where the browser knows it no more. */
export async function downloadState(downloadId: number): Promise<DownloadState | null> {
  const [item] = await browser.downloads.search({ id: downloadId });
  if (!item) return null;
  return {
    state: item.state === "complete" || item.state === "interrupted" ? item.state : "in_progress",
    received: item.bytesReceived,
    size: Math.max(item.fileSize, 0),
    error: item.error ?? null,
    fileName: item.filename,
    held: item.state === "in_progress" && item.danger !== "safe" && item.danger !== "accepted",
  };
}

/** Stops a download; one that has ended is left alone. */
export async function cancelDownload(downloadId: number): Promise<void> {
  await browser.downloads.cancel(downloadId).catch(() => undefined);
}

/** The download that was ordered last for a blob URL, which no other has; null where there is none. */
export async function findDownload(url: string): Promise<number | null> {
  const [item] = await browser.downloads.search({ url, orderBy: ["-startTime"], limit: 1 });
  return item?.id ?? null;
}

/** A bundle that lies where the browser put it. */
export interface SavedBundle {
  downloadId: number;
  fileName: string;
  /** Milliseconds since the epoch. */
  endedAt: number;
}

/**
 * The download of a bundle whose host is gone, where the browser's list has it as whole and still there. One that still
 * runs is broken off: the job saves its bundle anew, and there would be two.
 * Chromium's list outlives a crash; Firefox's knows finished downloads as long as the browser runs.
 */
export async function findSaved({ url, bytes }: OrderedBundle): Promise<SavedBundle | null> {
  const downloadId = await findDownload(url);
  if (downloadId === null) return null;
  await cancelDownload(downloadId);
  const [item] = await browser.downloads.search({ id: downloadId });
  if (item?.state !== "complete" || !item.exists || item.fileSize !== bytes) return null;
  const ended = Date.parse(item.endTime ?? "");
  return { downloadId, fileName: item.filename, endedAt: Number.isNaN(ended) ? Date.now() : ended };
}

/** Takes a finished download off the disk and out of the browser's list. */
export async function removeDownload(downloadId: number): Promise<void> {
  await browser.downloads.removeFile(downloadId).catch(() => undefined);
  await browser.downloads.erase({ id: downloadId });
}

/** Opens the folder of a download. @returns false where the file was moved or deleted */
export async function showDownload(downloadId: number): Promise<boolean> {
  const [item] = await browser.downloads.search({ id: downloadId });
  if (!item?.exists) return false;
  await browser.downloads.show(downloadId);
  return true;
}

/**
 * Where a file was saved, as far as it is worth showing: below the downloads folder as ordered, or in whatever folder
 * another extension, or the user, put it instead.
 * @param ordered below the downloads folder
 * @param fileName the whole path
 */
export function savedPath(ordered: string, fileName: string): string {
  const parts = fileName.split(/[\\/]/);
  const depth = ordered.split("/").length;
  const path = parts.slice(-depth).join("/");
  const folder = ordered.slice(0, ordered.lastIndexOf("/") + 1);
  return path.startsWith(folder) ? path : parts.slice(-2).join("/");
}

/** A file's name without its folders, by either system's separators. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
