import { createCRC32 } from "hash-wasm";
import { INFLATE_BYTES } from "../whole-inflate";

/** Reads archives of artifacts, written by others (skyvern-api.md §5): nothing in them is believed unchecked. */

/** One file of an archive; its bytes stand at `dataOffset`, `compressedSize` long. */
export interface ArchiveEntry {
  name: string;
  /** 0 stored, 8 deflated; no other gets here. */
  method: number;
  crc32: number;
  size: number;
  compressedSize: number;
  /** Where its bytes begin, found from the local header. */
  dataOffset: number;
  flags: number;
}

/** `length` bytes from `offset` of the archive. */
export type ReadBytes = (offset: number, length: number) => Uint8Array<ArrayBuffer>;

/** The archive, or an entry of it, is not what it says; its members must be fetched one by one. */
export class BadArchive extends Error {
  override name = "BadArchive";
}

const U16_MAX = 0xffff;
const U32_MAX = 0xffffffff;
const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_LENGTH = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_END_LENGTH = 56;
const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_LENGTH = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_LENGTH = 30;
/** Encrypted, strongly encrypted, local header masked (APPNOTE 4.4.4: bits 0, 6, 13). */
const ENCRYPTION_FLAGS = 0x2041;
/** Deflate reaches 1032:1 at most; small entries may lie, they can't hurt. */
const MAX_RATIO = 1100;
const RATIO_COUNTS_FROM = 10_000_000;

/** Central directory as the end records give it; `prefix` is what stands before the archive's own offset 0. */
interface Directory {
  start: number;
  size: number;
  count: number;
  prefix: number;
}

/** What an end record says, before anything is checked. */
interface EndRecord {
  /** Where the record begins, so where the directory ends. */
  at: number;
  count: number;
  size: number;
  offset: number;
}

/** An entry as the central directory gives it. */
interface CentralEntry extends Omit<ArchiveEntry, "dataOffset"> {
  rawName: Uint8Array;
  localOffset: number;
}

/**
 * The files of a ZIP at 0..size of the reader, in the order of its directory; folders are skipped
 * (skyvern-api.md §5, PKWARE APPNOTE 6.3.10).
 * @throws BadArchive where anything is wrong: half an archive is never taken for a whole one
 */
export function readArchive(read: ReadBytes, size: number): ArchiveEntry[] {
  const bytesAt = checkedReader(read, size);
  const directory = findDirectory(bytesAt, size);
  const files = readDirectory(bytesAt, directory).filter((entry) => !entry.name.endsWith("/"));
  const located = files.map((entry) => locate(bytesAt, entry, directory));
  refuseOverlaps(located);
  return located.map(({ entry }) => entry);
}

/** The end of an archive that is held in memory to find its directory; that of 50,000 files has some 8 MB. */
const TAIL_BYTES = 64 * 1024 * 1024;

/**
 * The same for an archive whose bytes are waited for, such as a file on the user's disk.
 * @throws BadArchive
 */
