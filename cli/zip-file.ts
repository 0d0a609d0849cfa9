import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { PackHandle } from "@/core/bundle/pack";
import { PackFile } from "@/core/bundle/pack";
import type { ZipLayout } from "@/core/bundle/zip/compose";
import { FileHandleSync } from "./work-files";

const COPY_BYTES = 1024 * 1024;

/** The ZIP on disk: its size, and its SHA-256 in hex. */
export interface ZipFile {
  path: string;
  bytes: number;
  sha256: string;
}

/**
 * Writes a ZIP out of its pack, in pieces: nothing big is ever in memory.
 * @param onBytes told how many bytes were written, as they are
 * @throws the signal's reason; the system's errors
 */
export async function writeZip(
  layout: ZipLayout,
  packPath: string,
  path: string,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<ZipFile> {
  const handle: PackHandle = new FileHandleSync(packPath);
  const file = await open(path, "w", 0o644);
  try {
    const hash = createHash("sha256");
    for (const piece of pieces(layout, new PackFile(handle))) {
      signal.throwIfAborted();
      hash.update(piece);
      await writeAll(file, piece);
      onBytes(piece.length);
    }
    await file.sync();
    return { path, bytes: layout.size, sha256: hash.digest("hex") };
  } finally {
    handle.close();
    await file.close();
  }
}

/** The bytes of the ZIP in order; small parts are gathered. */
function* pieces(layout: ZipLayout, pack: PackFile): Generator<Uint8Array<ArrayBuffer>> {
  const batch = new Uint8Array(COPY_BYTES);
  let filled = 0;
  for (const part of layout.parts) {
    for (let at = 0; at < part.length; ) {
      const length = Math.min(part.length - at, COPY_BYTES - filled);
      const bytes =
        part instanceof Uint8Array ? part.subarray(at, at + length) : pack.read(part.offset + at, length);
      batch.set(bytes, filled);
      filled += length;
      at += length;
      if (filled < COPY_BYTES) continue;
      yield batch;
      filled = 0;
    }
  }
  if (filled > 0) yield batch.subarray(0, filled);
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}
