import { execFileSync, spawnSync } from "node:child_process";
import { deflateRawSync } from "node:zlib";
import type { ArchiveEntry } from "@/core/bundle/zip/read-archive";
import { inflateChecked, readArchive } from "@/core/bundle/zip/read-archive";
import { readerOf } from "./memory-pack";

const works = (command: string, argument: string): boolean => spawnSync(command, [argument]).status === 0;

export const hasPython = works("python3", "--version");
export const hasUnzip = works("unzip", "-v");

/** Runs Python and returns its standard output. */
export function python(code: string, ...args: string[]): Buffer {
  return execFileSync("python3", ["-c", code, ...args], { maxBuffer: 256 * 1024 * 1024 });
}

/** An archive made by Python's zipfile: `code` sees the open archive as `z`, and `zf`, `io`. */
export function pythonZip(code: string): Uint8Array<ArrayBuffer> {
  const program = [
    "import io, sys, zipfile as zf",
    "out = io.BytesIO()",
    "with zf.ZipFile(out, 'w') as z:",
    ...code
      .trim()
      .split("\n")
      .map((line) => `    ${line}`),
    "sys.stdout.buffer.write(out.getvalue())",
  ].join("\n");
  return Uint8Array.from(python(program));
}

/** An entry's compressed bytes, in chunks. */
export function chunksOf(
  archive: Uint8Array<ArrayBuffer>,
  entry: ArchiveEntry,
  length = 1000,
): Uint8Array<ArrayBuffer>[] {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const end = entry.dataOffset + entry.compressedSize;
  for (let at = entry.dataOffset; at < end; at += length)
    chunks.push(archive.subarray(at, Math.min(at + length, end)));
  return chunks;
}

/** An entry's plain bytes by way of `inflateChecked`. */
export async function plainBytes(archive: Uint8Array<ArrayBuffer>, entry: ArchiveEntry): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await inflateChecked(chunksOf(archive, entry), entry, (bytes) => void pieces.push(bytes));
  return Buffer.concat(pieces);
}

/** All files of an archive, read by the product's own reader. */
export async function unpack(archive: Uint8Array<ArrayBuffer>): Promise<[string, string][]> {
  const files: [string, string][] = [];
  for (const entry of readArchive(readerOf(archive), archive.length)) {
    files.push([entry.name, (await plainBytes(archive, entry)).toString("hex")]);
  }
  return files;
}

/** Deflated or stored, as it goes into a ZIP. */
export function packed(plain: Uint8Array, method: 0 | 8): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(method === 8 ? deflateRawSync(plain) : plain);
}
