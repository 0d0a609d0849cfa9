import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GAPS, INVOICE } from "../practice/runs/ids";
import { type Desk, openDesk } from "./command";

let desk: Desk;
let whole: string;
let partial: string;
let folder: string;
beforeAll(async () => {
  desk = await openDesk();
  await desk.run(["export", INVOICE, GAPS, "--out", desk.folder]);
  whole = join(desk.folder, `invoice-download-acme-q1_${INVOICE}.zip`);
  partial = join(desk.folder, `old-recording_${GAPS}_partial.zip`);
  execFileSync("unzip", ["-q", whole, "-d", desk.folder]);
  folder = join(desk.folder, INVOICE);
});
afterAll(() => desk.close());

describe("verify", () => {
  test("ends with 0 for a whole bundle, zipped or not", async () => {
    const { code, lines } = await desk.run(["verify", whole, folder]);
    expect(code).toBe(0);
    const verified = lines.filter(({ event }) => event === "verified");
    expect(verified.map((line) => line.whole)).toEqual([true, true]);
    expect(verified[0]?.proven).toBe(verified[1]?.proven);
  });

  test("ends with 3 for a sound one with gaps, and names them", async () => {
    const { code, lines } = await desk.run(["verify", partial]);
    expect(code).toBe(3);
    expect(JSON.stringify(lines)).toContain('"reason":"archived"');
  });

  test("ends with 8 for one changed byte, and names the file", async () => {
    const changed = join(desk.folder, "changed.zip");
    const bytes = readFileSync(whole);
    // Stored media: a byte in the middle of the recording.
    const at = bytes.indexOf("recording/") + 5000;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(changed, bytes);
    const { code, lines } = await desk.run(["verify", changed]);
    expect(code).toBe(8);
    expect(lines[0]).toMatchObject({ whole: false, changed: [expect.stringContaining("data/")] });
  });

  test("ends with 8 for a ZIP that was cut off, and for what is no bundle", async () => {
    const cut = join(desk.folder, "cut.zip");
    writeFileSync(cut, readFileSync(whole).subarray(0, 500_000));
    const other = join(desk.folder, "other.txt");
    writeFileSync(other, "something else");
    for (const path of [cut, other, join(desk.folder, "not-there.zip")])
      expect((await desk.run(["verify", path])).code).toBe(8);
  });

  test("finds files that are gone, changed or new in an unzipped bundle", async () => {
    const copy = join(desk.folder, "copy");
    execFileSync("cp", ["-r", folder, copy]);
    rmSync(join(copy, "data/run.json"));
    appendFileSync(join(copy, "data/timeline.json"), " ");
    writeFileSync(join(copy, "data/new.txt"), "new");
    const { code, lines } = await desk.run(["verify", copy]);
    expect(code).toBe(8);
    expect(lines[0]).toMatchObject({
      missing: ["data/run.json"],
      changed: ["data/timeline.json"],
      extra: ["data/new.txt"],
    });
  });
});

test("inspect says what a bundle holds", async () => {
  const { code, lines } = await desk.run(["inspect", partial]);
  expect(code).toBe(0);
  expect(lines[0]).toMatchObject({
    run_id: GAPS,
    title: "Old recording",
    status: "completed",
    counts: { found: 9, written: 7, missing: 2, left_out: 0 },
  });
});
