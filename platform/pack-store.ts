import type { Extent } from "@/core/bundle/pack";
import type { ZipLayout } from "@/core/bundle/zip/compose";

/** Packs in the origin private file system: one file a job. For the worker, which alone gets sync handles. */
const FOLDER = "packs";
/** Firefox reads a Blob of more parts into memory when it saves it. */
const MOST_STREAMED_PARTS = 8;
const COPY_BYTES = 4 * 1024 * 1024;

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** A new, empty pack. */
export async function createPack(jobId: string): Promise<FileSystemSyncAccessHandle> {
  const file = await (await folder()).getFileHandle(`${jobId}.pack`, { create: true });
  const handle = await file.createSyncAccessHandle();
  handle.truncate(0);
  return handle;
}

/** The closed pack as a file to slice. */
export async function packAsFile(jobId: string): Promise<File> {
  return (await (await folder()).getFileHandle(`${jobId}.pack`)).getFile();
}

/** Removes what a job left in the file system; a job that left nothing is no error. */
export async function removePack(jobId: string): Promise<void> {
  const packs = await folder();
  for (const name of [`${jobId}.pack`, `${jobId}.zip`]) {
    await packs.removeEntry(name).catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
    });
  }
}

/** Removes packs that a browser's end left behind. */
export async function removeAllPacks(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(FOLDER, { recursive: true }).catch((error: unknown) => {
    if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
  });
}

/** A file out of extents of the pack; no byte is copied. */
export function blobOf(pack: File, extents: readonly Extent[], type: string): Blob {
  return new Blob(
    extents.map(({ offset, length }) => pack.slice(offset, offset + length)),
    { type },
  );
}

/** The ZIP as a Blob of header bytes and slices of the pack; in Firefox as one file, if it has many parts. */
export async function zipBlob(jobId: string, pack: File, layout: ZipLayout, oneFile: boolean): Promise<Blob> {
  if (oneFile && layout.parts.length > MOST_STREAMED_PARTS) return copyToOneFile(jobId, pack, layout);
  const parts = layout.parts.map((part) =>
    part instanceof Uint8Array ? part : pack.slice(part.offset, part.offset + part.length),
  );
  return new Blob(parts, { type: "application/zip" });
}

async function copyToOneFile(jobId: string, pack: File, layout: ZipLayout): Promise<Blob> {
  const file = await (await folder()).getFileHandle(`${jobId}.zip`, { create: true });
  const handle = await file.createSyncAccessHandle();
  handle.truncate(0);
  let at = 0;
  const write = (bytes: Uint8Array<ArrayBuffer>) => {
    if (handle.write(bytes, { at }) !== bytes.length)
      throw new DOMException("The disk is full", "QuotaExceededError");
    at += bytes.length;
  };
  try {
    for (const part of layout.parts) {
      if (part instanceof Uint8Array) write(part);
      else await copyExtent(pack, part, write);
    }
    handle.flush();
  } finally {
    handle.close();
  }
  return (await file.getFile()).slice(0, at, "application/zip");
}

async function copyExtent(
  pack: File,
  extent: Extent,
  write: (bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  for (let done = 0; done < extent.length; done += COPY_BYTES) {
    const from = extent.offset + done;
    const piece = pack.slice(from, from + Math.min(COPY_BYTES, extent.length - done));
    write(new Uint8Array(await piece.arrayBuffer()));
  }
}
