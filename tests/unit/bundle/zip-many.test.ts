import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { composeZip } from "@/core/bundle/zip/compose";
import { readArchive } from "@/core/bundle/zip/read-archive";
import { layoutBytes, readerOf } from "./memory-pack";
import { hasPython, pythonZip } from "./zip-tools";

const MANY = 70_000;
const COUNT = "import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).infolist()))";

describe.skipIf(!hasPython)("a ZIP of 70,000 entries, more than 16 bits can count", () => {
  it("is understood by our own reader and by Python", () => {
    const entries = Array.from({ length: MANY }, (_, index) => ({
      path: `${index}`,
      method: 0 as const,
      crc32: 0,
      size: 0,
      compressedSize: 0,
      modified: 0,
      extents: [],
    }));
    const bytes = layoutBytes(composeZip(entries), new Uint8Array(0));
    expect(readArchive(readerOf(bytes), bytes.length)).toHaveLength(MANY);
    const folder = mkdtempSync(join(tmpdir(), "zip-"));
    try {
      const path = join(folder, "many.zip");
      writeFileSync(path, bytes);
      expect(execFileSync("python3", ["-c", COUNT, path]).toString().trim()).toBe(`${MANY}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is read where Python made it", () => {
    const bytes = pythonZip(`for n in range(${MANY}): z.writestr(str(n), '')`);
    expect(readArchive(readerOf(bytes), bytes.length)).toHaveLength(MANY);
  });
});
