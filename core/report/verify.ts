import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "../bundle/hex";
import { type ArchiveEntry, readArchiveFrom } from "../bundle/zip/read-archive";

/** A file that the user dropped: one of a folder, or an entry of a ZIP. */
export interface GivenFile {
  /** From the bundle's root folder, which holds the manifests. */
  path: string;
  size: number;
  chunks(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** What became of the check. */
export interface Verdict {
  proven: number;
  /** Their bytes are not those of the manifest. */
  changed: string[];
  missing: string[];
  /** Not in any manifest. */
  extra: string[];
}

const MANIFEST = "manifest-sha256.txt";
const TAG_MANIFEST = "tagmanifest-sha256.txt";
const READ_BYTES = 4 * 1024 * 1024;

/**
 * Hashes every file that the bag's manifests name (RFC 8493 §3).
 * @param onProgress with 0..1
 * @returns null where there is no manifest among the files: they are no bundle
 * @throws the signal's reason
 */
export async function verifyBag(
  given: readonly GivenFile[],
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Verdict | null> {
  const files = new Map(given.map((file) => [file.path, file]));
  if (!files.has(MANIFEST)) return null;
  const listed = new Map<string, string>();
  for (const name of [MANIFEST, TAG_MANIFEST]) {
    const file = files.get(name);
    if (file) for (const [path, hash] of manifestLines(await textOf(file))) listed.set(path, hash);
  }
  const verdict: Verdict = { proven: 0, changed: [], missing: [], extra: [] };
  const total = [...listed.keys()].reduce((sum, path) => sum + (files.get(path)?.size ?? 0), 0);
  let done = 0;
  for (const [path, hash] of listed) {
    const file = files.get(path);
    if (!file) {
      verdict.missing.push(path);
      continue;
    }
    const actual = await hashOf(file, signal, (bytes) => {
      done += bytes;
      onProgress(total > 0 ? done / total : 1);
    });
    if (actual === hash) verdict.proven++;
    else verdict.changed.push(path);
  }
  // Without the tag manifest, which can't hold its own hash, nothing is known of what is beside the payload.
  const isWhole = files.has(TAG_MANIFEST);
  if (!isWhole) verdict.missing.push(TAG_MANIFEST);
  verdict.extra = [...files.keys()].filter(
    (path) => !listed.has(path) && path !== TAG_MANIFEST && (isWhole || path.startsWith("data/")),
  );
  return verdict;
}

/** Path and hash of each line (RFC 8493 §2.1.3). */
export function manifestLines(text: string): [string, string][] {
  return text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const match = /^([0-9a-fA-F]{64})[ \t]+\*?(.+)$/.exec(line);
    return match?.[1] && match[2] ? [[match[2], match[1].toLowerCase()]] : [];
  });
}

/**
 * The files of a ZIP on the user's disk, without its root folder.
 * @throws BadArchive where it is no sound ZIP
 */
export async function zipFiles(zip: Blob): Promise<GivenFile[]> {
  const read = async (offset: number, length: number) =>
    new Uint8Array(await zip.slice(offset, offset + length).arrayBuffer());
  const entries = await readArchiveFrom(read, zip.size);
  const root = commonRoot(entries.map(({ name }) => name));
  return entries.map((entry) => ({
    path: entry.name.slice(root.length),
    size: entry.size,
    chunks: () => entryChunks(zip, entry),
  }));
}

/** A file of a folder that was dropped or chosen. @param path as the browser tells it, its root folder included */
export function folderFile(path: string, file: Blob): GivenFile {
  return { path, size: file.size, chunks: () => blobChunks(file) };
}

/** The folder that all paths begin with; empty where there is none, or where the manifests stand outside of one. */
export function commonRoot(paths: readonly string[]): string {
  const first = paths[0]?.split("/", 1)[0] ?? "";
  const root = `${first}/`;
  return paths.length > 0 && paths.every((path) => path.startsWith(root)) ? root : "";
}

async function* entryChunks(zip: Blob, entry: ArchiveEntry): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packed = zip.slice(entry.dataOffset, entry.dataOffset + entry.compressedSize);
  if (entry.method === 0) {
    yield* blobChunks(packed);
    return;
  }
  const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

async function* blobChunks(blob: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < blob.size; at += READ_BYTES)
    yield new Uint8Array(await blob.slice(at, at + READ_BYTES).arrayBuffer());
}

async function textOf(file: GivenFile): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of file.chunks()) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** `crypto.subtle` takes a file whole, or not at all; a recording is too large for that. */
async function hashOf(
  file: GivenFile,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<string> {
  const hash = sha256.create();
  try {
    for await (const chunk of file.chunks()) {
      signal.throwIfAborted();
      hash.update(chunk);
      onBytes(chunk.length);
    }
  } catch (error) {
    signal.throwIfAborted();
    // Bytes that can't be read or inflated are not those of the manifest.
    return `unreadable: ${String(error)}`;
  }
  return hex(hash.digest());
}
