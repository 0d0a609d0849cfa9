import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { countProofs } from "../../core/report/build-report";
import { fileKind } from "../../core/report/file-kind";
import type { ReportData, ReportFile, ReportItem } from "../../core/report/report-data";
import { HOSTILE, HOSTILE_PAGE } from "./hostile";
import { samplePng } from "./png";
import { sampleAnswer, sampleElements, sampleHar, sampleLog, sampleParsed, samplePrompt } from "./texts";

const START = Date.UTC(2026, 10, 24, 9, 0, 0);
const STEP_MS = 9000;
const STEPS_PER_BLOCK = 10;
/** Steps that have every kind of file; the others a screenshot, and each second one a prompt. */
const RICH_STEPS = 12;
/** Each of these steps fails. */
const FAILED_EVERY = 97;
const PICTURES = 24;
const FIXTURES = new URL("../practice/fixtures/", import.meta.url);

export interface SampleRun {
  data: ReportData;
  /** Bytes by path. */
  bytes: Map<string, Buffer>;
}

/** A run that never was, with hostile texts wherever a run has texts. */
export function sampleRun(steps: number): SampleRun {
  const builder = new Builder();
  for (let step = 0; step < steps; step++) {
    if (step % STEPS_PER_BLOCK === 0) builder.block(step, Math.min(STEPS_PER_BLOCK, steps - step));
    builder.step(step);
  }
  const video = builder.file("recording", "data/recording/recording.webm", fixture("recording.webm"), null);
  builder.file("har", "data/network/har.har", Buffer.from(sampleHar(Math.max(steps, 40) * 3, START)), null);
  builder.file(
    "browser_console_log",
    "data/logs/browser_console_log.log",
    Buffer.from(sampleLog(steps * 5)),
    null,
  );
  builder.file("skyvern_log", "data/logs/skyvern_log.log", Buffer.from(sampleLog(300)), null);
  const invoice = builder.file(
    "download",
    "data/downloads/invoice fdp.exe.pdf",
    fixture("download-1.pdf"),
    null,
  );
  invoice.file.name = HOSTILE.bidi;
  const output = `{"invoice": 9007199254740993, "note": ${JSON.stringify(HOSTILE.script)}, "months": ["January", "March"]}`;
  builder.file("document", "data/output.json", Buffer.from(output), null).file.id = null;
  return { data: reportOf(builder, video.index, output, steps), bytes: builder.bytes };
}

class Builder {
  readonly bytes = new Map<string, Buffer>();
  readonly files: ReportFile[] = [];
  readonly timeline: ReportItem[] = [];

  block(step: number, length: number): void {
    const number = step / STEPS_PER_BLOCK;
    const failed = Array.from({ length }, (_, each) => step + each).some(isFailed);
    this.#item({
      kind: "block",
      depth: 0,
      title: number === 0 ? `sign_in ${HOSTILE.image}` : `download_invoice_${number}`,
      subtype: number === 0 ? "login" : "file_download",
      status: failed ? "failed" : "completed",
      failed,
      at: START + step * STEP_MS,
      seconds: (length * STEP_MS) / 1000,
      iteration: number === 0 ? null : { index: number - 1, value: `month ${number}` },
      texts: failed ? [{ label: "Failure reason", text: `No element matched. ${HOSTILE.script}` }] : [],
    });
  }

  step(step: number): void {
    const folder = `data/steps/${number(step / STEPS_PER_BLOCK + 1, 3)}-block/${number((step % STEPS_PER_BLOCK) + 1, 2)}-step`;
    const item = this.timeline.length;
    const add = (type: string, name: string, bytes: Buffer | string) =>
      this.file(type, `${folder}/${name}`, Buffer.from(bytes), item).index;
    const files = [add("screenshot_llm", "001-screenshot_llm.png", picture(step))];
    if (step < RICH_STEPS || step % 2 === 1)
      files.push(add("llm_prompt", "002-llm_prompt.txt", samplePrompt(step)));
    let screenshot: number | null = null;
    if (step < RICH_STEPS) {
      files.push(
        add("llm_response", "003-llm_response.json", sampleAnswer(step)),
        add("llm_response_parsed", "004-llm_response_parsed.json", sampleParsed(step)),
        add("visible_elements_tree", "005-visible_elements_tree.json", sampleElements(step)),
        add("html_scrape", "006-html_scrape.html", HOSTILE_PAGE),
      );
      screenshot = add("screenshot_action", "007-screenshot_action.png", picture(step + 5));
      files.push(screenshot);
    }
    const at = START + step * STEP_MS;
    const status = isFailed(step) ? "failed" : "completed";
    const failed = isFailed(step);
    const common = { status, failed, iteration: null, files } as const;
    this.#item({
      ...common,
      kind: "step",
      depth: 1,
      title: `Step ${(step % STEPS_PER_BLOCK) + 1}`,
      at,
      seconds: STEP_MS / 1000,
    });
    this.#item({
      ...common,
      kind: "action",
      depth: 2,
      title: `Click: open invoice ${step}${step === 2 ? ` ${HOSTILE.script}` : ""}`,
      subtype: "click",
      at: at + 4000,
      seconds: 1.4,
      texts: [
        { label: "Reasoning", text: "The link names the month that is asked for." },
        { label: "Intention", text: step === 3 ? HOSTILE.bidi : "Open the invoice." },
      ],
      screenshot,
    });
    if (step % 25 === 24)
      this.#item({
        kind: "thought",
        depth: 0,
        title: "Plan",
        subtype: "plan",
        at: at + 8000,
        texts: [{ label: "Thought", text: HOSTILE.separators }],
      });
  }

  file(type: string, path: string, bytes: Buffer, item: number | null): { file: ReportFile; index: number } {
    const index = this.files.length;
    const file: ReportFile = {
      path,
      name: path.slice(path.lastIndexOf("/") + 1),
      id: `a_${index + 1}`,
      type,
      label: type.replaceAll("_", " "),
      kind: fileKind(type, path),
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      proof: type === "download" ? "checksum" : item === null ? "length" : "crc32",
      at: START,
      item,
      chunks: null,
    };
    this.files.push(file);
    this.bytes.set(path, bytes);
    return { file, index };
  }

  #item(item: Partial<ReportItem> & Pick<ReportItem, "kind" | "title">): void {
    const plain = { depth: 0, subtype: null, status: null, failed: false, at: null, seconds: null };
    const rest = { iteration: null, texts: [], screenshot: null, files: [] };
    this.timeline.push({ id: `id_${this.timeline.length}`, ...plain, ...rest, ...item });
  }
}

