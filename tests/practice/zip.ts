import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

/** One file of an archive. */
export interface ZipEntry {
  name: string;
  data: Buffer;
  method: "stored" | "deflated";
  /** A lie: what stands in the archive for the data, of which size and checksum tell. */
  packed?: Buffer;
  /** A lie: where its local header is said to be, in the midst of other entries; it has none of its own then. */
  offset?: number;
}

const METHOD = { stored: 0, deflated: 8 } as const;
const UTF8_NAME = 0x0800;
/** 2026-02-16 09:00:00, in MS-DOS form: archives of the same content are the same bytes. */
const DOS_TIME = 9 << 11;
const DOS_DATE = ((2026 - 1980) << 9) | (2 << 5) | 16;

function commonFields(entry: ZipEntry, packed: Buffer, name: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  const ascii = name.length === entry.name.length;
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(ascii ? 0 : UTF8_NAME, 2);
  fields.writeUInt16LE(METHOD[entry.method], 4);
  fields.writeUInt16LE(DOS_TIME, 6);
  fields.writeUInt16LE(DOS_DATE, 8);
  fields.writeUInt32LE(crc32(entry.data), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(entry.data.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

/** A ZIP as Python's `zipfile` writes one: local headers with sizes, a central directory, no ZIP64 (APPNOTE 4.3). */
export function writeZip(entries: ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name, "utf8");
    const packed = entry.packed ?? (entry.method === "stored" ? entry.data : deflateRawSync(entry.data));
    const fields = commonFields(entry, packed, name);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(0o600 * 0x10000, 6);
    tail.writeUInt32LE(entry.offset ?? offset, 10);
    const madeBy = Buffer.from([20, 3]);
    directory.push(Buffer.from("PK\x01\x02", "latin1"), madeBy, fields, tail, name);
    if (entry.offset !== undefined) continue;
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

/** Every entry of a ZIP without a comment, in the order of its central directory; or those of one name. */
export function readZip(zip: Buffer, only?: string): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0) throw new Error("not a ZIP: no end of central directory");
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const deflated = zip.readUInt16LE(at + 10) === METHOD.deflated;
    if (only === undefined || name === only) {
      entries.push({
        name,
        data: deflated ? inflateRawSync(packed) : packed,
        method: deflated ? "deflated" : "stored",
      });
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
