import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import yauzl from "yauzl";
import { z } from "zod";
import type { PracticeServer } from "../practice/server";

const Listed = z.object({ artifact_id: z.string(), artifact_type: z.string() });
const Unwritten = Listed.extend({ reason: z.string() });

/** `export-report.json`, as the format's description has it. */
export const Report = z.object({
  format: z.literal("runpack-export-report"),
  version: z.literal(1),
  run_id: z.string(),
  requested_id: z.string(),
  run_ids: z.array(z.string()),
  title: z.nullable(z.string()),
  status: z.nullable(z.string()),
  exported_at: z.iso.datetime(),
  extension_version: z.string(),
  api_address: z.string(),
  organization: z.nullable(z.string()),
  preset: z.string(),
  share_safe: z.boolean(),
  counts: z.object({ found: z.number(), written: z.number(), missing: z.number(), left_out: z.number() }),
  written: z.array(
    Listed.extend({
      path: z.string(),
      bytes: z.number(),
      sha256: z.string(),
      proof: z.enum(["checksum", "crc32", "length", "none"]),
    }),
  ),
  missing: z.array(Unwritten.extend({ detail: z.string() })),
  left_out: z.array(Unwritten),
  warnings: z.array(z.string()),
});
export type Report = z.infer<typeof Report>;

/** What one entry of a ZIP is, read to its end. */
export interface Entry {
  bytes: number;
  sha256: string;
  /** The content, or the first megabytes of a big one. */
  head: Buffer;
  /** Forbidden texts that stand in it. */
  leaks: string[];
}

export interface Checked {
  path: string;
  name: string;
  bytes: number;
  /** By path inside the root folder. */
  entries: Map<string, Entry>;
  report: Report;
}

const run = promisify(execFile);
const NO_BYTES = createHash("sha256").digest("hex");
/** More than the report of 50,000 files. */
const KEPT = 40_000_000;
const SIGNATURE = "sig=";

/**
 * Checks a bundle: four foreign readers take it without a word of complaint; every artifact is, byte for byte, what
 * the server has; the report's counts add up; no signature and no key is in any text of ours.
 */
export async function checkZip(path: string, server: PracticeServer): Promise<Checked> {
  await readByAll(path);
  const all = await readZip(path, [server.apiKey, SIGNATURE]);
  const roots = new Set([...all.keys()].map((name) => name.split("/", 1)[0]));
  expect([...roots], "one root folder").toHaveLength(1);
  const [root = ""] = roots;
  const entries = new Map([...all].map(([name, entry]) => [name.slice(root.length + 1), entry]));
  const report = Report.parse(JSON.parse(entries.get("export-report.json")?.head.toString("utf8") ?? "null"));
  expect(root).toBe(report.run_id);
  checkReport(report);
  // Lists, each compared once: an assertion a file takes minutes for tens of thousands.
  const wrong = report.written.flatMap((file) => {
    const entry = entries.get(file.path);
    const served = servedSha256(server, file) ?? file.sha256;
    const right = entry?.bytes === file.bytes && entry.sha256 === file.sha256 && served === file.sha256;
    return right ? [] : [{ ...file, there: [entry?.bytes, entry?.sha256], served }];
  });
  expect(wrong, "files of the ZIP that are not what the report says and the server has").toEqual([]);
  checkSecrets(entries, report);
  return { path, name: basename(path), bytes: statSync(path).size, entries, report };
}

/**
 * SHA-256 of what the server has for a file; null where it has none to compare with: the file came by URL alone, or
 * is an entry of an archive that no row names.
 */
export function servedSha256(
  server: PracticeServer,
  file: { artifact_id: string; artifact_type: string },
): string | null {
  const { artifact_id: id, artifact_type: type } = file;
  if (type === "archive_entry" || !server.world.artifacts.has(id)) return null;
  return server.world.contentOf(id) === null ? NO_BYTES : server.sha256Of(id);
}

/** What holds for the report of any export. */
export function checkReport(report: Report): void {
  const { counts, written, missing, left_out } = report;
  expect(counts).toEqual({
    found: written.length + missing.length + left_out.length,
    written: written.length,
    missing: missing.length,
    left_out: left_out.length,
  });
  const paths = written.map(({ path }) => path.normalize("NFC").toLowerCase());
  expect(new Set(paths).size, "no two files have one path, in any case or normal form").toBe(paths.length);
}

/** Our own documents hold no signature, and nothing holds the API key. */
function checkSecrets(entries: Map<string, Entry>, report: Report): void {
  const artifacts = new Set(report.written.map(({ path }) => path));
  const leaking = [...entries].flatMap(([path, { leaks }]) => {
    // Bytes of artifacts are the run's own, whatever they hold.
    const ours = artifacts.has(path) ? leaks.filter((text) => text !== SIGNATURE) : leaks;
    return ours.length === 0 ? [] : [{ path, leaks: ours }];
  });
  expect(leaking).toEqual([]);
}

/** Info-ZIP, 7-Zip, libarchive and Python test the archive; each fails by its exit code. */
async function readByAll(path: string): Promise<void> {
  const python = `import sys, zipfile
bad = zipfile.ZipFile(sys.argv[1]).testzip()
sys.exit(f"damaged: {bad}" if bad else 0)`;
  const options = { maxBuffer: 64_000_000 };
  const [infoZip, sevenZip] = await Promise.all([
    run("unzip", ["-t", path], options),
    run("7z", ["t", path], options),
    run("bsdtar", ["-tf", path], options),
    run("python3", ["-c", python, path], options),
  ]);
  expect(infoZip.stdout).toContain("No errors detected");
  expect(infoZip.stderr).toBe("");
  expect(sevenZip.stdout).toContain("Everything is Ok");
  expect(sevenZip.stdout).not.toContain("Warnings");
}

/** Reads every entry of a ZIP to its end, looking for the forbidden texts in all of them. */
export async function readZip(path: string, forbidden: string[] = []): Promise<Map<string, Entry>> {
  const zip = await yauzl.openPromise(path, { strictFileNames: true });
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entries.has(entry.fileName)) throw new Error(`${entry.fileName} is there twice`);
    entries.set(entry.fileName, await readEntry(await zip.openReadStreamPromise(entry), forbidden));
  }
  return entries;
}

async function readEntry(stream: Readable, forbidden: string[]): Promise<Entry> {
  const hash = createHash("sha256");
  const head: Buffer[] = [];
  const leaks = new Set<string>();
  const overlap = Math.max(0, ...forbidden.map((text) => text.length - 1));
  let bytes = 0;
  let tail = Buffer.alloc(0);
  for await (const chunk of stream) {
    const part = Buffer.from(chunk);
    hash.update(part);
    if (bytes < KEPT) head.push(part);
    bytes += part.length;
    const seam = Buffer.concat([tail, part]);
    for (const text of forbidden) if (seam.includes(text)) leaks.add(text);
    tail = seam.subarray(Math.max(0, seam.length - overlap));
  }
  return { bytes, sha256: hash.digest("hex"), head: Buffer.concat(head), leaks: [...leaks] };
}