function reportOf(builder: Builder, video: number, output: string, steps: number): ReportData {
  const { files, timeline } = builder;
  const artifacts = files.filter(({ id }) => id !== null);
  const gap = (id: string, type: string, reason: string) => ({ id, type, reason, detail: HOSTILE.image });
  const missing = [
    gap("a_gone", "llm_response", "The server no longer has it"),
    gap("a_cold", "trace", "Archived by Skyvern"),
  ];
  const leftOut = [gap("a_part", "download", "An unfinished download")];
  return {
    format: "runpack-report",
    version: 1,
    run: {
      id: "wr_493285619334750001",
      requestedId: "wr_493285619334750001",
      ids: ["wr_493285619334750001"],
      nestedRuns: [],
      title: `Invoices ${HOSTILE.image}`,
      status: "failed",
      type: "workflow_run",
      failureReason: `Step 98 found no invoice of May. ${HOSTILE.script}`,
      failureCategory: "ELEMENT_NOT_FOUND",
      createdAt: START - 2000,
      startedAt: START,
      finishedAt: START + steps * STEP_MS,
      organization: "ACME",
      apiAddress: "https://api.skyvern.com",
      exportedAt: START + 86_400_000,
      extensionVersion: "0.1.0",
      preset: "Everything",
      shareSafe: true,
      inputs: `{"portal": "https://portal.acme.example", "who": ${JSON.stringify(HOSTILE.bidi)}}`,
      output,
      separateRuns: [{ id: "wr_493285619334750002", path: null }],
    },
    counts: {
      found: artifacts.length + missing.length + leftOut.length,
      written: artifacts.length,
      missing: missing.length,
      leftOut: leftOut.length,
    },
    proofs: countProofs(artifacts.map(({ proof }) => proof)),
    missing,
    leftOut,
    warnings: [`The list of nested runs was not complete. ${HOSTILE.image}`],
    files,
    timeline,
    recordings: [{ file: video, startsAt: START }],
    ledger: [
      { file: "data/network/har.har", place: "request.headers.authorization", rule: "token", count: 12 },
    ],
    lookedFor: ["Values under names such as password or token"],
  };
}

const pictures = new Map<number, Buffer>();
/** A few pictures many times: each is compressed once. */
function picture(of: number): Buffer {
  const known = pictures.get(of % PICTURES) ?? samplePng(of % PICTURES);
  pictures.set(of % PICTURES, known);
  return known;
}

function fixture(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(name, FIXTURES)));
}

function isFailed(step: number): boolean {
  return step % FAILED_EVERY === FAILED_EVERY - 1 || step === 7;
}

function number(value: number, digits: number): string {
  return String(Math.floor(value)).padStart(digits, "0");
}
