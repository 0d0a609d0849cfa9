import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { groupArchives, PackedArchive } from "@/core/bundle/archive";
import type { CollectedArtifact } from "@/core/bundle/artifact-union";
import { LocalWork } from "@/core/bundle/file-work";
import { type Extent, PackFile } from "@/core/bundle/pack";
import { BadArchive } from "@/core/bundle/zip/read-archive";
import { fakeClock, json, noise, notFound } from "../support/scripted-fetcher";
import {
  bytesOf,
  exportScripted,
  fetches,
  runOf,
  type Scripted,
  type ScriptedExport,
  zipOf,
  zipOfFiles,
} from "../support/scripted-run";
import { MemoryHandle } from "./memory-pack";

const PROMPT = "prompt ".repeat(400);
const ANSWER = '{"answer": 42}';
const ZIP = zipOf({ "llm.txt": PROMPT, "answer.json": ANSWER });
const URI = "s3://bucket/tsk_1/step.zip";

const archive = (fields: Partial<Scripted> = {}): Scripted => ({
  artifact_id: "a_zip",
  artifact_type: "step_archive",
  uri: URI,
  bytes: ZIP,
  ...fields,
});
const member = (id: string, type: string, key: string, fields: Partial<Scripted> = {}): Scripted => ({
  artifact_id: id,
  artifact_type: type,
  uri: URI,
  bundle_key: key,
  ...fields,
});
const prompt = (fields?: Partial<Scripted>) => member("a_p", "llm_prompt", "llm.txt", fields);
const answer = (fields?: Partial<Scripted>) => member("a_a", "llm_response", "answer.json", fields);

/** Text by artifact ID, as exported. */
function texts({ files, report }: ScriptedExport): Record<string, string> {
  return Object.fromEntries(
    report.written.map(({ artifact_id, path }) => [artifact_id, files.get(path)?.toString() ?? ""]),
  );
}
const BOTH = { a_p: PROMPT, a_a: ANSWER };

beforeEach(() => fakeClock());
afterEach(() => {
  vi.useRealTimers();
});

