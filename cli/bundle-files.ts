import { createReadStream, fstatSync } from "node:fs";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline, Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { type ArchiveEntry, BadArchive, readArchiveFrom } from "@/core/bundle/zip/read-archive";
import { commonRoot, type GivenFile } from "@/core/report/verify";

const READ_BYTES = 1024 * 1024;

/** A bundle on disk: a ZIP, or the folder that it was unzipped to. */
export interface OpenBundle {
  files: GivenFile[];
  close(): Promise<void>;
}

/** @throws BadArchive where a file is no sound ZIP; the system's errors */
export async function openBundle(path: string): Promise<OpenBundle> {
  if ((await stat(path)).isDirectory()) return { files: await folderFiles(path), close: async () => {} };
  const file = await open(path, "r");
  try {
    return { files: await zipFiles(file), close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function zipFiles(file: FileHandle): Promise<GivenFile[]> {
  const read = (offset: number, length: number) => readAt(file, offset, length);
  const entries = await readArchiveFrom(read, fstatSync(file.fd).size);
  const root = commonRoot(entries.map(({ name }) => name));
  return entries.map((entry) => ({
    path: entry.name.slice(root.length),
    size: entry.size,
    chunks: () => entryChunks(read, entry),
  }));
}

/** The plain bytes of an entry, proven by its own size and CRC-32 at the end. @throws BadArchive */
async function* entryChunks(
  read: (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>,
  { name, method, dataOffset, compressedSize, size, crc32: promised }: ArchiveEntry,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  async function* packed() {
    for (let at = 0; at < compressedSize; at += READ_BYTES)
      yield await read(dataOffset + at, Math.min(READ_BYTES, compressedSize - at));
  }
  let bytes = 0;
  let crc = 0;
  for await (const chunk of method === 0 ? packed() : inflated(packed())) {
    const part = new Uint8Array(chunk);
    bytes += part.length;
    crc = crc32(part, crc);
    yield part;
  }
  if (bytes !== size) throw new BadArchive(`${name}: ${bytes} of ${size} bytes`);
  if (crc !== promised) throw new BadArchive(`${name}: wrong CRC-32`);
}

function inflated(packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // What fails is told to whoever reads the end of it.
  return pipeline(Readable.from(packed), createInflateRaw(), () => undefined);
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function folderFiles(folder: string): Promise<GivenFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => ({
      path: relative(folder, path).split(sep).join("/").normalize("NFC"),
      size: (await stat(path)).size,
      chunks: () => fileChunks(path),
    })),
  );
  const root = files.some(({ path }) => path === "bagit.txt")
    ? ""
    : commonRoot(files.map(({ path }) => path));
  return files.map((file) => ({ ...file, path: file.path.slice(root.length) }));
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES }))
    yield new Uint8Array(chunk);
}
