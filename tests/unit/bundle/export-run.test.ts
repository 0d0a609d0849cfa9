import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EVERYTHING } from "@/core/bundle/presets";
import { composeZip } from "@/core/bundle/zip/compose";
import { ProgressMeter } from "@/core/jobs/progress";
import { inflatedText } from "@/core/report/deflated-text";
import {
  type Answer,
  API,
  fakeClock,
  file,
  json,
  KEY,
  noise,
  notFound,
  refused,
  type ScriptedFetcher,
} from "../support/scripted-fetcher";
import {
  bytesOf,
  contentOf,
  exportScripted,
  fetches,
  RUN,
  runOf,
  type Scripted,
  type ScriptedExport,
  zipOf,
} from "../support/scripted-run";

const PNG = noise(3000);
const PNG_BYTES = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
const FOLDER = "s3://bucket/tsk_1/0_0_stp_1";

const screenshot = (id: string): Scripted => ({
  artifact_id: id,
  artifact_type: "screenshot_llm",
  step_id: "stp_1",
  uri: `${FOLDER}/${id}.png`,
  bytes: PNG,
});
const download = (id: string, name: string, fields: Partial<Scripted> = {}): Scripted => ({
  artifact_id: id,
  artifact_type: "download",
  uri: `s3://bucket/downloads/${name}`,
  bytes: bytesOf(`contents of ${name}`),
  ...fields,
});
const archive = (id: string, entries: Record<string, string>): Scripted => ({
  artifact_id: id,
  artifact_type: "step_archive",
  uri: `s3://bucket/${id}.zip`,
  bytes: zipOf(entries),
});

/** One of everything that makes paths depend on each other. */
const MIXED: Scripted[] = [
  screenshot("a_1"),
  screenshot("a_2"),
  download("a_3", "report.pdf"),
  download("a_4", "Report.pdf"),
  archive("a_5", { "notes.txt": "first", "llm.txt": "prompt" }),
  archive("a_6", { "notes.txt": "second" }),
  { artifact_id: "a_7", artifact_type: "llm_prompt", uri: "s3://bucket/a_5.zip", bundle_key: "llm.txt" },
  { artifact_id: "a_8", artifact_type: "hologram", bytes: bytesOf("?") },
  { artifact_id: "a_9", artifact_type: "recording", uri: "s3://bucket/r.webm", bytes: noise(9000, 3) },
];

beforeEach(() => fakeClock());
afterEach(() => {
  vi.useRealTimers();
});

const pathsOf = ({ report }: ScriptedExport): string[] => report.written.map(({ path }) => path);
const data = ({ files }: ScriptedExport) => [...files].filter(([path]) => path.startsWith("data/"));

