import { randomBytes } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinBytes } from "@/core/bundle/pack";
import { type ArchiveEntry, BadArchive, inflateChecked, readArchive } from "@/core/bundle/zip/read-archive";
import { centralHeader, type EntryRecord, endRecords, localHeader } from "@/core/bundle/zip/records";
import { readerOf } from "./memory-pack";
import { chunksOf, hasPython, packed, plainBytes, pythonZip, unpack } from "./zip-tools";

const read = (bytes: Uint8Array<ArrayBuffer>): ArchiveEntry[] => readArchive(readerOf(bytes), bytes.length);
const hex = (value: string): string => Buffer.from(value).toString("hex");

describe.skipIf(!hasPython)("archives of Python's zipfile (skyvern-api.md §5)", () => {
  it("stored and deflated members, in the order of the directory", async () => {
    const bytes = pythonZip(`
z.writestr('step/a.json', '{"a": 1}')
z.writestr('step/b.txt', 'b' * 100000, zf.ZIP_DEFLATED)
z.writestr('empty', '')
`);
    expect(read(bytes).map(({ name, method, size }) => [name, method, size])).toEqual([
      ["step/a.json", 0, 8],
      ["step/b.txt", 8, 100_000],
      ["empty", 0, 0],
    ]);
    expect(await unpack(bytes)).toEqual([
      ["step/a.json", hex('{"a": 1}')],
      ["step/b.txt", hex("b".repeat(100_000))],
      ["empty", ""],
    ]);
  });

  it("names in UTF-8, and in whatever else as Latin-1", async () => {
    const bytes = pythonZip("z.writestr('請求書.txt', 'x')\nz.writestr('plain', 'y')");
    expect(read(bytes).map(({ name }) => name)).toEqual(["請求書.txt", "plain"]);
    const odd = archive([{ name: Uint8Array.of(0x61, 0xe9), plain: "x" }]);
    expect(read(odd).map(({ name }) => name)).toEqual(["aé"]);
  });

  it("names that differ in what nobody sees are two", () => {
    const marked = archive([
      { name: "a", plain: "x" },
      { name: "\ufeffa", plain: "y" },
    ]);
    expect(read(marked).map(({ name }) => name)).toEqual(["a", "\ufeffa"]);
  });

  it("folders are skipped", () => {
    const bytes = pythonZip("z.mkdir('folder')\nz.writestr('folder/a', 'x')");
    expect(read(bytes).map(({ name }) => name)).toEqual(["folder/a"]);
  });

  it("a comment at the end, one that looks like an end record too", async () => {
    const bytes = pythonZip("z.writestr('a', 'x')\nz.comment = b'PK\\x05\\x06' + b'c' * 60000");
    expect(await unpack(bytes)).toEqual([["a", hex("x")]]);
  });

  it("comments and extra fields of members", async () => {
    const bytes = pythonZip(`
i = zf.ZipInfo('a'); i.comment = b'note'; i.extra = b'\\x99\\x99\\x02\\x00ab'
z.writestr(i, 'x'); z.writestr('b', 'y')
`);
    expect(await unpack(bytes)).toEqual([
      ["a", hex("x")],
      ["b", hex("y")],
    ]);
  });

  it("data before the archive", async () => {
    const bytes = pythonZip("z.writestr('a', 'x' * 50, zf.ZIP_DEFLATED)");
    const prefixed = joinBytes([new TextEncoder().encode("#!/bin/sh\n"), bytes], bytes.length + 10);
    expect(await unpack(prefixed)).toEqual([["a", hex("x".repeat(50))]]);
  });

  it("ZIP64 fields where they were not needed, and members written as a stream", async () => {
    const bytes = pythonZip(`
with z.open('wide', 'w', force_zip64=True) as f: f.write(b'x' * 9)
class Pipe(io.BytesIO):
    def seekable(self): return False
    def seek(self, *a): raise OSError()
    def tell(self): raise OSError()
`);
    expect(await unpack(bytes)).toEqual([["wide", hex("x".repeat(9))]]);
    const streamed = pythonZip(`
class Pipe:
    def __init__(self): self.b = b''
    def write(self, d): self.b += bytes(d); return len(d)
    def flush(self): pass
p = Pipe()
with zf.ZipFile(p, 'w', zf.ZIP_DEFLATED) as s:
    s.writestr('a', 'x' * 99); s.writestr('b', 'y')
sys.stdout.buffer.write(p.b); sys.stdout.flush(); sys.exit(0)
`);
    expect(await unpack(streamed)).toEqual([
      ["a", hex("x".repeat(99))],
      ["b", hex("y")],
    ]);
  });

  it.each([["zf.ZIP_BZIP2"], ["zf.ZIP_LZMA"]])("a member compressed by %s is refused", (method) => {
    expect(() => read(pythonZip(`z.writestr('a', 'x', ${method})`))).toThrow(/a: compressed by method/);
  });

  it("cut off anywhere, it is refused", () => {
    const bytes = pythonZip("z.writestr('a', 'x' * 99, zf.ZIP_DEFLATED)\nz.writestr('b', 'y')");
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.slice(0, length))).toThrow(BadArchive);
    }
  });

  it("with any byte changed, it is refused or read with the change found out, never misread", async () => {
    const bytes = pythonZip(
      "z.writestr('a.txt', 'hello ' * 20, zf.ZIP_DEFLATED)\nz.writestr('b.txt', 'stored')",
    );
    const wanted = new Set([hex("hello ".repeat(20)), hex("stored")]);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ change;
        const files = await unpack(damaged).catch((error: unknown) => {
          expect(error).toBeInstanceOf(BadArchive);
          return [];
        });
        for (const [, content] of files) expect(wanted).toContain(content);
      }),
      { numRuns: 1500 },
    );
  }, 60_000);
});

