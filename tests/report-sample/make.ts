/** Writes a report of a made-up run: `npx tsx tests/report-sample/make.ts <folder> [--steps 1000]`, after a build. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { deflateRawSync } from "node:zlib";
import { WHOLE_BYTES } from "../../core/bundle/whole-inflate";
import { chunkScript } from "../../core/report/chunks";
import { reportPage, reportScript } from "../../core/report/page";
import { type ReportTexts, reportChunks } from "../../core/report/report-chunks";
import { EXTENSION } from "../../scripts/profile";
import { ENGLISH } from "../unit/support/words";
import { sampleRun } from "./sample-run";

/** What is in a written report. */
export interface WrittenReport {
  steps: number;
  files: number;
  items: number;
}

/** Writes an unzipped bundle of a made-up run, with the report as it is built. */
export async function writeReport(folder: string, steps: number): Promise<WrittenReport> {
  const { data, bytes } = sampleRun(steps);
  const tags = new Map<string, Buffer>();
  const texts: ReportTexts = {
    textOf: async function* ({ path }) {
      yield bytes.get(path)?.toString("utf8") ?? "";
    },
    deflatedOf: ({ path }) => {
      const whole = bytes.get(path);
      return whole && whole.length <= WHOLE_BYTES ? deflateRawSync(whole) : null;
    },
  };
  for await (const { name, chunk } of reportChunks(data, texts))
    tags.set(`report/data/${name}.js`, Buffer.from(chunkScript(name, chunk, (json) => json)));
  const app = readFileSync(join(EXTENSION, "report-app.js"), "utf8");
  tags.set("report/app.js", Buffer.from(reportScript(app, ENGLISH)));
  tags.set("report/app.css", readFileSync(join(EXTENSION, "assets/report-look.css")));
  tags.set("index.html", Buffer.from(reportPage(data.run.title ?? data.run.id, ENGLISH)));
  tags.set("manifest-sha256.txt", manifest(bytes));
  for (const files of [bytes, tags, new Map([["tagmanifest-sha256.txt", manifest(tags)]])])
    for (const [path, content] of files) write(join(folder, path), content);
  return { steps, files: data.files.length, items: data.timeline.length };
}

function manifest(files: ReadonlyMap<string, Buffer>): Buffer {
  const lines = [...files].map(
    ([path, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${path}\n`,
  );
  return Buffer.from(lines.join(""));
}

function write(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { steps: { type: "string", default: "60" } },
  });
  const [folder] = positionals;
  if (!folder) throw new Error("Which folder? npx tsx tests/report-sample/make.ts <folder> [--steps 1000]");
  console.log(await writeReport(folder, Number(values.steps)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
