import { commonRoot, folderFile, type GivenFile, zipFiles } from "@/core/report/verify";

interface Found {
  /** From what was dropped on, its own name included. */
  path: string;
  file: File;
}

declare global {
  interface DataTransferItem {
    /** File System Access, §3.8: Chromium alone has it. */
    getAsFileSystemHandle?(): Promise<FileSystemFileHandle | FileSystemDirectoryHandle | null>;
  }
}

/**
 * What was dropped on the page: a ZIP, a folder, or the files of one.
 * Chromium refuses to read entries on a page from disk, but gives handles; Firefox has entries alone.
 */
export async function droppedFiles(dropped: DataTransfer | null): Promise<GivenFile[]> {
  const items = [...(dropped?.items ?? [])].filter(({ kind }) => kind === "file");
  const [only] = items;
  // All of these before anything is waited for: what was dropped is gone after that.
  const zip = items.length === 1 && only?.webkitGetAsEntry()?.isFile ? only.getAsFile() : null;
  if (zip) return zipFiles(zip);
  const found = (await Promise.all(items.map(filesOf))).flat();
  const root = items.length === 1 ? commonRoot(found.map(({ path }) => path)) : "";
  return found.map(({ path, file }) => folderFile(path.slice(root.length), file));
}

async function filesOf(item: DataTransferItem): Promise<Found[]> {
  if (item.getAsFileSystemHandle) {
    const handle = await item.getAsFileSystemHandle();
    return handle ? filesBelow(handle, handle.name) : [];
  }
  const entry = item.webkitGetAsEntry();
  return entry ? filesOfEntry(entry) : [];
}

async function filesBelow(
  handle: FileSystemFileHandle | FileSystemDirectoryHandle,
  path: string,
): Promise<Found[]> {
  if (handle.kind === "file") return [{ path, file: await handle.getFile() }];
  const found: Found[][] = [];
  for await (const [name, child] of handle.entries()) found.push(await filesBelow(child, `${path}/${name}`));
  return found.flat();
}

async function filesOfEntry(entry: FileSystemEntry): Promise<Found[]> {
  // A full path begins with a slash.
  if (isFile(entry)) return [{ path: entry.fullPath.slice(1), file: await fileOf(entry) }];
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: FileSystemEntry[] = [];
  // A reader gives 100 at a time, and none at the end.
  for (let some = await readSome(reader); some.length > 0; some = await readSome(reader)) found.push(...some);
  return (await Promise.all(found.map(filesOfEntry))).flat();
}

function readSome(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