export async function readArchiveFrom(
  read: (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>,
  size: number,
): Promise<ArchiveEntry[]> {
  const tailAt = Math.max(size - TAIL_BYTES, 0);
  const inTail = checkedReader(windowOf(tailAt, await read(tailAt, size - tailAt)), size);
  const directory = findDirectory(inTail, size);
  const files = readDirectory(inTail, directory).filter((entry) => !entry.name.endsWith("/"));
  const located: Located[] = [];
  for (const entry of files) {
    const start = directory.prefix + entry.localOffset;
    const length = LOCAL_LENGTH + entry.rawName.length;
    const header = start >= tailAt ? inTail : checkedReader(windowOf(start, await read(start, length)), size);
    located.push(locate(header, entry, directory));
  }
  refuseOverlaps(located);
  return located.map(({ entry }) => entry);
}

/** A reader of the bytes that stand at `start`. */
function windowOf(start: number, bytes: Uint8Array<ArrayBuffer>): ReadBytes {
  return (offset, length) => bytes.slice(Math.max(offset - start, 0), Math.max(offset - start + length, 0));
}

/** The reader, refusing ranges outside the archive and short answers. */
function checkedReader(read: ReadBytes, size: number): ReadBytes {
  return (offset, length) => {
    if (offset + length > size)
      throw new BadArchive(`${length} bytes at ${offset} are outside the archive's ${size}`);
    const bytes = read(offset, length);
    if (bytes.length !== length) throw new BadArchive(`The archive ends at ${offset + bytes.length}`);
    return bytes;
  };
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @throws BadArchive above 2^53: no file is that long */
function u64(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw new BadArchive(`A 64-bit number is out of range: ${value}`);
  return value;
}

function findDirectory(bytesAt: ReadBytes, size: number): Directory {
  const plain = findEnd(bytesAt, size);
  const end = findZip64End(bytesAt, plain.at) ?? plain;
  const start = end.at - end.size;
  const prefix = start - end.offset;
  // Nor is `start` negative then.
  if (prefix < 0) throw new BadArchive("The central directory is outside the archive");
  return { start, size: end.size, count: end.count, prefix };
}

/** End of central directory (APPNOTE 4.3.16): its comment must reach exactly to the archive's end. */
function findEnd(bytesAt: ReadBytes, size: number): EndRecord {
  const length = Math.min(size, END_LENGTH + U16_MAX);
  const view = viewOf(bytesAt(size - length, length));
  for (let at = length - END_LENGTH; at >= 0; at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_LENGTH + view.getUint16(at + 20, true) !== length) continue;
    return {
      at: size - length + at,
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
  }
  throw new BadArchive("No end of central directory: no ZIP, or cut off");
}

/** The ZIP64 end record by its locator (APPNOTE 4.3.14, 4.3.15); null where there is no locator. */
function findZip64End(bytesAt: ReadBytes, endAt: number): EndRecord | null {
  const locatorAt = endAt - ZIP64_LOCATOR_LENGTH;
  if (locatorAt < 0) return null;
  const locator = viewOf(bytesAt(locatorAt, ZIP64_LOCATOR_LENGTH));
  if (locator.getUint32(0, true) !== ZIP64_LOCATOR_SIGNATURE) return null;
  // With a prefix the stated place is too low by its length; the record then stands right before the locator.
  const record =
    readZip64End(bytesAt, u64(locator, 8), locatorAt) ??
    readZip64End(bytesAt, locatorAt - ZIP64_END_LENGTH, locatorAt);
  if (!record) throw new BadArchive("The ZIP64 end of central directory is missing");
  return record;
}

function readZip64End(bytesAt: ReadBytes, at: number, locatorAt: number): EndRecord | null {
  if (at < 0 || at + ZIP64_END_LENGTH > locatorAt) return null;
  const view = viewOf(bytesAt(at, ZIP64_END_LENGTH));
  if (view.getUint32(0, true) !== ZIP64_END_SIGNATURE) return null;
  if (at + 12 + u64(view, 4) !== locatorAt) return null;
  return { at, count: u64(view, 32), size: u64(view, 40), offset: u64(view, 48) };
}

function readDirectory(bytesAt: ReadBytes, directory: Directory): CentralEntry[] {
  const bytes = bytesAt(directory.start, directory.size);
  const entries: CentralEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const { entry, length } = readCentral(bytes.subarray(at));
    entries.push(entry);
    at += length;
  }
  if (entries.length !== directory.count) {
    throw new BadArchive(`The directory has ${entries.length} entries, not ${directory.count}`);
  }
  return entries;
}

/** One central directory header (APPNOTE 4.3.12) at the beginning of `bytes`. */
function readCentral(bytes: Uint8Array<ArrayBuffer>): { entry: CentralEntry; length: number } {
  const view = viewOf(bytes);
  if (bytes.length < CENTRAL_LENGTH || view.getUint32(0, true) !== CENTRAL_SIGNATURE) {
    throw new BadArchive("The central directory is damaged");
  }
  const extraAt = CENTRAL_LENGTH + view.getUint16(28, true);
  const extraEnd = extraAt + view.getUint16(30, true);
  const length = extraEnd + view.getUint16(32, true);
  if (length > bytes.length) throw new BadArchive("The central directory is cut off");
  const rawName = bytes.subarray(CENTRAL_LENGTH, extraAt);
  const [size, compressedSize, localOffset] = wideNumbers(view, bytes.subarray(extraAt, extraEnd));
  const entry = {
    name: decodeName(rawName),
    rawName,
    flags: view.getUint16(8, true),
    method: view.getUint16(10, true),
    crc32: view.getUint32(16, true),
    size,
    compressedSize,
    localOffset,
  };
  return { entry, length };
}

/** Size, compressed size and local offset; those that are saturated stand in the ZIP64 field, in this order (4.5.3). */
function wideNumbers(central: DataView, extra: Uint8Array<ArrayBuffer>): [number, number, number] {
  const wide = zip64Field(extra);
  let used = 0;
  const number = (at: number): number => {
    const narrow = central.getUint32(at, true);
    if (narrow !== U32_MAX) return narrow;
    if (!wide || used + 8 > wide.byteLength) throw new BadArchive("A ZIP64 number is missing");
    used += 8;
    return u64(wide, used - 8);
  };
  return [number(24), number(20), number(42)];
}

function zip64Field(extra: Uint8Array<ArrayBuffer>): DataView | null {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    const isZip64 = view.getUint16(at, true) === 0x0001;
    if (isZip64 && at + 4 + length <= extra.length) return viewOf(extra.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder("latin1");

/** UTF-8 whatever the flag says (many writers forget it), any other bytes as Latin-1: names must only be told apart. */
function decodeName(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

/** An entry with the range that it takes up, its local header included. */
interface Located {
  entry: ArchiveEntry;
  start: number;
  end: number;
}

/** Finds an entry's bytes by its local header (APPNOTE 4.3.7), whose extra field may differ from the directory's. */
function locate(bytesAt: ReadBytes, central: CentralEntry, directory: Directory): Located {
  refuseUnreadable(central);
  const { rawName, localOffset, ...known } = central;
  const start = directory.prefix + localOffset;
  const bytes = bytesAt(start, LOCAL_LENGTH + rawName.length);
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE)
    throw new BadArchive(`${known.name}: no local header at ${start}`);
  const sameName =
    view.getUint16(26, true) === rawName.length &&
    rawName.every((byte, index) => byte === bytes[LOCAL_LENGTH + index]);
  if (!sameName || view.getUint16(8, true) !== known.method) {
    throw new BadArchive(`${known.name}: local header and directory disagree`);
  }
  const dataOffset = start + bytes.length + view.getUint16(28, true);
  const end = dataOffset + known.compressedSize;
  if (end > directory.start) throw new BadArchive(`${known.name}: its bytes reach into the directory`);
  return { entry: { ...known, dataOffset }, start, end };
}

function refuseUnreadable({ name, flags, method, size, compressedSize }: CentralEntry): void {
  if ((flags & ENCRYPTION_FLAGS) !== 0) throw new BadArchive(`${name}: encrypted`);
  if (method !== 0 && method !== 8) throw new BadArchive(`${name}: compressed by method ${method}`);
  if (method === 0 && size !== compressedSize) throw new BadArchive(`${name}: stored, but its sizes differ`);
  if (size > RATIO_COUNTS_FROM && size > compressedSize * MAX_RATIO) {
    throw new BadArchive(`${name}: ${compressedSize} bytes can't hold ${size}`);
  }
}

/** Entries that share bytes are how one small archive becomes terabytes. */
function refuseOverlaps(located: readonly Located[]): void {
  let taken = 0;
  for (const { entry, start, end } of located.toSorted((a, b) => a.start - b.start)) {
    if (start < taken) throw new BadArchive(`${entry.name}: shares bytes with another entry`);
    taken = end;
  }
}

/**
 * Hands out an entry's plain bytes and proves them by size and CRC-32 (skyvern-api.md §5); bytes handed out before
 * a failure are worth nothing.
 * @param chunks the entry's bytes as they stand in the archive
 * @param onChunk awaited before the next bytes are read: nothing big is ever in memory
 * @throws BadArchive; what `chunks` or `onChunk` throws passes through as it is
 */
export async function inflateChecked(
  chunks: Iterable<Uint8Array<ArrayBuffer>>,
  entry: ArchiveEntry,
  onChunk: (bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>,
): Promise<void> {
  const crc = await createCRC32();
  crc.init();
  let size = 0;
  const take = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    size += bytes.length;
    if (size > entry.size)
      throw new BadArchive(`${entry.name}: more than the ${entry.size} bytes it declares`);
    crc.update(bytes);
    await onChunk(bytes);
  };
  if (entry.method === 0) for (const chunk of chunks) await take(chunk);
  else await inflate(chunks, entry.name, take);
  if (size !== entry.size) throw new BadArchive(`${entry.name}: ${size} of ${entry.size} bytes`);
  if (Number.parseInt(crc.digest("hex"), 16) !== entry.crc32)
    throw new BadArchive(`${entry.name}: wrong CRC-32`);
}

/** Inflates chunk by chunk, no faster than `take` takes. */
async function inflate(
  chunks: Iterable<Uint8Array<ArrayBuffer>>,
  name: string,
  take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> {
  const source = new ChunkSource(sliced(chunks));
  const reader = source.stream.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw source.failure ? source.failure.cause : new BadArchive(`${name}: can't be inflated`, { cause });
      });
      if (done) return;
      await take(value);
    }
  } finally {
    // Stops the inflater where `take` threw; one that has failed or ended has nothing left to say.
    await reader.cancel().catch(() => undefined);
  }
}

function* sliced(chunks: Iterable<Uint8Array<ArrayBuffer>>): Generator<Uint8Array<ArrayBuffer>> {
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += INFLATE_BYTES) yield chunk.subarray(at, at + INFLATE_BYTES);
  }
}

/** Chunks as a stream that remembers its own failure: a disk that can't be read is no damaged archive. */
class ChunkSource {
  failure: { cause: unknown } | null = null;
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;

  constructor(chunks: Iterable<Uint8Array<ArrayBuffer>>) {
    const iterator = chunks[Symbol.iterator]();
    this.stream = new ReadableStream(
      {
        pull: (controller) => {
          try {
            const next = iterator.next();
            if (next.done) controller.close();
            else controller.enqueue(next.value);
          } catch (cause) {
            this.failure = { cause };
            throw cause;
          }
        },
        cancel: () => void iterator.return?.(),
      },
      { highWaterMark: 0 },
    );
  }
}