describe("an archive and its members (skyvern-api.md §5)", () => {
  it("is fetched once and split; it is no file of the run itself", async () => {
    const server = runOf([archive(), prompt(), answer()]);
    const exported = await exportScripted(server);
    expect(texts(exported)).toEqual(BOTH);
    expect(exported.report.counts).toEqual({ found: 2, written: 2, missing: 0, left_out: 0 });
    expect(["a_zip", "a_p", "a_a"].map((id) => fetches(server, id))).toEqual([1, 0, 0]);
  });

  it("proves each member by its CRC-32 and tells its SHA-256", async () => {
    const { report } = await exportScripted(runOf([archive(), prompt()]));
    expect(report.written[0]).toMatchObject({
      proof: "crc32",
      bytes: PROMPT.length,
      sha256: createHash("sha256").update(PROMPT).digest("hex"),
    });
  });

  it("hands deflated members on as they are, and plain ones for a folder", async () => {
    const methods = async (mode: "bundle" | "folder") => {
      const { packed } = await exportScripted(runOf([archive(), prompt()]), { mode });
      return packed.entries.find(({ path }) => path.includes("llm_prompt"))?.file.method;
    };
    expect(await methods("bundle")).toBe(8);
    expect(await methods("folder")).toBe(0);
  });

  it.each([
    ["can't be had", { answer: notFound }],
    ["is in cold storage", { archived: true }],
    ["is no ZIP", { bytes: bytesOf("not a ZIP") }],
    ["is cut off", { bytes: ZIP.slice(0, ZIP.length - 30) }],
    ["keeps failing", { answer: json({}, 500) }],
  ])("that %s: the members are fetched singly", async (_, fields) => {
    const members = [prompt({ bytes: bytesOf(PROMPT) }), answer({ bytes: bytesOf(ANSWER) })];
    const exported = await exportScripted(runOf([archive(fields), ...members]));
    expect(texts(exported)).toEqual(BOTH);
    expect(exported.report.counts).toEqual({ found: 2, written: 2, missing: 0, left_out: 0 });
  });

  it("a damaged member is fetched singly, the others not", async () => {
    const damaged = ZIP.slice();
    const inside = 30 + "llm.txt".length + 10;
    damaged[inside] = (damaged[inside] ?? 0) ^ 0xff;
    const server = runOf([archive({ bytes: damaged }), prompt({ bytes: bytesOf(PROMPT) }), answer()]);
    expect(texts(await exportScripted(server))).toEqual(BOTH);
    expect([fetches(server, "a_p"), fetches(server, "a_a")]).toEqual([1, 0]);
  });

  it("a member that is not in it is fetched singly", async () => {
    const bytes = zipOf({ "answer.json": ANSWER });
    const server = runOf([archive({ bytes }), prompt({ bytes: bytesOf(PROMPT) }), answer()]);
    expect(texts(await exportScripted(server))).toEqual(BOTH);
  });

  it("a member that is nowhere is missing", async () => {
    const { report, packed } = await exportScripted(
      runOf([archive(), prompt(), member("a_x", "har", "gone.har")]),
    );
    expect(report.missing).toMatchObject([{ artifact_id: "a_x", artifact_type: "har", reason: "not-found" }]);
    expect(packed.name).toMatch(/_partial$/);
  });

  it("entries that no row names are exported too", async () => {
    const { files, report } = await exportScripted(runOf([archive(), prompt()]));
    expect(files.get("data/other/answer.json")?.toString()).toBe(ANSWER);
    expect(report.counts).toEqual({ found: 2, written: 2, missing: 0, left_out: 0 });
  });

  it("without any row of a member, all entries are", async () => {
    const { files, report } = await exportScripted(runOf([archive()]));
    expect(files.get("data/other/llm.txt")?.toString()).toBe(PROMPT);
    expect(report.counts.written).toBe(2);
  });

  it("that is no ZIP and has no members is kept as it is; one that can't be had is missing", async () => {
    const kept = await exportScripted(runOf([archive({ bytes: bytesOf("not a ZIP") })]));
    expect(texts(kept)).toEqual({ a_zip: "not a ZIP" });
    const gone = await exportScripted(runOf([archive({ answer: notFound })]));
    expect(gone.report.missing).toMatchObject([{ artifact_id: "a_zip", reason: "not-found" }]);
  });

  it("that is kept has its SHA-256, however big", async () => {
    const bytes = noise(1_500_000);
    const { files, report } = await exportScripted(runOf([archive({ bytes })]));
    const [file] = report.written;
    expect(file?.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(files.get(file?.path ?? "")).toEqual(Buffer.from(bytes));
  });

  it("two rows of one entry are two files, numbered", async () => {
    const exported = await exportScripted(runOf([archive(), prompt(), { ...prompt(), artifact_id: "a_p2" }]));
    expect(texts(exported)).toMatchObject({ a_p: PROMPT, a_p2: PROMPT });
    const paths = exported.report.written.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it("two entries of one name are the two rows of that name, in order", async () => {
    const bytes = zipOfFiles([
      ["log.txt", "first"],
      ["log.txt", "second"],
    ]);
    const row = (id: string) => member(id, "skyvern_log", "log.txt");
    const exported = await exportScripted(runOf([archive({ bytes }), row("a_1"), row("a_2")]));
    expect(texts(exported)).toEqual({ a_1: "first", a_2: "second" });
  });

  it("of two entries of one name, one row is the last, as Skyvern reads it; the other is exported too", async () => {
    const bytes = zipOfFiles([
      ["log.txt", "first"],
      ["log.txt", "second"],
    ]);
    const exported = await exportScripted(
      runOf([archive({ bytes }), member("a_1", "skyvern_log", "log.txt")]),
    );
    expect(texts(exported)).toEqual({ a_1: "second", "a_zip:log.txt": "first" });
  });

  it("two rows of the same archive are fetched once", async () => {
    const server = runOf([archive(), archive({ artifact_id: "a_twin" }), prompt(), answer()]);
    expect(texts(await exportScripted(server))).toEqual(BOTH);
    expect(fetches(server, "a_zip") + fetches(server, "a_twin")).toBe(1);
  });

  it("where the first row of an archive has no file, the second may", async () => {
    const server = runOf([archive({ answer: notFound }), archive({ artifact_id: "a_twin" }), prompt()]);
    expect(texts(await exportScripted(server))).toMatchObject({ a_p: PROMPT });
    expect(fetches(server, "a_p")).toBe(0);
  });

  it.each(["bundle", "folder"] as const)("members of many megabytes are whole in a %s", async (mode) => {
    const noisy = noise(5_000_000);
    const plain = bytesOf("0123456789".repeat(500_000));
    const bytes = zipOf({ "noise.bin": noisy, "plain.txt": plain });
    const rows = [member("a_n", "recording", "noise.bin"), member("a_t", "skyvern_log", "plain.txt")];
    const { files, report } = await exportScripted(runOf([archive({ bytes }), ...rows]), { mode });
    expect(report.counts).toMatchObject({ written: 2, missing: 0 });
    for (const { artifact_id, path, sha256 } of report.written) {
      const expected = artifact_id === "a_n" ? noisy : plain;
      expect(files.get(path)?.equals(expected)).toBe(true);
      expect(sha256).toBe(createHash("sha256").update(expected).digest("hex"));
    }
  });

  it("an unfinished download inside is left out, once, and no unnamed entry either", async () => {
    const uri = "s3://bucket/x.pdf.crdownload";
    const bytes = zipOf({ "x.pdf.crdownload": "half" });
    const partial: Scripted = {
      artifact_id: "a_d",
      artifact_type: "download",
      uri,
      bundle_key: "x.pdf.crdownload",
    };
    const { report, files } = await exportScripted(runOf([archive({ uri, bytes }), partial]));
    expect(report.counts).toEqual({ found: 1, written: 0, missing: 0, left_out: 1 });
    expect(report.left_out).toMatchObject([{ artifact_id: "a_d", reason: "unfinished-download" }]);
    expect([...files.values()].some((data) => data.toString() === "half")).toBe(false);
  });
});

describe("a server that serves the whole ZIP for a member", () => {
  const single = (bytes: Uint8Array, fields: Partial<Scripted> = {}) => runOf([prompt({ bytes, ...fields })]);

  it("is understood: the entry is taken out", async () => {
    const exported = await exportScripted(single(ZIP));
    expect(texts(exported)).toEqual({ a_p: PROMPT });
    expect(exported.report.written[0]?.proof).toBe("crc32");
  });

  it("without the entry in it: the file is missing, a ZIP is no prompt", async () => {
    const { report } = await exportScripted(single(zipOf({ other: "x" })));
    expect(report.missing).toMatchObject([{ artifact_id: "a_p", reason: "damaged" }]);
  });

  it("with the entry damaged: the file is missing", async () => {
    const bytes = zipOf({ "llm.txt": PROMPT });
    bytes[40] = (bytes[40] ?? 0) ^ 0xff;
    expect((await exportScripted(single(bytes))).report.counts).toMatchObject({ written: 0, missing: 1 });
  });

  it.each([
    ["a format that is a ZIP by itself", "report.docx", 0],
    ["a type of which nobody knows what it is", "blob", 1],
  ])("is not suspected where the file is %s", async (_, key, warnings) => {
    const fields = { artifact_type: "hologram", bundle_key: key };
    const { report } = await exportScripted(single(zipOf({ other: "x" }), fields));
    expect(report.counts).toMatchObject({ written: 1, missing: 0 });
    expect(report.warnings.filter((text) => text.includes("a_p"))).toHaveLength(warnings);
  });

  it("is not suspected where the file is a ZIP by its type", async () => {
    const exported = await exportScripted(single(ZIP, { artifact_type: "trace" }));
    expect(exported.files.get(exported.report.written[0]?.path ?? "")?.equals(ZIP)).toBe(true);
  });
});

describe("PackedArchive", () => {
  const pack = new PackFile(new MemoryHandle(1024 * 1024));
  /** The archive in three pieces, with other files' bytes between. */
  const scattered = (bytes: Uint8Array<ArrayBuffer>): Extent[] =>
    [0, 1, 2].map((third) => {
      const size = Math.ceil(bytes.length / 3);
      pack.append(bytesOf("other file"));
      return pack.append(bytes.slice(third * size, (third + 1) * size));
    });

  it("reads an archive wherever its bytes lie in the pack", async () => {
    const opened = new PackedArchive(pack, scattered(ZIP), ZIP.length);
    const entry = opened.entryOf("llm.txt");
    if (!entry) throw new Error("llm.txt is in the archive");
    const plain = await opened.member({ entry, text: true }, new LocalWork(), false);
    const parts = plain.extents.map(({ offset, length }) => pack.read(offset, length));
    expect(Buffer.concat(parts).toString()).toBe(PROMPT);
    const asIs = await opened.member({ entry, text: true }, new LocalWork(), true);
    expect(asIs).toMatchObject({ method: 8, size: PROMPT.length, sha256: plain.sha256, crc32: plain.crc32 });
    expect(Buffer.from(asIs.head).toString()).toBe(PROMPT.slice(0, 16));
  });

  it("refuses what is no archive", () => {
    const bytes = bytesOf("not a ZIP at all");
    expect(() => new PackedArchive(pack, [pack.append(bytes)], bytes.length)).toThrow(BadArchive);
  });
});

describe("archives in the list", () => {
  const collected = (
    id: string,
    artifact_type: string,
    uri: string,
    bundle_key: string | null,
  ): CollectedArtifact => ({
    id,
    row: { artifact_id: id, artifact_type, uri, created_at: "", bundle_key },
    fileName: null,
    storageUrls: [],
    hasId: true,
  });
  const zip = collected("a_zip", "step_archive", URI, null);
  const idsOf = (artifacts: CollectedArtifact[]) =>
    groupArchives(artifacts).map(({ rows, members }) => [
      rows.map(({ id }) => id),
      members.map(({ id }) => id),
    ]);

  it.each([
    ["a row of the same uri with a key", collected("a_1", "har", URI, "k"), ["a_1"]],
    ["not one without a key", collected("a_1", "har", URI, null), []],
    ["not one of another uri", collected("a_1", "har", "s3://other", "k"), []],
    ["an archive inside the archive", collected("a_1", "step_archive", URI, "step.zip"), ["a_1"]],
  ])("have as member %s", (_, artifact, members) => {
    expect(idsOf([zip, artifact])).toEqual([[["a_zip"], members]]);
  });

  it("that share a uri are one archive", () => {
    const twin = collected("a_twin", "task_archive", URI, null);
    expect(idsOf([zip, twin, collected("a_1", "har", URI, "k")])).toEqual([[["a_zip", "a_twin"], ["a_1"]]]);
  });

  it("without uri have no members, whatever has none either", () => {
    const bare = collected("a_zip", "step_archive", "", null);
    expect(idsOf([bare, collected("a_1", "har", "", "k")])).toEqual([[["a_zip"], []]]);
  });
});
