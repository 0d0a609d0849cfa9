import type { LocalHeader } from "../file-sink";
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
  /** A header that stands before the bytes in the pack; used where it says the same. */
  local?: LocalHeader;
}

/** What a ZIP is made of, in order: bytes of our own, and extents of the pack. */
export interface ZipLayout {
  parts: (Uint8Array<ArrayBuffer> | Extent)[];
  size: number;
}

const utf8 = new TextEncoder();

/**
 * Lays a ZIP out around bytes that are in the pack already; nothing is copied. Names must be distinct. The files
 * stand in the order of the pack, so that neighbours there are one part here; the directory keeps the given order.
 * @throws Error where an entry's extents don't add up to its compressed size, or a stored one has two sizes: such
 * a ZIP could not be read
 */
export function composeZip(entries: readonly ZipEntry[]): ZipLayout {
  const parts: ZipLayout["parts"] = [];
  const offsets = new Map<ZipEntry, number>();
  let offset = 0;
  for (const entry of entries.toSorted((a, b) => placeInPack(a) - placeInPack(b))) {
    checkSizes(entry);
    offsets.set(entry, offset);
    const local = localOf(entry);
    const header = local?.extent ?? localHeader(recordOf(entry, offset));
    for (const part of [header, ...entry.extents]) addPart(parts, part);
    offset += header.length + entry.compressedSize;
  }
  const directory = entries.map((entry) => centralHeader(recordOf(entry, offsets.get(entry) ?? 0)));
  const central = joinBytes(
    directory,
    directory.reduce((sum, header) => sum + header.length, 0),
  );
  parts.push(central, endRecords(entries.length, offset, central.length));
  return { parts, size: parts.reduce((sum, part) => sum + part.length, 0) };
}

function recordOf(entry: ZipEntry, offset: number): EntryRecord {
  return { ...entry, name: utf8.encode(entry.path), offset };
}

/** The header in the pack, where it is the one that the entry needs. */
function localOf({ local, path, modified }: ZipEntry): LocalHeader | undefined {
  return local?.path === path && local.modified === modified ? local : undefined;
}

function placeInPack(entry: ZipEntry): number {
  return localOf(entry)?.extent.offset ?? entry.extents[0]?.offset ?? 0;
}

/** Neighbours in the pack are one part: a browser opens the pack for each. */
function addPart(parts: ZipLayout["parts"], part: Uint8Array<ArrayBuffer> | Extent): void {
  const last = parts.at(-1);
  const both = last && !(last instanceof Uint8Array) && !(part instanceof Uint8Array);
  if (both && last.offset + last.length === part.offset)
    parts[parts.length - 1] = { offset: last.offset, length: last.length + part.length };
  else parts.push(part);
}

function checkSizes({ path, extents, compressedSize, method, size }: ZipEntry): void {
  const held = extents.reduce((sum, extent) => sum + extent.length, 0);
  if (held !== compressedSize) throw new Error(`${path}: ${held} of ${compressedSize} bytes`);
  if (method === 0 && size !== held) throw new Error(`${path}: stored, but its sizes differ`);
}
