import { execFileSync } from "node:child_process";
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GAPS, INVOICE } from "../practice/runs/ids";
import { type Desk, openDesk } from "./command";

/** SHA-256 of `{}`. */
const EMPTY_OBJECT = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

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
    const paths = [cut, other, join(desk.folder, "not-there.zip")];
    const { code, stderr } = await desk.run(["verify", ...paths]);
    expect(code).toBe(8);
    const [first, second, third] = stderr.trim().split("\n");
    expect(first).toMatch(/cut\.zip: damaged: no sound ZIP/);
    expect(second).toMatch(/other\.txt: damaged: no sound ZIP/);
    expect(third).toMatch(/not-there\.zip: ENOENT/);
  });

  test("says how to verify several runs in one ZIP", async () => {
    const several = join(desk.folder, "several");
    execFileSync("mkdir", [several]);
    execFileSync("cp", ["-r", folder, several]);
    writeFileSync(join(several, "runs.csv"), "run_id\n");
    execFileSync("python3", ["-m", "zipfile", "-c", `${several}.zip`, ...readdirSync(several)], {
      cwd: several,
    });
    const { code, stderr } = await desk.run(["verify", `${several}.zip`]);
    expect(code).toBe(8);
    expect(stderr).toContain("unzip it, and verify each of its folders");
  });

  /** Verifies an unzipped bundle that somebody did something to. */
  async function verdictOf(change: (root: string) => void) {
    const copy = join(desk.folder, "copy");
    rmSync(copy, { recursive: true, force: true });
    execFileSync("cp", ["-r", folder, copy]);
    change(copy);
    const { code, lines, stderr } = await desk.run(["verify", copy]);
    return { code, line: lines[0], said: stderr.replaceAll(copy, "BUNDLE") };
  }

  test("ends with 8 where files are gone, changed or new, and names each in words", async () => {
    const { code, line, said } = await verdictOf((root) => {
      rmSync(join(root, "data/run.json"));
      appendFileSync(join(root, "data/timeline.json"), " ");
      writeFileSync(join(root, "data/new.txt"), "new");
    });
    expect(code).toBe(8);
    expect(line).toMatchObject({
      whole: false,
      missing: ["data/run.json"],
      changed: ["data/timeline.json"],
      extra: ["data/new.txt"],
    });
    expect(said.trim().split("\n")).toEqual([
      "BUNDLE: damaged",
      "  changed: data/timeline.json",
      "  not there: data/run.json",
      "  in no manifest: data/new.txt",
    ]);
  });

  test("ends with 8 for a changed bag-info.txt, whose hash the tag manifest has", async () => {
    const { code, said } = await verdictOf((root) =>
      appendFileSync(join(root, "bag-info.txt"), "Note: forged\n"),
    );
    expect({ code, said }).toEqual({ code: 8, said: "BUNDLE: damaged\n  changed: bag-info.txt\n" });
  });

  test("ends with 8 for a manifest that was changed to fit, or lost its lines or itself", async () => {
    const manifest = "manifest-sha256.txt";
    const edit = (name: string, change: (text: string) => string) => (root: string) =>
      writeFileSync(join(root, name), change(readFileSync(join(root, name), "utf8")));
    const forged = await verdictOf((root) => {
      writeFileSync(join(root, "data/run.json"), "{}");
      edit(manifest, (text) => text.replace(/^\w{64}(?= {2}data\/run\.json$)/m, EMPTY_OBJECT))(root);
    });
    expect(forged).toMatchObject({ code: 8, said: `BUNDLE: damaged\n  changed: ${manifest}\n` });
    const shorter = await verdictOf(edit(manifest, (text) => text.replace(/^.* data\/run\.json\n/m, "")));
    expect(shorter.code).toBe(8);
    expect(shorter.line).toMatchObject({ changed: [manifest], extra: ["data/run.json"] });
    const garbled = await verdictOf(edit(manifest, (text) => text.replaceAll(/^\w{60}/gm, "")));
    expect(garbled).toMatchObject({ code: 8, line: { whole: false } });
    const without = await verdictOf((root) => rmSync(join(root, manifest)));
    expect(without).toMatchObject({ code: 8, said: expect.stringContaining("no manifest-sha256.txt") });
    const tagless = await verdictOf((root) => rmSync(join(root, "tagmanifest-sha256.txt")));
    expect(tagless).toMatchObject({
      code: 8,
      said: "BUNDLE: damaged\n  not there: tagmanifest-sha256.txt\n",
    });
    const reportless = await verdictOf((root) => rmSync(join(root, "export-report.json")));
    expect(reportless).toMatchObject({
      code: 8,
      said: expect.stringContaining("not there: export-report.json"),
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
