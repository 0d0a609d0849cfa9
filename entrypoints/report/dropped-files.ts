import { commonRoot, folderFile, type GivenFile, zipFiles } from "@/core/report/verify";

/** What was dropped on the page: a ZIP, a folder, or the files of one. */
export async function droppedFiles(dropped: DataTransfer | null): Promise<GivenFile[]> {
  const entries = [...(dropped?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const [only] = entries;
  if (entries.length === 1 && only && isFile(only)) return zipFiles(await fileOf(only));
  const files = (await Promise.all(entries.map(walk))).flat();
  // A full path begins with a slash.
  const paths = files.map(({ path }) => path.replace(/^\//, ""));
  const root = entries.length === 1 ? commonRoot(paths) : "";
  return files.map(({ file }, index) => folderFile((paths[index] ?? "").slice(root.length), file));
}

async function walk(entry: FileSystemEntry): Promise<{ path: string; file: File }[]> {
  if (isFile(entry)) return [{ path: entry.fullPath, file: await fileOf(entry) }];
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: FileSystemEntry[] = [];
  // A reader gives 100 at a time, and none at the end.
  for (let some = await readSome(reader); some.length > 0; some = await readSome(reader)) found.push(...some);
  return (await Promise.all(found.map(walk))).flat();
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
