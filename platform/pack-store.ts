import { type Extent, PackFile, PackWriter } from "@/core/bundle/pack";
import type { ZipLayout } from "@/core/bundle/zip/compose";
import { packFolder } from "./pack-files";

/** Firefox streams a Blob of so many parts from disk when it saves it, and reads a larger one into memory. */
const MOST_STREAMED_PARTS = 8;
const FEW_PARTS = 100;
const MOST_COPIED_BYTES = 128 * 1024 * 1024;
const COPY_BYTES = 1024 * 1024;

/** A worker that was killed a moment ago may hold its files for as long. */
const LOCK_TRIES = 20;
const LOCK_WAIT_MS = 250;

/** A job's pack and journal, as they were left; new and empty ones for a new job. */
export async function openPack(
  jobId: string,
): Promise<{ pack: FileSystemSyncAccessHandle; journal: FileSystemSyncAccessHandle }> {
  const pack = await openHandle(`${jobId}.pack`);
  try {
    return { pack, journal: await openHandle(`${jobId}.journal`) };
  } catch (error) {
    pack.close();
    throw error;
  }
}

async function openHandle(name: string): Promise<FileSystemSyncAccessHandle> {
  const file = await (await packFolder()).getFileHandle(name, { create: true });
  for (let tries = 1; ; tries++) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      const locked = error instanceof DOMException && error.name === "NoModificationAllowedError";
      if (!locked || tries >= LOCK_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCK_WAIT_MS));
    }
  }
}

/** The closed pack as a file to slice. */
async function packAsFile(jobId: string): Promise<File> {
  return (await (await packFolder()).getFileHandle(`${jobId}.pack`)).getFile();
}

/**
 * A Blob for each file of the pack. No byte is copied, except of files in many pieces where the browser would read
 * those into memory: they are laid out one behind the other in a file of their own first.
 */
export async function fileBlobs(
  jobId: string,
  files: readonly (readonly Extent[])[],
  type: string,
  streamsManyParts: boolean,
): Promise<Blob[]> {
  const scattered = files.filter((extents) => !streamsManyParts && extents.length > MOST_STREAMED_PARTS);
  const copied = scattered.length > 0 ? await copyToOneFile(jobId, scattered.flat()) : null;
  const pack = await packAsFile(jobId);
  let end = 0;
  return files.map((extents) => {
    if (!copied || !scattered.includes(extents)) return blobOf(pack, extents, type);
    const start = end;
    end += sizeOf(extents);
    return whole(copied.slice(start, end, type), end - start);
  });
}

function sizeOf(extents: readonly Extent[]): number {
  return extents.reduce((sum, { length }) => sum + length, 0);
}

function blobOf(pack: File, extents: readonly Extent[], type: string): Blob {
  const parts = extents.map(({ offset, length }) => pack.slice(offset, offset + length));
  return whole(new Blob(parts, { type }), sizeOf(extents));
}

/**
 * The ZIP as a Blob of header bytes and slices of the pack: nothing is copied. Many small parts are the exception:
 * a browser opens the pack for each of them, which takes longer than copying them into one file; and Firefox would
 * read them all into memory.
 */
export async function zipBlob(jobId: string, layout: ZipLayout, streamsManyParts: boolean): Promise<Blob> {
  const few = layout.parts.length <= MOST_STREAMED_PARTS;
  const copyPays = layout.parts.length > FEW_PARTS && layout.size < MOST_COPIED_BYTES;
  if (!few && (copyPays || !streamsManyParts)) {
    const file = await copyToOneFile(jobId, layout.parts);
    return whole(file.slice(0, layout.size, "application/zip"), layout.size);
  }
  const pack = await packAsFile(jobId);
  const parts = layout.parts.map((part) =>
    part instanceof Uint8Array ? part : pack.slice(part.offset, part.offset + part.length),
  );
  return whole(new Blob(parts, { type: "application/zip" }), layout.size);
}

/** A slice of a file that is too short is short itself, without a word. @throws Error */
function whole(blob: Blob, size: number): Blob {
  if (blob.size !== size) throw new Error(`The pack gives ${blob.size} of ${size} bytes`);
  return blob;
}

async function copyToOneFile(jobId: string, parts: ZipLayout["parts"]): Promise<File> {
  const packs = await packFolder();
  const pack = await (await packs.getFileHandle(`${jobId}.pack`)).createSyncAccessHandle();
  const file = await packs.getFileHandle(`${jobId}.zip`, { create: true });
  const zip = await file.createSyncAccessHandle();
  try {
    zip.truncate(0);
    copyParts(parts, new PackFile(pack), new PackFile(zip));
  } finally {
    pack.close();
    zip.close();
  }
  return file.getFile();
}

function copyParts(parts: ZipLayout["parts"], from: PackFile, to: PackFile): void {
  const writer = new PackWriter(to);
  for (const part of parts) {
    if (part instanceof Uint8Array) {
      writer.write(part);
      continue;
    }
    for (let done = 0; done < part.length; done += COPY_BYTES) {
      writer.write(from.read(part.offset + done, Math.min(COPY_BYTES, part.length - done)));
    }
  }
  writer.finish();
  to.flush();
}
