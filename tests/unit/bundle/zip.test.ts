import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeName, TakenPaths } from "@/core/bundle/names";
import { type Extent, PackFile, PackWriter } from "@/core/bundle/pack";
import { composeZip, type ZipEntry, type ZipLayout } from "@/core/bundle/zip/compose";
import { readArchive, readArchiveFrom } from "@/core/bundle/zip/read-archive";
import { dosTime, endRecords } from "@/core/bundle/zip/records";
import { hostile, TRICKS } from "../support/hostile";
import { layoutBytes, MemoryHandle, readerOf } from "./memory-pack";
import { hasPython, hasUnzip, packed, python, unpack } from "./zip-tools";

const GIB = 1024 ** 3;
const MODIFIED = Date.UTC(2024, 4, 6, 7, 8, 9, 500);

interface PlainFile {
  path: string;
  plain: Uint8Array;
  method: 0 | 8;
  modified?: number;
}

/** A ZIP of these files, through a pack that takes 777 bytes at a time. */
function zip(files: readonly PlainFile[]): Uint8Array<ArrayBuffer> {
  const handle = new MemoryHandle(4_000_000, 777);
  const pack = new PackFile(handle);
  const entries = files.map(({ path, plain, method, modified = MODIFIED }): ZipEntry => {
    const bytes = packed(plain, method);
    const writer = new PackWriter(pack);
    writer.write(bytes);
    const extents = writer.finish();
    return {
      path,
      method,
      modified,
      extents,
      crc32: crc32(plain),
      size: plain.length,
      compressedSize: bytes.length,
    };
  });
  pack.writeOut();
  return layoutBytes(composeZip(entries), handle.bytes);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Files with distinct safe paths. */
const someFiles = fc
  .array(
    fc.record({
      name: fc.string({ unit: "grapheme", maxLength: 20 }),
      plain: fc.oneof(
        fc.uint8Array({ maxLength: 3000 }),
        fc.nat(9000).map((length) => new Uint8Array(length)),
      ),
      method: fc.constantFrom<0 | 8>(0, 8),
      modified: fc.integer({ min: 0, max: 4e12 }),
    }),
    { maxLength: 12 },
  )
  .map((files) => {
    const taken = new TakenPaths();
    return files.map(({ name, ...rest }) => ({
      path: taken.claim(`wr_1/${safeName(name, "file")}`),
      ...rest,
    }));
  });

const expected = (files: readonly PlainFile[]): [string, string][] =>
  files.map(({ path, plain }) => [path, Buffer.from(plain).toString("hex")]);

/** Runs `use` with the paths of ZIPs on disk. */
function onDisk<T>(zips: readonly Uint8Array[], use: (paths: string[]) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "zip-"));
  try {
    const paths = zips.map((_, index) => join(folder, `${index}.zip`));
    for (const [index, bytes] of zips.entries()) writeFileSync(paths[index] ?? "", bytes);
    return use(paths);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Command lines that extract the archive, given as `ZIP`, into the current folder. */
const EXTRACTORS: readonly (readonly [string, ...string[]])[] = [
  ["unzip", "-q", "ZIP"],
  ["7z", "x", "-bd", "ZIP"],
  ["bsdtar", "-xf", "ZIP"],
  ["python3", "-m", "zipfile", "-e", "ZIP", "."],
];

/** What stands anywhere below the parent of the folder where a ZIP was extracted: the text of each file by its path. */
function treeBy([program, ...args]: readonly [string, ...string[]], zipPath: string): Map<string, string> {
  const parent = mkdtempSync(join(tmpdir(), "extracted-"));
  try {
    const folder = join(parent, "a", "b");
    mkdirSync(folder, { recursive: true });
    const env = { ...process.env, LC_ALL: "C.UTF-8" };
    execFileSync(
      program,
      args.map((arg) => (arg === "ZIP" ? zipPath : arg)),
      { cwd: folder, env },
    );
    return new Map(
      readdirSync(parent, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [relative(folder, file), readFileSync(file, "utf8")]),
    );
  } finally {
    rmSync(parent, { recursive: true });
  }
}

const PYTHON_UNZIP = `
import json, sys, zipfile
def files(path):
    z = zipfile.ZipFile(path)
    assert z.testzip() is None
    return [[i.filename, z.read(i).hex()] for i in z.infolist()]
print(json.dumps([files(path) for path in sys.argv[1:]]))
`;

describe("composeZip", () => {
  it("unzips to what went in, by our own reader", async () => {
    await fc.assert(
      fc.asyncProperty(someFiles, async (files) => {
        expect(await unpack(zip(files))).toEqual(expected(files));
      }),
      { numRuns: 60 },
    );
  });

  it.skipIf(!hasPython)("unzips to what went in, by Python's zipfile", () => {
    const manyZips = fc.array(someFiles, { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(manyZips, (zips) => {
        const found: unknown = onDisk(zips.map(zip), (paths) =>
          JSON.parse(python(PYTHON_UNZIP, ...paths).toString()),
        );
        expect(found).toEqual(zips.map(expected));
      }),
      { numRuns: 2 },
    );
  });

  it.skipIf(!hasUnzip)("passes `unzip -t` without a warning", () => {
    const files: PlainFile[] = [
      { path: "wr_1/data/empty", plain: new Uint8Array(0), method: 0 },
      { path: "wr_1/data/請求書 – März.txt", plain: text("über ".repeat(1000)), method: 8 },
      { path: "wr_1/data/a.png", plain: text("stored"), method: 0 },
    ];
    const said = onDisk([zip(files)], ([path = ""]) => execFileSync("unzip", ["-t", path]).toString());
    expect(said).toMatch(/No errors detected/);
    expect(said).not.toMatch(/warning|error:/i);
  });

  it.skipIf(!hasUnzip)("of hostile names gives every extractor the same files, all below its folder", () => {
    const names = fc.array(hostile, { minLength: 150, maxLength: 150 });
    fc.assert(
      fc.property(names, (texts) => {
        const taken = new TakenPaths();
        const files = [...TRICKS, ...texts].map((name, index): PlainFile => {
          const path = taken.claim(`wr_1/data/${safeName(name, "file")}`);
          return { path, plain: text(`${index}`), method: 0 };
        });
        const wanted = new Map(files.map(({ path, plain }) => [path, Buffer.from(plain).toString()]));
        onDisk([zip(files)], ([path = ""]) => {
          for (const extract of EXTRACTORS) expect(treeBy(extract, path), extract[0]).toEqual(wanted);
        });
      }),
      { numRuns: 2 },
    );
  });

  it.skipIf(!hasPython)("says UTF-8, Unix, rw-r--r--, the time in UTC", () => {
    const bytes = zip([{ path: "é.txt", plain: text("x"), method: 0 }]);
    const code =
      "import sys, zipfile; i = zipfile.ZipFile(sys.argv[1]).infolist()[0]; print(i.filename, i.flag_bits, i.create_system, oct(i.external_attr >> 16), i.date_time)";
    const said = onDisk([bytes], (paths) =>
      python(code, ...paths)
        .toString()
        .trim(),
    );
    expect(said).toBe("é.txt 2048 3 0o100644 (2024, 5, 6, 7, 8, 8)");
  });

  it("needs no data descriptors, and its local headers agree with the directory", () => {
    fc.assert(
      fc.property(someFiles, (files) => {
        const bytes = zip(files);
        for (const { local, central } of headerPairs(bytes)) {
          expect(local.flags & 0x0008).toBe(0);
          expect(local).toEqual(central);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("gives the same bytes for the same files", () => {
    const files: PlainFile[] = [{ path: "a", plain: text("abc"), method: 8 }];
    expect(zip(files)).toEqual(zip(files));
  });

  it("is a sound ZIP with no file in it", () => {
    expect(zip([])).toHaveLength(22);
    expect(readArchive(readerOf(zip([])), 22)).toEqual([]);
  });

  it("joins the extents of a file that lies in pieces", async () => {
    const pack = text("--second--first");
    const extents = [
      { offset: 10, length: 5 },
      { offset: 2, length: 6 },
    ];
    const entry = { ...emptyEntry("a"), extents, size: 11, compressedSize: 11, crc32: crc32("firstsecond") };
    expect(await unpack(layoutBytes(composeZip([entry]), pack))).toEqual([["a", hex("firstsecond")]]);
  });

  it("refuses an entry whose bytes are not all there, or that is stored with two sizes", () => {
    const short = { ...emptyEntry("a"), size: 2, compressedSize: 2, extents: [{ offset: 0, length: 1 }] };
    expect(() => composeZip([short])).toThrow("a: 1 of 2 bytes");
    const torn = { ...emptyEntry("b"), size: 3, compressedSize: 2, extents: [{ offset: 0, length: 2 }] };
    expect(() => composeZip([torn])).toThrow("b: stored, but its sizes differ");
  });
});

describe("ZIP64 (APPNOTE 4.5.3, 4.3.14)", () => {
  const large = sparse("large.webm", 5 * GIB);
  const small = sparse("small.txt", 7);

  it("keeps sizes and offsets above 4 GiB whole, read at once or bit by bit", async () => {
    const folder = { ...small, path: "folder/", size: 0, compressedSize: 0, extents: [] };
    const layout = composeZip([small, large, folder, { ...small, path: "far.txt" }]);
    const found = readArchive(sparseReader(layout), layout.size);
    const reader = sparseReader(layout);
    const asked: number[] = [];
    const bitByBit = await readArchiveFrom(async (offset, length) => {
      asked.push(length);
      return reader(offset, length);
    }, layout.size);
    expect(bitByBit).toEqual(found);
    // The end, and the headers that stand before it.
    expect(asked).toEqual([64 * 1024 ** 2, 30 + "small.txt".length, 30 + "large.webm".length]);
    expect(found.map(({ name, size, compressedSize }) => [name, size, compressedSize])).toEqual([
      ["small.txt", 7, 7],
      ["large.webm", 5 * GIB, 5 * GIB],
      ["far.txt", 7, 7],
    ]);
    expect(found[2]?.dataOffset).toBeGreaterThan(5 * GIB);
  });

  it("writes both sizes in the local header, and only what doesn't fit in the directory", () => {
    const [localLarge, , localFar, , central, end] = composeZip([large, { ...small, path: "far.txt" }]).parts;
    expect(zip64Numbers(localLarge, 30, 26)).toEqual([5 * GIB, 5 * GIB]);
    expect(zip64Numbers(localFar, 30, 26)).toEqual([]);
    const headers = centralHeaders(central);
    expect(headers.map((header) => zip64Numbers(header, 46, 28))).toEqual([
      [5 * GIB, 5 * GIB],
      [5 * GIB + bytesIn(localLarge)],
    ]);
    const record = viewOf(end);
    expect(record.getUint32(0, true)).toBe(0x06064b50);
    const directoryAt = Number(record.getBigUint64(48, true));
    expect(directoryAt).toBe(5 * GIB + 7 + bytesIn(localLarge) + bytesIn(localFar));
    expect(record.getUint32(56, true)).toBe(0x07064b50);
    expect(Number(record.getBigUint64(64, true))).toBe(directoryAt + bytesIn(central));
    expect(record.getUint32(92, true)).toBe(0xffffffff);
  });

  it.each([
    ["4 GiB − 2 as it is", 4 * GIB - 2, false],
    ["4 GiB − 1 as ZIP64: the number itself is the mark", 4 * GIB - 1, true],
    ["4 GiB as ZIP64", 4 * GIB, true],
  ])("writes a file of %s", (_, size, wide) => {
    const layout = composeZip([sparse("a", size)]);
    expect(zip64Numbers(layout.parts[0], 30, 26)).toEqual(wide ? [size, size] : []);
    expect(readArchive(sparseReader(layout), layout.size)[0]?.size).toBe(size);
  });

  it("serves a file whose plain size alone is above 4 GiB", () => {
    const compressedSize = 40_000_000;
    const entry: ZipEntry = { ...sparse("log", compressedSize), method: 8, size: 6 * GIB };
    const layout = composeZip([entry]);
    expect(readArchive(sparseReader(layout), layout.size)[0]).toMatchObject({
      size: 6 * GIB,
      compressedSize,
    });
  });

  it.each([
    [65_534, 22],
    [65_535, 98],
    [70_000, 98],
  ])("ends %i entries in %i bytes", (count, length) => {
    expect(endRecords(count, 0, 0)).toHaveLength(length);
  });
});

describe("dosTime (APPNOTE 4.4.6)", () => {
  it.each([
    ["1980-01-01T00:00:00Z", 1980, 1, 1, 0, 0, 0],
    ["2024-02-29T23:59:59Z", 2024, 2, 29, 23, 59, 58],
    ["1970-01-01T00:00:00Z", 1980, 1, 1, 0, 0, 0],
    ["2200-01-01T00:00:00Z", 2107, 12, 31, 23, 59, 58],
  ])("%s", (iso, ...wanted) => {
    const { date, time } = dosTime(Date.parse(iso));
    const day = [(date >> 9) + 1980, (date >> 5) & 15, date & 31];
    expect([...day, time >> 11, (time >> 5) & 63, (time & 31) * 2]).toEqual(wanted);
  });
});

type Part = Uint8Array<ArrayBuffer> | Extent | undefined;

const hex = (value: string): string => Buffer.from(value).toString("hex");

function emptyEntry(path: string): ZipEntry {
  return { path, method: 0, crc32: 0, size: 0, compressedSize: 0, modified: MODIFIED, extents: [] };
}

/** A stored entry of so many bytes that nobody holds. */
function sparse(path: string, size: number): ZipEntry {
  return { ...emptyEntry(path), size, compressedSize: size, extents: [{ offset: 0, length: size }] };
}

/** Reads a layout without its extents' bytes: those read as zeros. */
function sparseReader(layout: ZipLayout): (offset: number, length: number) => Uint8Array<ArrayBuffer> {
  return (offset, length) => {
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of layout.parts) {
      const from = Math.max(at, offset);
      const to = Math.min(at + part.length, offset + length);
      if (part instanceof Uint8Array && from < to)
        bytes.set(part.subarray(from - at, to - at), from - offset);
      at += part.length;
    }
    return bytes;
  };
}

const bytesIn = (part: Part): number => part?.length ?? 0;

function viewOf(part: Part): DataView {
  if (!(part instanceof Uint8Array)) throw new Error("No bytes of our own");
  return new DataView(part.buffer, part.byteOffset, part.byteLength);
}

/** The 64-bit numbers in a header's ZIP64 field. */
function zip64Numbers(header: Part, fixed: number, lengthsAt: number): number[] {
  const view = viewOf(header);
  let at = fixed + view.getUint16(lengthsAt, true);
  const end = at + view.getUint16(lengthsAt + 2, true);
  for (; at < end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const count = view.getUint16(at + 2, true) / 8;
    return Array.from({ length: count }, (_, index) => Number(view.getBigUint64(at + 4 + index * 8, true)));
  }
  return [];
}

function centralHeaders(directory: Part): Uint8Array<ArrayBuffer>[] {
  if (!(directory instanceof Uint8Array)) return [];
  const view = viewOf(directory);
  const headers: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < directory.length; ) {
    const length =
      46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    headers.push(directory.subarray(at, at + length));
    at += length;
  }
  return headers;
}

/** What both headers of every entry say about version, flags, method, time, date, CRC, sizes, name and extra field. */
function headerPairs(bytes: Uint8Array<ArrayBuffer>) {
  const end = viewOf(bytes.subarray(bytes.length - 22));
  const from = end.getUint32(16, true);
  return centralHeaders(bytes.subarray(from, from + end.getUint32(12, true))).map((header) => ({
    central: common(header, 6, 46),
    local: common(bytes.subarray(viewOf(header).getUint32(42, true)), 4, 30),
  }));
}

function common(header: Uint8Array<ArrayBuffer>, at: number, fixed: number) {
  const view = viewOf(header);
  const variable = view.getUint16(at + 22, true) + view.getUint16(at + 24, true);
  return {
    version: view.getUint16(at, true),
    flags: view.getUint16(at + 2, true),
    // Method, time, date, CRC-32, both sizes, both lengths: the same 22 bytes in both headers.
    fields: [...header.subarray(at + 4, at + 26)],
    nameAndExtra: [...header.subarray(fixed, fixed + variable)],
  };
}
