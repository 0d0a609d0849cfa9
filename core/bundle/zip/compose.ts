import { type Extent, joinBytes } from "../pack";
import { centralHeader, type EntryRecord, endRecords, localHeader } from "./records";

/** One file of the ZIP: its bytes stand in the pack, as they are to stand in the ZIP. */
export interface ZipEntry {
  path: string;
  method: 0 | 8;
  crc32: number;
  size: number;
  compressedSize: number;
  modified: number;
  extents: readonly Extent[];
}

/** What a ZIP is made of, in order: bytes of our own, and extents of the pack. */
export interface ZipLayout {
  parts: (Uint8Array<ArrayBuffer> | Extent)[];
  size: number;
}

const utf8 = new TextEncoder();

/**
 * Lays a ZIP out around bytes that are in the pack already; nothing is copied. Names must be distinct.
 * @throws Error where an entry's extents don't add up to its compressed size, or a stored one has two sizes: such
 * a ZIP could not be read
 */
export function composeZip(entries: readonly ZipEntry[]): ZipLayout {
  const parts: ZipLayout["parts"] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const held = entry.extents.reduce((sum, extent) => sum + extent.length, 0);
    if (held !== entry.compressedSize)
      throw new Error(`${entry.path}: ${held} of ${entry.compressedSize} bytes`);
    if (entry.method === 0 && entry.size !== held)
      throw new Error(`${entry.path}: stored, but its sizes differ`);
    const record: EntryRecord = { ...entry, name: utf8.encode(entry.path), offset };
    const header = localHeader(record);
    parts.push(header, ...entry.extents);
    directory.push(centralHeader(record));
    offset += header.length + entry.compressedSize;
  }
  const central = joinBytes(
    directory,
    directory.reduce((sum, header) => sum + header.length, 0),
  );
  parts.push(central, endRecords(entries.length, offset, central.length));
  return { parts, size: parts.reduce((sum, part) => sum + part.length, 0) };
}
