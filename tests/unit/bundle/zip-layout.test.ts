import { describe, expect, it } from "vitest";
import type { Extent } from "@/core/bundle/pack";
import { composeZip, type ZipEntry } from "@/core/bundle/zip/compose";
import { centralHeader, endRecords, localHeader } from "@/core/bundle/zip/records";

const entry = (path: string, extents: Extent[], more: Partial<ZipEntry> = {}): ZipEntry => {
  const size = extents.reduce((sum, { length }) => sum + length, 0);
  return { path, method: 0, crc32: 1, size, compressedSize: size, modified: 0, extents, ...more };
};
const slices = (entries: ZipEntry[]): Extent[] =>
  composeZip(entries).parts.flatMap((part) => (part instanceof Uint8Array ? [] : [part]));

describe("the layout of a ZIP", () => {
  it("is one slice where headers and files are neighbours in the pack", () => {
    const local = (offset: number, path: string) => ({ path, modified: 0, extent: { offset, length: 35 } });
    const first = entry("a.txt", [{ offset: 35, length: 100 }], { local: local(0, "a.txt") });
    const second = entry("b.txt", [{ offset: 170, length: 50 }], { local: local(135, "b.txt") });
    expect(slices([second, first])).toEqual([{ offset: 0, length: 220 }]);
  });

  it("joins extents that follow each other, and no others", () => {
    const joined = entry("a.txt", [
      { offset: 10, length: 5 },
      { offset: 15, length: 5 },
      { offset: 30, length: 5 },
      { offset: 25, length: 5 },
    ]);
    expect(slices([joined])).toEqual([
      { offset: 10, length: 10 },
      { offset: 30, length: 5 },
      { offset: 25, length: 5 },
    ]);
  });

  it("has the files in the order of the pack, the directory in the given one", () => {
    const far = entry("far.txt", [{ offset: 500, length: 1 }]);
    const near = entry("near.txt", [{ offset: 5, length: 2 }]);
    expect(slices([far, near]).map(({ offset }) => offset)).toEqual([5, 500]);
    const directory = composeZip([far, near]).parts.at(-2);
    const names = new TextDecoder("latin1").decode(directory instanceof Uint8Array ? directory : undefined);
    expect(names.indexOf("far.txt")).toBeLessThan(names.indexOf("near.txt"));
  });

  it("takes a header of the pack only where it says the same", () => {
    const local = { path: "other.txt", modified: 0, extent: { offset: 0, length: 39 } };
    const files = [entry("a.txt", [{ offset: 39, length: 3 }], { local })];
    expect(slices(files)).toEqual([{ offset: 39, length: 3 }]);
    expect(
      slices([{ ...files[0], ...entry("other.txt", [{ offset: 39, length: 3 }]), local, modified: 5000 }]),
    ).toEqual([{ offset: 39, length: 3 }]);
  });
});

describe("the extended timestamp", () => {
  it.each([
    ["whole seconds", 1_714_979_289_500, 1_714_979_289],
    ["nothing before 1970", -5000, 0],
    ["nothing that 31 bits can't hold", 5e12, 0x7fff_ffff],
  ])("tells %s", (_, modified, seconds) => {
    const name = new TextEncoder().encode("a");
    const header = localHeader({
      name,
      method: 0,
      crc32: 0,
      size: 0,
      compressedSize: 0,
      modified,
      offset: 0,
    });
    // Behind the fixed 30 bytes, the name, the field's ID and length, and its flags.
    expect(new DataView(header.buffer).getUint32(30 + 1 + 5, true)).toBe(seconds);
  });
});

describe("ZIP64 (APPNOTE 4.3.9, 4.5.3)", () => {
  const LIMIT = 0xffff_ffff;
  const record = {
    name: new TextEncoder().encode("a"),
    method: 8 as const,
    crc32: 0,
    modified: 0,
    offset: 0,
  };
  const small = { ...record, size: 1, compressedSize: 1 };

  it.each([
    ["a size at the limit", { size: LIMIT, compressedSize: 1 }],
    ["a compressed size at the limit", { size: 1, compressedSize: LIMIT }],
  ])("has its fields for %s", (_, sizes) => {
    expect(localHeader({ ...record, ...sizes }).length).toBeGreaterThan(localHeader(small).length);
    expect(centralHeader({ ...record, ...sizes }).length).toBeGreaterThan(centralHeader(small).length);
  });

  it("asks for a reader of version 4.5 where it is needed, and for one of 2.0 elsewhere", () => {
    const needed = (offset: number) =>
      new DataView(centralHeader({ ...small, offset }).buffer).getUint16(6, true);
    expect([needed(0), needed(LIMIT)]).toEqual([20, 45]);
  });

  it("has them in the directory for an offset at the limit", () => {
    expect(centralHeader({ ...small, offset: LIMIT }).length).toBeGreaterThan(centralHeader(small).length);
  });

  it("is left out below, which old readers like", () => {
    const below = { size: LIMIT - 1, compressedSize: LIMIT - 1 };
    expect(localHeader({ ...record, ...below }).length).toBe(localHeader(small).length);
    expect(centralHeader({ ...small, ...below, offset: LIMIT - 1 }).length).toBe(centralHeader(small).length);
    expect(endRecords(0xfffe, LIMIT - 1, LIMIT - 1)).toHaveLength(22);
  });

  it.each([
    ["entries", [0xffff, 0, 0]],
    ["the directory's offset", [1, LIMIT, 0]],
    ["the directory's size", [1, 0, LIMIT]],
  ] as const)("has its end record for too many of %s", (_, [count, offset, size]) => {
    expect(endRecords(count, offset, size).length).toBeGreaterThan(22);
  });
});