describe("a whole run", () => {
  it("becomes a ZIP that has every artifact, byte for byte, and a report that is true", async () => {
    const { report, files, packed } = await exportScripted(runOf(MIXED));
    expect(report.counts).toEqual({ found: 9, written: 9, missing: 0, left_out: 0 });
    for (const { path, bytes, sha256 } of report.written) {
      const stored = files.get(path) ?? Buffer.alloc(0);
      expect([path, stored.length]).toEqual([path, bytes]);
      expect(createHash("sha256").update(stored).digest("hex")).toBe(sha256);
    }
    expect(files.get("data/steps/01-stp_1/001-screenshot_llm.png")?.equals(PNG)).toBe(true);
    expect(packed.result).toMatchObject({ found: 9, written: 9, missing: 0, leftOut: 0, gaps: [] });
  });

  it("has the report that outside checks rely on (design.md §3)", async () => {
    const server = runOf([...MIXED, { artifact_id: "a_x", artifact_type: "har", answer: notFound }], {
      run_request: { title: "Invoices" },
    });
    server.on("/api/v1/organizations/me", json({ organization_name: "Acme" }));
    const { report } = await exportScripted(server);
    expect(report).toMatchObject({
      format: "runpack-export-report",
      version: 1,
      run_id: RUN,
      requested_id: RUN,
      run_ids: [RUN],
      title: "Invoices",
      status: "completed",
      exported_at: expect.stringMatching(/^2026-11-24T12:.*Z$/),
      extension_version: "1.2.3",
      api_address: API,
      organization: "Acme",
      preset: "everything",
      share_safe: false,
      counts: { found: 10, written: 9, missing: 1, left_out: 0 },
      missing: [
        { artifact_id: "a_x", artifact_type: "har", reason: "not-found", detail: expect.any(String) },
      ],
      left_out: [],
      warnings: [],
    });
    expect(Object.keys(report.written[0] ?? {}).sort()).toEqual(
      ["artifact_id", "artifact_type", "bytes", "path", "proof", "sha256"].sort(),
    );
  });

  it("with nothing in it is a bundle of its documents", async () => {
    const { report, files, packed } = await exportScripted(runOf([]));
    expect(report.counts).toEqual({ found: 0, written: 0, missing: 0, left_out: 0 });
    expect([...files.keys()].filter((path) => path.startsWith("data/")).sort()).toEqual([
      "data/artifacts.json",
      "data/run.json",
      "data/timeline.json",
    ]);
    expect(packed.name).toBe(`run_${RUN}`);
  });

  it("counts a row that can't be read as missing", async () => {
    const server = runOf([]).on(`/v1/runs/${RUN}/artifacts`, json([{ artifact_type: "har" }]));
    const { report, packed } = await exportScripted(server);
    expect(report.counts).toEqual({ found: 1, written: 0, missing: 1, left_out: 0 });
    expect(packed.name).toBe(`run_${RUN}_partial`);
  });

  it("sends the key to the API alone", async () => {
    const server = runOf(
      MIXED.map((row) => ({ ...row, signed_url: `https://elsewhere.test/${row.artifact_id}?sig=s` })),
    );
    await exportScripted(server);
    expect(new Set(server.asked.map(({ url }) => url.origin))).toEqual(new Set([API]));
    for (const { url, init } of server.asked) expect(`${url.href} ${String(init.body)}`).not.toContain(KEY);
  });

  it("tells how far it is, and that it is listed", async () => {
    const meter = new ProgressMeter();
    const onListed = vi.fn();
    await exportScripted(runOf(MIXED, { run_request: { title: "T" } }), {}, { meter, onListed });
    expect(onListed).toHaveBeenCalledWith("T", RUN);
    expect(meter.view(Date.now()).fraction).toBeCloseTo(0.95);
  });

  it("is begun where only sizes that go stale say that it is too big", async () => {
    const server = runOf([
      { artifact_id: "a_1", artifact_type: "recording", file_size: 1e12, bytes: bytesOf("x") },
    ]);
    expect((await exportScripted(server, {}, { freeBytes: 999 })).report.counts.written).toBe(1);
  });

  it("that is bigger than the disk's room is not begun", async () => {
    const server = runOf([{ ...screenshot("a_1"), file_size: 1000 }]);
    await expect(exportScripted(server, {}, { freeBytes: 999 })).rejects.toMatchObject({ code: "no-space" });
    expect(fetches(server, "a_1")).toBe(0);
  });
});

