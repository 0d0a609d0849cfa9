import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinBytes, PackFile, PackFull, PackWriter } from "@/core/bundle/pack";
import { MemoryHandle } from "./memory-pack";

const MIB = 1024 * 1024;
const filled = (length: number, value: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(value);

describe("PackFile", () => {
  it("appends one run of bytes after the other and says where they are", () => {
    const pack = new PackFile(new MemoryHandle(100));
    expect(pack.append(filled(3, 1))).toEqual({ offset: 0, length: 3 });
    expect(pack.append(filled(2, 2))).toEqual({ offset: 3, length: 2 });
    expect(pack.size).toBe(5);
    expect([...pack.read(2, 2)]).toEqual([1, 2]);
  });

  it("goes on where the disk takes and gives less than asked", () => {
    const handle = new MemoryHandle(100, 3);
    const pack = new PackFile(handle);
    const bytes = Uint8Array.from({ length: 10 }, (_, index) => index);
    pack.append(bytes);
    pack.writeOut();
    expect(handle.writes).toEqual([3, 3, 3, 1]);
    expect(pack.read(0, 10)).toEqual(bytes);
  });

  it("throws PackFull where the disk takes no more, and stays as long as it was", () => {
    const pack = new PackFile(new MemoryHandle(MIB + 3));
    pack.append(filled(MIB, 1));
    expect(() => pack.append(filled(MIB, 2))).toThrow(PackFull);
    expect(pack.size).toBe(MIB);
    expect(pack.append(filled(3, 3))).toEqual({ offset: MIB, length: 3 });
    expect([...pack.read(MIB - 1, 4)]).toEqual([1, 3, 3, 3]);
  });

  it("throws PackFull with the cause where the disk throws", () => {
    const cause = new Error("QuotaExceededError");
    const handle = new MemoryHandle(8);
    handle.write = () => {
      throw cause;
    };
    const pack = new PackFile(handle);
    pack.append(filled(1, 1));
    expect(() => pack.writeOut()).toThrow(expect.objectContaining({ name: "PackFull", cause }));
  });

  it("writes what is small with others: when 1 MiB waits, when something large comes, and when it is told to", () => {
    const handle = new MemoryHandle(4 * MIB);
    const pack = new PackFile(handle);
    for (let count = 0; count < 3; count++) pack.append(filled(400_000, count));
    expect(handle.writes).toEqual([800_000]);
    pack.append(filled(600_000, 3));
    expect(handle.writes).toEqual([800_000, 400_000, 600_000]);
    pack.append(filled(5, 4));
    pack.flush();
    expect(handle.writes).toEqual([800_000, 400_000, 600_000, 5]);
  });

  it("keeps what the disk refuses, for when there is room", () => {
    const handle = new MemoryHandle(10);
    const pack = new PackFile(handle);
    const { write } = handle;
    handle.write = () => 0;
    pack.append(filled(4, 7));
    expect(() => pack.writeOut()).toThrow(PackFull);
    handle.write = write;
    pack.writeOut();
    expect([...handle.bytes.subarray(0, 5)]).toEqual([7, 7, 7, 7, 0]);
  });

  it("gives what is not written yet as what is, wherever one ends", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(700_000), { maxLength: 8 }), fc.nat(), fc.nat(), (lengths, from, to) => {
        const pack = new PackFile(new MemoryHandle(6 * MIB));
        for (const [index, length] of lengths.entries()) pack.append(filled(length, index + 1));
        const all = lengths.flatMap((length, index) => [...filled(length, index + 1)]);
        const start = Math.min(from, all.length);
        const length = Math.min(to, all.length - start);
        expect(Buffer.compare(pack.read(start, length), Buffer.from(all.slice(start, start + length)))).toBe(
          0,
        );
      }),
      { numRuns: 20 },
    );
  });

  it("refuses to read past its end", () => {
    const handle = new MemoryHandle(4);
    handle.truncate(4);
    expect(() => new PackFile(handle).read(2, 4)).toThrow(/ends at 4/);
  });

  it("closes its file", () => {
    const handle = new MemoryHandle(1);
    new PackFile(handle).close();
    expect(handle.closed).toBe(true);
  });
});

describe("PackWriter", () => {
  it("gathers small chunks into one write", () => {
    const handle = new MemoryHandle(MIB);
    const writer = new PackWriter(new PackFile(handle));
    for (let count = 0; count < 50; count++) writer.write(filled(12_000, count));
    expect(handle.writes).toEqual([]);
    expect(writer.finish()).toEqual([{ offset: 0, length: 600_000 }]);
    expect(handle.writes).toEqual([600_000]);
  });

  it("writes when 1 MiB waits", () => {
    const handle = new MemoryHandle(MIB);
    const writer = new PackWriter(new PackFile(handle));
    writer.write(filled(MIB - 1, 1));
    expect(handle.writes).toEqual([]);
    writer.write(filled(1, 2));
    expect(handle.writes).toEqual([MIB]);
  });

  it("writes what it copied when there is 1 MiB of it, and after what came before", () => {
    const handle = new MemoryHandle(3 * MIB);
    const writer = new PackWriter(new PackFile(handle));
    writer.write(filled(10, 1));
    writer.write(filled(MIB + 5, 2), true);
    expect(handle.writes).toEqual([10, MIB]);
    expect(writer.written).toBe(10 + MIB + 5);
    expect(writer.finish()).toEqual([{ offset: 0, length: 10 + MIB + 5 }]);
  });

  it("puts nothing before what it copied", () => {
    const writer = new PackWriter(new PackFile(new MemoryHandle(100)));
    writer.write(filled(10, 1), true);
    expect(writer.prepend(filled(5, 2))).toBe(false);
  });

  it("has no extent for an empty file", () => {
    const writer = new PackWriter(new PackFile(new MemoryHandle(1)));
    writer.write(new Uint8Array(0));
    expect(writer.finish()).toEqual([]);
  });

  it("keeps several files apart however their chunks interleave, and joins neighbouring extents", () => {
    const step = fc.record({
      file: fc.nat(2),
      length: fc.nat(200_000),
      value: fc.nat(255),
      lent: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const pack = new PackFile(new MemoryHandle(3_000_000, 100_001));
        const writers = [new PackWriter(pack), new PackWriter(pack), new PackWriter(pack)];
        const wanted: Uint8Array[][] = [[], [], []];
        for (const { file, length, value, lent } of steps) {
          const chunk = filled(length, value);
          writers[file]?.write(chunk, lent);
          if (lent) chunk.fill(0);
          wanted[file]?.push(filled(length, value));
        }
        for (const [file, writer] of writers.entries()) {
          const extents = writer.finish();
          const held = joinAll(extents.map(({ offset, length }) => pack.read(offset, length)));
          expect(Buffer.compare(held, joinAll(wanted[file] ?? []))).toBe(0);
          const touching = extents.filter((extent, index) => {
            const before = extents[index - 1];
            return before && before.offset + before.length === extent.offset;
          });
          expect(touching).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("hands PackFull on", () => {
    const writer = new PackWriter(new PackFile(new MemoryHandle(3)));
    writer.write(filled(600_000, 1));
    expect(() => writer.finish()).toThrow(PackFull);
  });
});

function joinAll(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joinBytes(
    pieces,
    pieces.reduce((sum, piece) => sum + piece.length, 0),
  );
}
