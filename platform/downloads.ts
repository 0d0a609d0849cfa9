import { browser } from "wxt/browser";
import type { DownloadState } from "./messages";

/** Orders a download of a blob URL. The name is below the downloads folder; an existing file keeps its own. */
export async function startDownload(
  url: string,
  path: string,
): Promise<{ downloadId: number } | { error: string }> {
  try {
    const downloadId = await browser.downloads.download({
      url,
      filename: path,
      saveAs: false,
      conflictAction: "uniquify",
    });
    return { downloadId };
  } catch (error) {
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