describe("files that are still being uploaded", () => {
  const JUST_NOW = { finished_at: "2026-11-24T11:59:00" };
  const late = screenshot("a_late");

  it("are waited for when all others are there, and the count of them is told", async () => {
    const server = runOf([{ ...late, answer: notFound }, screenshot("a_1")], JUST_NOW);
    server.on(contentOf("a_late"), notFound, notFound, file(bytesOf("here")));
    const waiting: number[] = [];
    const { report } = await exportScripted(server, {}, { onWaiting: (files) => void waiting.push(files) });
    expect(report.counts).toMatchObject({ written: 2, missing: 0 });
    expect(waiting).toEqual([1, 1, 0]);
  });

  it("are missing after two minutes, however many they are", async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      ...screenshot(`a_${index}`),
      answer: notFound,
    }));
    const start = Date.now();
    const { report } = await exportScripted(runOf(many, JUST_NOW));
    expect(report.missing).toHaveLength(60);
    expect(Date.now() - start).toBe(120_000);
  });

  it("may be members of an archive that is not there yet: it is waited for, they are not fetched singly", async () => {
    const uri = "s3://bucket/step.zip";
    const zip = zipOf({ "a.png": "picture" });
    const member = { artifact_id: "a_1", artifact_type: "screenshot", uri, bundle_key: "a.png" };
    const server = runOf(
      [{ artifact_id: "a_zip", artifact_type: "step_archive", uri, bytes: zip }, member],
      JUST_NOW,
    );
    server.on(contentOf("a_zip"), notFound, file(zip));
    const { report } = await exportScripted(server);
    expect(report.counts).toMatchObject({ written: 1, missing: 0 });
    expect(fetches(server, "a_1")).toBe(0);
  });

  it("are expected by the newest row where no document tells when the run ended", async () => {
    const server = runOf([{ ...late, answer: notFound, created_at: "2026-11-24T11:59:00" }]);
    for (const path of [`/v1/runs/${RUN}`, `/v1/workflows/runs/${RUN}`]) server.on(path, notFound);
    server.on(contentOf("a_late"), notFound, file(bytesOf("here")));
    expect((await exportScripted(server)).report.counts).toMatchObject({ written: 1, missing: 0 });
  });
});