describe("what is refused", () => {
  const one: Member = { name: "a.txt", plain: "hello hello hello", method: 8 };

  it.each<[string, Member[], RegExp]>([
    ["an encrypted member", [{ ...one, flags: 0x0001 }], /encrypted/],
    ["a strongly encrypted member", [{ ...one, flags: 0x0041 }], /encrypted/],
    ["a stored member with two sizes", [{ ...one, method: 0, size: 5 }], /sizes differ/],
    ["a local header with another name", [{ ...one, localName: "b.txt" }], /disagree/],
    ["a local header with a longer name", [{ ...one, localName: "a.txt2" }], /disagree/],
    ["a member that reaches into the directory", [{ ...one, compressedSize: 500 }], /into the directory/],
    ["a member beyond the archive", [{ ...one, offset: 90_000 }], /outside the archive/],
    ["no local header", [{ ...one, offset: 1 }], /no local header/],
    ["two members that share bytes", [one, { ...one, offset: 0 }], /shares bytes/],
    [
      "11 MB out of 10,000 bytes",
      [{ ...one, plain: "\0".repeat(10_000), method: 8, size: 11_000_000 }],
      /can't hold/,
    ],
  ])("%s", (_, members, message) => {
    const bytes = archive(members);
    expect(() => read(bytes)).toThrow(BadArchive);
    expect(() => read(bytes)).toThrow(message);
  });

  /** The archive of one member with its numbers changed; the places of its headers in it are known. */
  const edited = (member: Member, edit: (view: DataView, central: number, end: number) => void) => {
    const bytes = archive([member]);
    const end = bytes.length - 22;
    const view = new DataView(bytes.buffer);
    edit(view, view.getUint32(end + 16, true), end);
    return bytes;
  };
  const wide: Member = { ...one, size: 5 * 1024 ** 3, compressedSize: 5 * 1024 ** 3 };
  /** Behind its fixed part, the name, the timestamp, and the ZIP64 field's ID and length. */
  const WIDE_AT = 46 + 5 + 9;

  it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    [
      "a directory that would begin before the archive",
      edited(one, (view, _, end) => view.setUint32(end + 12, 99_999, true)),
      /directory is outside/,
    ],
    [
      "a directory before the place that is told",
      edited(one, (view, central, end) => view.setUint32(end + 16, central + 1, true)),
      /directory is outside/,
    ],
    [
      "a directory without its signature",
      edited(one, (view, central) => view.setUint32(central, 0, true)),
      /directory is damaged/,
    ],
    [
      "a directory too short for one header",
      edited(one, (view, central, end) => {
        view.setUint32(end + 12, 45, true);
        view.setUint32(end + 16, central + 15, true);
      }),
      /directory is damaged/,
    ],
    [
      "a name longer than the directory",
      edited(one, (view, central) => view.setUint16(central + 28, 9999, true)),
      /directory is cut off/,
    ],
    [
      "an extra field longer than the directory",
      edited(one, (view, central) => view.setUint16(central + 30, 9999, true)),
      /directory is cut off/,
    ],
    [
      "a comment longer than the directory",
      edited(one, (view, central) => view.setUint16(central + 32, 1, true)),
      /directory is cut off/,
    ],
    ["a local header of another method", edited(one, (view) => view.setUint16(8, 0, true)), /disagree/],
    [
      "a saturated size without its ZIP64 field",
      edited(one, (view, central) => view.setUint32(central + 24, 0xffffffff, true)),
      /ZIP64 number is missing/,
    ],
    [
      "a ZIP64 field with one number of two",
      edited(wide, (view, central) => view.setUint16(central + WIDE_AT + 2, 8, true)),
      /ZIP64 number is missing/,
    ],
    [
      "a ZIP64 field longer than the extra field",
      edited(wide, (view, central) => view.setUint16(central + WIDE_AT + 2, 17, true)),
      /ZIP64 number is missing/,
    ],
    [
      "a ZIP64 field under another number",
      edited(wide, (view, central) => view.setUint16(central + WIDE_AT, 2, true)),
      /ZIP64 number is missing/,
    ],
    [
      "a size past what numbers hold",
      edited(wide, (view, central) => view.setUint8(central + WIDE_AT + 4 + 7, 1)),
      /64-bit number is out of range/,
    ],
    [
      "a member that takes one byte of the directory",
      archive([{ ...one, method: 0, size: 18, compressedSize: 18 }]),
      /into the directory/,
    ],
  ])("%s", (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(BadArchive);
    expect(() => read(bytes)).toThrow(message);
  });

  it("a member that says a bit more than deflate can give, and one that says as much is read", () => {
    const plain = "\0".repeat(20_000_000);
    const compressedSize = packed(new TextEncoder().encode(plain), 8).length;
    const most = compressedSize * 1100;
    expect(read(archive([{ ...one, plain: "x", size: 10_000_000 }]))).toHaveLength(1);
    expect(() => read(archive([{ ...one, plain, size: most + 1 }]))).toThrow(/can't hold/);
    expect(read(archive([{ ...one, plain, size: most }]))).toHaveLength(1);
  });

  it("no ZIP at all", () => {
    expect(() => read(new Uint8Array(0))).toThrow(BadArchive);
    expect(() => read(new TextEncoder().encode('{"detail": "not found"}'.repeat(9)))).toThrow(
      /No end of central/,
    );
  });

  it("a directory with more or fewer entries than it says", () => {
    const bytes = archive([one, { ...one, name: "b.txt" }]);
    for (const count of [0, 1, 3]) {
      const lying = bytes.slice();
      lying[bytes.length - 12] = count;
      expect(() => read(lying)).toThrow(/The directory has 2 entries/);
    }
  });

  it("a local header that begins in the archive and ends outside", () => {
    const { length } = archive([one]);
    expect(() => read(archive([{ ...one, offset: length - 30 }]))).toThrow(/35 bytes at .* are outside/);
  });

  it("a reader that gives less than asked", () => {
    const bytes = archive([one]);
    expect(() =>
      readArchive((offset, length) => bytes.subarray(offset, offset + length - 1), bytes.length),
    ).toThrow(`The archive ends at ${bytes.length - 1}`);
  });

  it("what the reader throws passes through", () => {
    const broken = new Error("disk");
    const reader = (): never => {
      throw broken;
    };
    expect(() => readArchive(reader, 100)).toThrow(broken);
  });

  it("any bytes at all give entries or BadArchive, never another error", () => {
    const sound = archive([one, { ...one, name: "b.txt", method: 0 }]);
    const changes = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(changes, (edits) => {
        const damaged = sound.slice();
        for (const [at, value] of edits) damaged[at] = value;
        try {
          read(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(BadArchive);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a ZIP64 end (APPNOTE 4.3.14, 4.3.15)", () => {
  const plain = archive([{ name: "a.txt", plain: "hello", method: 0 }]);
  const directoryAt = plain.length - 22 - 60;

  /** The archive with a ZIP64 end that says what the plain one does not. */
  function widened(edit: (view: DataView, record: number) => void = () => {}, prefix = 0) {
    const record = plain.length - 22;
    const bytes = joinBytes(
      [plain.subarray(0, record), new Uint8Array(56 + 20), plain.subarray(record)],
      plain.length + 76,
    );
    const view = new DataView(bytes.buffer);
    view.setUint32(record, 0x06064b50, true);
    view.setBigUint64(record + 4, 44n, true);
    view.setBigUint64(record + 32, 1n, true);
    view.setBigUint64(record + 40, 60n, true);
    view.setBigUint64(record + 48, BigInt(directoryAt), true);
    view.setUint32(record + 56, 0x07064b50, true);
    view.setBigUint64(record + 64, BigInt(record), true);
    for (const at of [10, 12, 14, 16]) view.setUint16(record + 76 + at, 0xffff, true);
    edit(view, record);
    return joinBytes([new Uint8Array(prefix), bytes], bytes.length + prefix);
  }

  it.each([0, 1000])("counts, behind a prefix of %i bytes too", (prefix) => {
    expect(read(widened(undefined, prefix))).toMatchObject([{ name: "a.txt", dataOffset: prefix + 44 }]);
  });

  it.each<[string, (view: DataView, record: number) => void]>([
    ["without its signature", (view, record) => view.setUint32(record, 0, true)],
    ["of another length", (view, record) => view.setBigUint64(record + 4, 45n, true)],
  ])("%s is missing", (_, edit) => {
    expect(() => read(widened(edit))).toThrow(/ZIP64 end of central directory is missing/);
  });

  it("that its locator places behind itself is looked for where it must be", () => {
    expect(
      read(widened((view, record) => view.setBigUint64(record + 64, BigInt(record + 1), true))),
    ).toHaveLength(1);
  });
});

describe("a ZIP64 end of an archive of nothing", () => {
  /** A locator and an end record, behind whatever. */
  function emptied(before: Uint8Array, recordAt: number) {
    const tail = new Uint8Array(20 + 22);
    const view = new DataView(tail.buffer);
    view.setUint32(0, 0x07064b50, true);
    view.setBigUint64(8, BigInt(recordAt), true);
    view.setUint32(20, 0x06054b50, true);
    return joinBytes([before, tail], before.length + tail.length);
  }

  /** The end record, as long as its fields or as it says. */
  function record(length = 56): Uint8Array {
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0x06064b50, true);
    view.setBigUint64(4, BigInt(length - 12), true);
    return bytes;
  }

  it("may stand at the very beginning", () => {
    expect(read(emptied(record(), 0))).toEqual([]);
  });

  it("with a longer record, as later versions may write it", () => {
    expect(read(emptied(record(80), 0))).toEqual([]);
  });

  it.each<[string, Uint8Array, number]>([
    ["with nothing before its locator", new Uint8Array(0), 0],
    ["with less than a record before its locator", new Uint8Array(55), 0],
    ["with a record shorter than its fields", joinBytes([new Uint8Array(40), record(40)], 80), 40],
  ])("%s is missing", (_, before, recordAt) => {
    expect(() => read(emptied(before, recordAt))).toThrow(/ZIP64 end of central directory is missing/);
  });
});

describe("inflateChecked", () => {
  const plain = "line of text\n".repeat(5000);
  const bytes = archive([
    { name: "deflated", plain, method: 8 },
    { name: "stored", plain, method: 0 },
  ]);
  const [deflated, stored] = read(bytes);
  if (!deflated || !stored) throw new Error("Two entries were written");
  const ignore = (): void => {};

  it.each([[deflated], [stored]])("gives the plain bytes of $name", async (entry) => {
    expect((await plainBytes(bytes, entry)).toString()).toBe(plain);
  });

  it.each([[deflated], [stored]])("of $name refuses a wrong CRC-32", async (entry) => {
    const wrong = { ...entry, crc32: entry.crc32 ^ 1 };
    await expect(inflateChecked(chunksOf(bytes, entry), wrong, ignore)).rejects.toThrow(/wrong CRC-32/);
  });

  it.each([[deflated], [stored]])("of $name refuses bytes that end too soon", async (entry) => {
    const chunks = chunksOf(bytes, entry, 50).slice(0, 2);
    await expect(inflateChecked(chunks, entry, ignore)).rejects.toThrow(BadArchive);
    await expect(inflateChecked([], entry, ignore)).rejects.toThrow(BadArchive);
  });

  it.each([[deflated], [stored]])("of $name refuses fewer bytes than declared", async (entry) => {
    const longer = { ...entry, size: entry.size + 1 };
    const reading = inflateChecked(chunksOf(bytes, entry), longer, ignore);
    await expect(reading).rejects.toThrow(BadArchive);
    await expect(reading).rejects.toThrow(`${entry.size} of ${entry.size + 1} bytes`);
  });

  it("refuses what is no deflate", async () => {
    const noise = Uint8Array.from({ length: 500 }, (_, index) => (index * 131) ^ 0xff);
    await expect(inflateChecked([noise], deflated, ignore)).rejects.toThrow(/can't be inflated/);
  });

  it("stops a bomb at the declared size", async () => {
    const bomb = Uint8Array.from(deflateRawSync(new Uint8Array(200_000_000)));
    const entry = { ...deflated, size: 1_000_000, compressedSize: bomb.length };
    let out = 0;
    const inflating = inflateChecked([bomb], entry, (piece) => {
      out += piece.length;
    });
    await expect(inflating).rejects.toThrow(/more than the 1000000 bytes/);
    expect(out).toBeLessThanOrEqual(1_000_000);
  });

  it("takes a chunk of any length", async () => {
    const data = Uint8Array.from(randomBytes(300_000));
    const held = packed(data, 8);
    const entry = { ...deflated, compressedSize: held.length, size: data.length, crc32: crc32(data) };
    const pieces: Uint8Array[] = [];
    await inflateChecked([held], entry, (piece) => void pieces.push(piece));
    expect(Buffer.concat(pieces).equals(data)).toBe(true);
  });

  it.each([[deflated], [stored]])("of $name hands on what the taker throws, and stops", async (entry) => {
    const full = new Error("full");
    let calls = 0;
    const taker = (): never => {
      calls++;
      throw full;
    };
    await expect(inflateChecked(chunksOf(bytes, entry), entry, taker)).rejects.toBe(full);
    expect(calls).toBe(1);
  });

  it.each([[deflated], [stored]])("of $name lets the source go where the taker throws", async (entry) => {
    let isLetGo = false;
    function* chunks(): Generator<Uint8Array<ArrayBuffer>> {
      try {
        for (;;) yield* chunksOf(bytes, entry, 20);
      } finally {
        isLetGo = true;
      }
    }
    const taker = () => Promise.reject(new Error("full"));
    await expect(inflateChecked(chunks(), entry, taker)).rejects.toThrow("full");
    for (let turn = 0; turn < 1000 && !isLetGo; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(isLetGo).toBe(true);
  });

  it("hands on what the source throws: a disk error is no damaged archive", async () => {
    const disk = new Error("disk");
    const first = chunksOf(bytes, deflated, 20).slice(0, 1);
    function* chunks(): Generator<Uint8Array<ArrayBuffer>> {
      yield* first;
      throw disk;
    }
    await expect(inflateChecked(chunks(), deflated, ignore)).rejects.toBe(disk);
  });

  it("is right for any bytes in any chunks", async () => {
    const someBytes = fc.uint8Array({ maxLength: 5000 });
    await fc.assert(
      fc.asyncProperty(
        someBytes,
        fc.constantFrom<0 | 8>(0, 8),
        fc.integer({ min: 1, max: 700 }),
        async (data, method, step) => {
          const held = packed(data, method);
          const entry = {
            ...deflated,
            method,
            dataOffset: 0,
            compressedSize: held.length,
            size: data.length,
            crc32: crc32(data),
          };
          const pieces: Uint8Array[] = [];
          await inflateChecked(chunksOf(held, entry, step), entry, (piece) => void pieces.push(piece));
          expect(Buffer.concat(pieces).equals(data)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** A member to write, with what is to be wrong about it. */
interface Member {
  name: string | Uint8Array;
  plain: string;
  method?: 0 | 8;
  flags?: number;
  size?: number;
  compressedSize?: number;
  localName?: string;
  /** What the directory gives as its place. */
  offset?: number;
}

function archive(members: readonly Member[]): Uint8Array<ArrayBuffer> {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const member of members) {
    const { record, bytes } = recordOf(member, at);
    const local = localHeader({ ...record, name: nameBytes(member.localName ?? member.name) });
    const central = centralHeader({ ...record, offset: member.offset ?? at });
    new DataView(central.buffer).setUint16(8, member.flags ?? 0x0800, true);
    files.push(local, bytes);
    directory.push(central);
    at += local.length + bytes.length;
  }
  const directorySize = directory.reduce((sum, header) => sum + header.length, 0);
  const end = endRecords(members.length, at, directorySize);
  return joinBytes([...files, ...directory, end], at + directorySize + end.length);
}

function recordOf(member: Member, offset: number): { record: EntryRecord; bytes: Uint8Array } {
  const plain = new TextEncoder().encode(member.plain);
  const method = member.method ?? 0;
  const bytes = packed(plain, method);
  const record = {
    name: nameBytes(member.name),
    method,
    crc32: crc32(plain),
    size: member.size ?? plain.length,
    compressedSize: member.compressedSize ?? bytes.length,
    modified: 0,
    offset,
  };
  return { record, bytes };
}

const nameBytes = (name: string | Uint8Array): Uint8Array =>
  typeof name === "string" ? new TextEncoder().encode(name) : name;
