/** The records of a ZIP file, byte by byte (PKWARE APPNOTE 6.3.10). No data descriptors: sizes are known by then. */

const U16_MAX = 0xffff;
const U32_MAX = 0xffffffff;
const VERSION_DEFLATE = 20;
const VERSION_ZIP64 = 45;
/** General purpose bit 11: name is UTF-8 (APPNOTE 4.4.4). */
const UTF8_FLAG = 0x0800;
/** "Made by": Unix, so that tools read the permission bits below. */
const MADE_BY = (3 << 8) | VERSION_ZIP64;
/** Regular file, rw-r--r--, in the upper half of the external attributes. */
const FILE_MODE = (0o100644 << 16) >>> 0;

export interface EntryRecord {
  /** UTF-8, `/` between components. */
  name: Uint8Array;
  /** 0 stored, 8 deflated. */
  method: 0 | 8;
  crc32: number;
  size: number;
  compressedSize: number;
  /** Milliseconds since the epoch. */
  modified: number;
  /** Where the local header begins. */
  offset: number;
}

class Writer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }
  u16(...values: number[]): this {
    for (const value of values) {
      this.#view.setUint16(this.#at, value, true);
      this.#at += 2;
    }
    return this;
  }
  u32(...values: number[]): this {
    for (const value of values) {
      this.#view.setUint32(this.#at, value, true);
      this.#at += 4;
    }
    return this;
  }
  u64(...values: number[]): this {
    for (const value of values) {
      this.#view.setBigUint64(this.#at, BigInt(value), true);
      this.#at += 8;
    }
    return this;
  }
  raw(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
}

/** MS-DOS date and time in UTC (APPNOTE 4.4.6); the exact second stands in the extended timestamp. */
export function dosTime(modified: number): { date: number; time: number } {
  const at = new Date(Math.min(Math.max(modified, Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31, 23, 59, 58)));
  return {
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}

/** Extended timestamp 0x5455: seconds since the epoch, signed 32 bits, modification time alone. */
function timestampExtra(modified: number): Uint8Array {
  const seconds = Math.min(Math.max(Math.floor(modified / 1000), 0), 0x7fffffff);
  return new Writer(9).u16(0x5455, 5).raw(Uint8Array.of(1)).u32(seconds).bytes;
}

/** Local file header (APPNOTE 4.3.7), with both sizes in a ZIP64 field where one is too large (4.5.3). */
export function localHeader(entry: EntryRecord): Uint8Array<ArrayBuffer> {
  const large = entry.size >= U32_MAX || entry.compressedSize >= U32_MAX;
  const timestamp = timestampExtra(entry.modified);
  const { date, time } = dosTime(entry.modified);
  const extraLength = timestamp.length + (large ? 20 : 0);
  const writer = new Writer(30 + entry.name.length + extraLength)
    .u32(0x04034b50)
    .u16(large ? VERSION_ZIP64 : VERSION_DEFLATE, UTF8_FLAG, entry.method, time, date)
    .u32(entry.crc32, large ? U32_MAX : entry.compressedSize, large ? U32_MAX : entry.size)
    .u16(entry.name.length, extraLength)
    .raw(entry.name)
    .raw(timestamp);
  if (large) writer.u16(0x0001, 16).u64(entry.size, entry.compressedSize);
  return writer.bytes;
}

/** Central directory header (APPNOTE 4.3.12); the ZIP64 field holds only what doesn't fit (4.5.3). */
export function centralHeader(entry: EntryRecord): Uint8Array<ArrayBuffer> {
  const large = entry.size >= U32_MAX || entry.compressedSize >= U32_MAX;
  const far = entry.offset >= U32_MAX;
  const wide = [...(large ? [entry.size, entry.compressedSize] : []), ...(far ? [entry.offset] : [])];
  const timestamp = timestampExtra(entry.modified);
  const { date, time } = dosTime(entry.modified);
  const extraLength = timestamp.length + (wide.length > 0 ? 4 + wide.length * 8 : 0);
  const writer = new Writer(46 + entry.name.length + extraLength)
    .u32(0x02014b50)
    .u16(MADE_BY, wide.length > 0 ? VERSION_ZIP64 : VERSION_DEFLATE, UTF8_FLAG, entry.method, time, date)
    .u32(entry.crc32, large ? U32_MAX : entry.compressedSize, large ? U32_MAX : entry.size)
    .u16(entry.name.length, extraLength, 0, 0, 0)
    .u32(FILE_MODE, far ? U32_MAX : entry.offset)
    .raw(entry.name)
    .raw(timestamp);
  if (wide.length > 0) writer.u16(0x0001, wide.length * 8).u64(...wide);
  return writer.bytes;
}

/** End of central directory, with the ZIP64 record and locator before it where a number is too large (4.3.14–4.3.16). */
export function endRecords(
  entries: number,
  directoryOffset: number,
  directorySize: number,
): Uint8Array<ArrayBuffer> {
  const zip64 = entries >= U16_MAX || directoryOffset >= U32_MAX || directorySize >= U32_MAX;
  const writer = new Writer(22 + (zip64 ? 76 : 0));
  if (zip64) {
    writer
      .u32(0x06064b50)
      .u64(44)
      .u16(MADE_BY, VERSION_ZIP64)
      .u32(0, 0)
      .u64(entries, entries, directorySize, directoryOffset)
      .u32(0x07064b50, 0)
      .u64(directoryOffset + directorySize)
      .u32(1);
  }
  const count = Math.min(entries, U16_MAX);
  return writer
    .u32(0x06054b50)
    .u16(0, 0, count, count)
    .u32(Math.min(directorySize, U32_MAX), Math.min(directoryOffset, U32_MAX))
    .u16(0).bytes;
}
