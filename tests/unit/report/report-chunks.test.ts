import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Chunk } from "@/core/report/chunks";
import { inflatedText } from "@/core/report/deflated-text";
import { type ReportTexts, reportChunks } from "@/core/report/report-chunks";
import type { FileKind, ReportData, ReportFile } from "@/core/report/report-data";

const file = (kind: FileKind, bytes: number): ReportFile => ({
  path: "x",
  name: "x",
  id: "a",
  type: "x",
  label: "x",
  kind,
  bytes,
  sha256: "",
  proof: "length",
  at: null,
  item: null,
  chunks: null,
});
const data = (files: ReportFile[]): ReportData => ({
  format: "runpack-report",
  version: 1,
  run: {
    id: "wr_1",
    requestedId: "wr_1",
    ids: [],
    nestedRuns: [],
    title: null,
    status: null,
    type: null,
    failureReason: null,
    failureCategory: null,
    createdAt: null,
    startedAt: null,
    finishedAt: null,
    organization: null,
    apiAddress: "",
    exportedAt: 0,
    extensionVersion: "",
    preset: "",
    shareSafe: false,
    inputs: null,
    output: null,
    separateRuns: [],
  },
  counts: { found: 0, written: 0, missing: 0, leftOut: 0 },
  proofs: { checksum: 0, crc32: 0, length: 0, none: 0 },
  missing: [],
  leftOut: [],
  warnings: [],
  files,
  timeline: [],
  recordings: [],
  ledger: [],
  lookedFor: [],
});

async function* inPieces(pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

/** The chunks by name, and each file's text as the report puts it together. */
async function chunked(
  files: ReportFile[],
  texts: string[][],
  isDeflated: (index: number) => boolean = () => false,
) {
  const report = data(files);
  const chunks = new Map<string, Chunk>();
  const source: ReportTexts = {
    textOf: (each) => inPieces(texts[files.indexOf(each)] ?? []),
    deflatedOf: (each) => {
      const index = files.indexOf(each);
      return isDeflated(index) ? deflateRawSync(texts[index]?.join("") ?? "") : null;
    },
  };
  for await (const { name, chunk } of reportChunks(report, source)) chunks.set(name, chunk);
  const pieceIn = async (name: string, index: number) => {
    const chunk = chunks.get(name);
    if (chunk?.kind === "deflated") return inflatedText(chunk.texts[String(index)] ?? "MISSING");
    return chunk?.kind === "text" ? (chunk.texts[String(index)] ?? "MISSING") : "NO CHUNK";
  };
  const text = async (index: number) => {
    const pieces = await Promise.all(files[index]?.chunks?.map((name) => pieceIn(name, index)) ?? []);
    return pieces.join("");
  };
  return { chunks, text };
}

describe("texts in a report", () => {
  it("come out as they went in, whatever their pieces", async () => {
    const piece = fc.integer({ min: 0, max: 700_000 }).map((length) => "abc\u{1f600}".repeat(length / 5));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 4 }), { maxLength: 5 }), async (texts) => {
        const files = texts.map((pieces) => file("text", pieces.join("").length));
        const { text } = await chunked(files, texts, (index) => index % 2 === 1);
        for (const [index, pieces] of texts.entries())
          expect((await text(index)) === pieces.join("")).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it("are in chunks of two megabytes at most", async () => {
    const noise = randomBytes(600_000).toString("latin1");
    const files = [file("har", 5e6), file("text", 9e5), file("text", 9e5), file("text", 9e5)];
    const texts = [["x".repeat(5_000_000)], [noise], [noise], [noise]];
    const { chunks } = await chunked(files, texts, (index) => index > 0);
    for (const chunk of chunks.values()) expect(JSON.stringify(chunk).length).toBeLessThan(2_000_000);
  });

  it("are the smallest first, up to 60 MB; larger ones and what is no text are linked", async () => {
    const files = [file("har", 59_000_000), file("text", 2_000_000), file("image", 10), file("log", 0)];
    await chunked(files, [["x"], ["x"], ["x"], []]);
    expect(files.map(({ chunks }) => chunks !== null)).toEqual([false, true, false, true]);
  });
});

describe("the head", () => {
  it("comes last, and names the chunks of files and timeline", async () => {
    const { chunks } = await chunked([file("image", 1)], [[]]);
    const names = [...chunks.keys()];
    expect(names).toEqual(["files-1", "head"]);
    expect(chunks.get("head")).toMatchObject({ kind: "head", chunks: ["files-1"] });
  });
});
