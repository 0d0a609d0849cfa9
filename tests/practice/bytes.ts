import { createHash } from "node:crypto";

/**
 * What stands behind an artifact's content call.
 * - `bytes`: held; `lazy`: made at each asking (an archive of generated members);
 * - `generated`: `length` bytes that follow from `seed` and position alone, never held, so of any size;
 * - `member`: the entry `key` of another artifact's ZIP, unzipped at each asking, as the server does;
 * - `whole-archive`: the same, but the server hands out the whole ZIP, as those without S3 do;
 * - `none`: nothing was ever stored, the content call says 404.
 */
export type Body =
  | { kind: "bytes"; bytes: Buffer }
  | { kind: "lazy"; make: () => Buffer }
  | { kind: "generated"; seed: number; length: number; text: boolean }
  | { kind: "member" | "whole-archive"; archiveId: string; key: string }
  | { kind: "none" };

/** Random access to a body: `length` in bytes, `slice` gives up to `most` bytes from `offset`, without a copy. */
export interface Source {
  length: number;
  slice(offset: number, most: number): Buffer;
}

/** Prime, so that no likely chunk size divides it: bytes from a wrong offset are never right by chance. */
const POOL_BYTES = 4_194_301;
let randomPool: Buffer | undefined;
let textPool: Buffer | undefined;

/** Bytes that don't compress, the same in every process (xorshift32). */
function makeRandomPool(): Buffer {
  const pool = Buffer.alloc(POOL_BYTES + 3);
  let state = 0x9e3779b9;
  for (let i = 0; i < POOL_BYTES; i += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    pool.writeInt32LE(state | 0, i);
  }
  return pool.subarray(0, POOL_BYTES);
}

/** Log-like lines, which compress about as well as real logs do. */
function makeTextPool(): Buffer {
  const numbers = randomBytesAt();
  const lines: string[] = [];
  for (let line = 0, size = 0; size < POOL_BYTES; line++) {
    const n = numbers.readUInt32LE((line * 4) % (POOL_BYTES - 4));
    const text = `{"line":${line},"level":"info","element":"e${n % 977}","ms":${n % 5003},"hash":"${n.toString(16)}"}\n`;
    size += text.length;
    lines.push(text);
  }
  return Buffer.from(lines.join("")).subarray(0, POOL_BYTES);
}

function randomBytesAt(): Buffer {
  randomPool ??= makeRandomPool();
  return randomPool;
}

function textBytesAt(): Buffer {
  textPool ??= makeTextPool();
  return textPool;
}

/** The bytes of a `generated` body. */
export function generatedSource(seed: number, length: number, text: boolean): Source {
  const pool = text ? textBytesAt() : randomBytesAt();
  const shift = (seed * 7919 + 12_289) % POOL_BYTES;
  return {
    length,
    slice(offset, most) {
      const from = (shift + offset) % POOL_BYTES;
      return pool.subarray(from, Math.min(from + Math.min(most, length - offset), POOL_BYTES));
    },
  };
}

/** A buffer as a source. */
export function heldSource(bytes: Buffer): Source {
  return { length: bytes.length, slice: (offset, most) => bytes.subarray(offset, offset + most) };
}

/** Every slice of a source from `offset` up to (not with) `end`, in pieces of at most `piece` bytes. */
export function* slicesOf(
  source: Source,
  offset = 0,
  end = source.length,
  piece = 262_144,
): Generator<Buffer> {
  for (let at = offset; at < end; ) {
    const slice = source.slice(at, Math.min(piece, end - at));
    at += slice.length;
    yield slice;
  }
}

/** SHA-256 of a source as lower-case hex, whatever its size. */
export function sha256Of(source: Source): string {
  const hash = createHash("sha256");
  for (const slice of slicesOf(source)) hash.update(slice);
  return hash.digest("hex");
}