describe("the same run twice", () => {
  /** Answers late, by so many turns of the event loop. */
  const late =
    (answer: Answer, turns: number): Answer =>
    async (asked) => {
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      return answer(asked);
    };

  it("gives the same paths and the same bytes below data/, in whatever order the files arrive", async () => {
    const expected = data(await exportScripted(runOf(MIXED)));
    expect(expected.map(([path]) => path)).toContain("data/other/notes (2).txt");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { minLength: MIXED.length, maxLength: MIXED.length }),
        async (turns) => {
          const shuffled = MIXED.map((row, index) =>
            row.bytes ? { ...row, answer: late(file(row.bytes), turns[index] ?? 0) } : row,
          );
          const again = data(await exportScripted(runOf(shuffled)));
          expect(again.map(([path]) => path)).toEqual(expected.map(([path]) => path));
          for (const [index, [path, bytes]] of again.entries())
            expect(expected[index]?.[1].equals(bytes), path).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("presets and what is left out", () => {
  it("the downloads alone; all else is named as left out", async () => {
    const server = runOf(MIXED);
    const exported = await exportScripted(server, { choice: { ...EVERYTHING, preset: "downloads" } });
    expect(pathsOf(exported)).toEqual(["data/downloads/report.pdf", "data/downloads/Report (2).pdf"]);
    const { counts, left_out } = exported.report;
    expect(counts.found).toBe(counts.written + counts.missing + counts.left_out);
    expect(left_out.every(({ reason }) => reason === "preset")).toBe(true);
    expect(["a_1", "a_5", "a_6"].map((id) => fetches(server, id))).toEqual([0, 0, 0]);
  });

  it("a partial download is left out and said, not missing", async () => {
    const server = runOf([download("a_1", "x.pdf.crdownload"), download("a_2", "x.pdf")]);
    const exported = await exportScripted(server);
    expect(pathsOf(exported)).toEqual(["data/downloads/x.pdf"]);
    expect(exported.report.left_out).toEqual([
      { artifact_id: "a_1", artifact_type: "download", reason: "unfinished-download" },
    ]);
    expect(exported.packed.name).not.toContain("partial");
  });

  it("two downloads of one name are both there; the original name is in the report", async () => {
    const named = [
      { url: `${API}${contentOf("a_1")}`, filename: "a/b?.pdf" },
      { url: `${API}${contentOf("a_2")}`, filename: "a/b?.pdf" },
    ];
    const server = runOf([download("a_1", "1"), download("a_2", "2")], { downloaded_files: named });
    const { report } = await exportScripted(server);
    expect(report.written).toMatchObject([
      { path: "data/downloads/a_b_.pdf", original_name: "a/b?.pdf" },
      { path: "data/downloads/a_b_ (2).pdf", original_name: "a/b?.pdf" },
    ]);
  });
});

describe("a folder", () => {
  it("has the same paths without data/, and nothing deflated", async () => {
    const bundle = await exportScripted(runOf(MIXED));
    const folder = await exportScripted(runOf(MIXED), { mode: "folder" });
    expect(pathsOf(folder).map((path) => `data/${path}`)).toEqual(pathsOf(bundle));
    expect(folder.packed.entries.every(({ file }) => file.method === 0)).toBe(true);
  });

  it("with gaps says so in INCOMPLETE.txt; its name stays", async () => {
    const gone: Scripted = { artifact_id: "a_x", artifact_type: "har", answer: notFound };
    const { files, packed } = await exportScripted(runOf([gone]), { mode: "folder" });
    expect(files.get("INCOMPLETE.txt")?.toString()).toContain("a_x");
    expect(packed.name).toBe(`run_${RUN}`);
  });
});

describe("documents", () => {
  const url = (id: string) => `https://api.skyvern.com/v1/artifacts/${id}/content?sig=SECRET&expiry=1`;

  it("name the bundle's own files, and hold no signature", async () => {
    const output = { file: url("a_3"), words: `see ${url("a_x")}.`, n: "9007199254740993" };
    const server = runOf([...MIXED, { artifact_id: "a_x", artifact_type: "har", answer: notFound }], {
      output,
    });
    const { files } = await exportScripted(server);
    expect(JSON.parse(files.get("data/output.json")?.toString() ?? "")).toEqual({
      file: "data/downloads/report.pdf",
      words: "see artifact:a_x.",
      n: "9007199254740993",
    });
    for (const [path, bytes] of files) expect(bytes.includes("SECRET"), path).toBe(false);
  });

  it.each([
    ["fetched by itself", {}],
    ["out of an archive", { uri: "s3://bucket/a_5.zip" }],
  ])(
    "are not shown in a text that was %s; other texts stand in the report as they are deflated",
    async (_, where) => {
      const texts = { signed: "see https://b.s3.test/x?X-Amz-Signature=SECRET", plain: "see nothing" };
      const rows = Object.entries(texts).map(([name, text]) => ({
        artifact_id: name,
        artifact_type: "llm_prompt",
        bundle_key: "uri" in where ? `${name}.txt` : null,
        bytes: bytesOf(text),
        ...where,
      }));
      const held = archive("a_5", { "signed.txt": texts.signed, "plain.txt": texts.plain });
      const { files } = await exportScripted(runOf([...rows, ...("uri" in where ? [held] : [])]));
      const shown = files.get("report/data/text-1.js")?.toString() ?? "";
      expect(shown).toContain("see redacted:signed-url");
      const chunk = files.get("report/data/deflated-1.js")?.toString() ?? "";
      const deflated = [...chunk.matchAll(/"\d+":"([^"]*)"/g)].map(([, base64 = ""]) => inflatedText(base64));
      const others = await Promise.all(deflated);
      expect(others).toContain(texts.plain);
      expect(others.filter((text) => text.includes("SECRET"))).toEqual([]);
    },
  );

  it("name an archive by its ID: no one file stands for it", async () => {
    const { files } = await exportScripted(runOf(MIXED, { output: url("a_5") }));
    expect(files.get("data/output.json")?.toString()).toBe('"artifact:a_5"');
  });

  it("name a file that is known by its URL alone", async () => {
    const storage = "https://bucket.s3.test/o_1/x.pdf?X-Amz-Signature=SECRET";
    const files = [{ url: storage, filename: "x.pdf" }];
    const server = runOf([], { downloaded_files: files }).on(storage, file(bytesOf("x")));
    const exported = await exportScripted(server, {}, { mayFetch: () => true });
    const run = JSON.parse(exported.files.get("data/run.json")?.toString() ?? "");
    expect(run.downloaded_files[0].url).toBe("data/downloads/x.pdf");
  });
});

describe("trouble", () => {
  it("a key refused on the way ends the job, and no other download goes on after it", async () => {
    const waiting = Array.from({ length: 30 }, (_, index) => screenshot(`a_${index}`));
    const server: ScriptedFetcher = runOf([
      { artifact_id: "a_bad", artifact_type: "recording", answer: refused, file_size: 9 },
      ...waiting,
    ]);
    server.on("/v1/runs", json([]), refused);
    const slow: Answer = async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, 5000));
      signal.throwIfAborted();
      return new Response(PNG);
    };
    for (const { artifact_id } of waiting) server.on(contentOf(artifact_id), slow);
    await expect(exportScripted(server)).rejects.toMatchObject({ code: "key-refused" });
    const asked = server.asked.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.asked).toHaveLength(asked);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("a cancelled job ends with the signal's reason", async () => {
    const stop = new AbortController();
    const onListed = () => stop.abort(new Error("cancelled"));
    await expect(exportScripted(runOf(MIXED), {}, { signal: stop.signal, onListed })).rejects.toThrow(
      "cancelled",
    );
  });
});

describe("files that take their time", () => {
  /** Answers after a while, and counts those that are under way. */
  const slow = (underWay: { now: number; most: number }, bytes: Uint8Array): Answer => {
    return async (asked) => {
      underWay.most = Math.max(underWay.most, ++underWay.now);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      underWay.now--;
      return file(bytes)(asked);
    };
  };

  it("keep no more than four connections, whatever else is fetched meanwhile", async () => {
    const big = { now: 0, most: 0 };
    const small = { now: 0, most: 0 };
    const artifacts = [...Array(40).keys()].map((index) => ({
      ...screenshot(`a_${index}`),
      file_size: index < 10 ? 5_000_000 : PNG.length,
      answer: slow(index < 10 ? big : small, PNG),
    }));
    const { report } = await exportScripted(runOf(artifacts));
    expect(report.counts.written).toBe(40);
    expect(big.most).toBe(4);
    expect(small.most).toBe(24);
  });
});

describe("the ZIP around the files", () => {
  it("is in the pack already, as far as small files go: they are one part of it with their headers", async () => {
    const many = Array.from({ length: 50 }, (_, index) => screenshot(`a_${index}`));
    const { packed } = await exportScripted(runOf(many));
    const layout = composeZip(
      packed.entries.map(({ path, file, modified }) => ({ ...file, path: `${RUN}/${path}`, modified })),
    );
    const documents = packed.entries.length - many.length;
    // Each document has its header beside the pack; all screenshots together are one range of it.
    expect(layout.parts.length).toBeLessThanOrEqual(documents * 2 + 3);
  });

  it("has its own headers where a file got another name than was expected", async () => {
    const odd: Scripted = {
      artifact_id: "a_odd",
      artifact_type: "hologram",
      uri: "s3://b/odd",
      bytes: PNG_BYTES,
    };
    const { packed, report } = await exportScripted(runOf([odd]));
    expect(report.written[0]?.path).toBe("data/other/hologram.png");
    const entry = packed.entries.find(({ path }) => path === "data/other/hologram.png");
    expect(entry?.file.local?.path).not.toBe(`${RUN}/data/other/hologram.png`);
    expect(entry?.file.extents.reduce((sum, { length }) => sum + length, 0)).toBe(PNG_BYTES.length);
  });
});
