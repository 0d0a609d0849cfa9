import type { JobResult } from "../jobs/job";
import { LOOKED_FOR } from "../redact/redactor";
import { buildReport, countProofs, reportGap } from "../report/build-report";
import { chunkScript } from "../report/chunks";
import { reportPage, reportScript } from "../report/page";
import { type ReportTexts, reportChunks } from "../report/report-chunks";
import { apiTime } from "../skyvern/schemas";
import { catalogWords } from "../text/catalog";
import { warningText } from "../text/warning-text";
import type { Words } from "../text/words";
import { BAG_DECLARATION, type BagFile, bagInfo, bagManifest } from "./bag";
import { type CollectedRun, withChildren } from "./collected-run";
import { replaceUrls } from "./documents";
import type { ExportOrder, ExportTools } from "./export-order";
import { exportReport, incompleteNotice, type WrittenFile } from "./export-report";
import { ExportWriter, type PackedEntry } from "./export-writer";
import type { ArrivedFile, Fetched } from "./fetch-results";
import { groupGaps } from "./gaps";
import { exportName } from "./name-template";
import { placeRuns, runFolder } from "./place";
import { PRESETS } from "./presets";
import type { RunRow } from "./runs-csv";
import type { ShareSafe } from "./share-safe";
import { mayHoldSignedUrls } from "./signed-urls";
import { packedBytes, plainText, plainTexts } from "./stored-bytes";
import { compareText } from "./timeline";
import type { ExportWarning } from "./warnings";

/** Of the report's, that are deflated while the next is made. */
const CHUNKS_AT_ONCE = 2;

/** Everything of an export but the ZIP around it. */
export interface PackedExport {
  /** Name of the ZIP or folder, without extension. */
  name: string;
  runId: string;
  /** The folder that all of a bundle stands in, with a slash at its end; empty where each run has one of its own. */
  root: string;
  entries: PackedEntry[];
  result: Omit<JobResult, "savedAs">;
  /** The runs as a list of runs has them. */
  rows: RunRow[];
}

/** Gives every file its path, and adds the documents, the reports and the bag's own files. @throws PackFull */
export function assemble(
  run: CollectedRun,
  order: ExportOrder,
  tools: ExportTools,
  fetched: Fetched,
  safe: ShareSafe | null,
): Promise<PackedExport> {
  return new Assembly(run, order, tools, fetched, safe).assemble();
}

class Assembly {
  readonly #bundle: boolean;
  readonly #exportedAt = new Date();
  readonly #writer: ExportWriter;
  readonly #warnings: ExportWarning[];
  readonly #words: Words;
  #clean: (json: string) => string = (json) => json;

  constructor(
    private readonly run: CollectedRun,
    private readonly order: ExportOrder,
    private readonly tools: ExportTools,
    private readonly fetched: Fetched,
    private readonly safe: ShareSafe | null,
  ) {
    this.#bundle = order.mode === "bundle";
    this.#words = catalogWords(tools.texts);
    this.#writer = new ExportWriter(tools.pack, tools.work, this.#bundle, this.#exportedAt.getTime());
    const came = new Set(withChildren(run).map(({ runId }) => runId));
    this.#warnings = [...withChildren(run).flatMap(({ warnings }) => warnings), ...fetched.warnings].filter(
      ({ code, about: [id] }) => code !== "separate-run" || id === undefined || !came.has(id),
    );
  }

  async assemble(): Promise<PackedExport> {
    const { arrived, missing } = this.fetched;
    const written = this.#written();
    this.#clean = this.#cleaner(written);
    const payload = arrived.map(
      ({ artifact, file }, index): PackedEntry => ({
        path: written[index]?.path ?? artifact.id,
        file,
        modified: apiTime(artifact.row.created_at) ?? this.#exportedAt.getTime(),
      }),
    );
    await this.#documents(written);
    const documents = this.#writer.entries.splice(0);
    await this.#exportReport(written);
    if (this.#bundle) {
      await this.#report(written, documents);
      await this.#bag([...payload, ...documents]);
    } else if (missing.length > 0) {
      await this.#writer.add("INCOMPLETE.txt", incompleteNotice(this.#words, this.run, missing));
    }
    return this.#result(written, [...payload, ...documents, ...this.#writer.entries]);
  }

  #written(): WrittenFile[] {
    const { arrived } = this.fetched;
    const places = placeRuns(
      this.run,
      arrived.map(({ artifact, file, contentType }) => ({ artifact, head: file.head, contentType })),
    );
    const prefix = this.#bundle ? "data/" : "";
    return arrived.map((each, index) => writtenFile(each, `${prefix}${places[index] ?? each.artifact.id}`));
  }

  /** Takes URLs out of served JSON: each becomes the path of its file (design.md §4). */
  #cleaner(written: readonly WrittenFile[]): (json: string) => string {
    const paths = new Map(written.map(({ artifact_id, path }) => [artifact_id, path]));
    const extraUrls = new Map(
      this.fetched.arrived.flatMap(({ artifact }, index) =>
        artifact.storageUrls.map((url) => [url, written[index]?.path ?? artifact.id] as const),
      ),
    );
    return (json) => replaceUrls(json, (id) => paths.get(id) ?? null, extraUrls);
  }

  async #documents(written: readonly WrittenFile[]): Promise<void> {
    const prefix = this.#bundle ? "data/" : "";
    const taken = new Set(written.map(({ path }) => path.toLowerCase()));
    const documents = withChildren(this.run).flatMap((run) =>
      [...run.documents].map(([name, text]) => [runFolder(this.run, run) + name, text] as const),
    );
    for (const [name, text] of documents.sort(([a], [b]) => compareText(a, b))) {
      // The run may have the same file as an artifact, from the time of the run.
      const path = taken.has((prefix + name).toLowerCase()) ? `${prefix}as-of-export/${name}` : prefix + name;
      await this.#writer.add(path, this.#safely(path, this.#clean(text)));
    }
  }

  /** Share-safe takes the secrets out of our own JSON too; generated code is text. */
  #safely(path: string, text: string): string {
    if (!this.safe) return text;
    return path.endsWith(".py") ? this.safe.redactText(path, text) : this.safe.redactJson(path, text);
  }

  async #exportReport(written: WrittenFile[]): Promise<void> {
    const { missing, leftOut } = this.fetched;
    const { version, choice } = this.order;
    const { english } = this.tools;
    const report = exportReport({
      run: this.run,
      choice,
      exportedAt: this.#exportedAt,
      version,
      apiAddress: this.tools.client.access.apiAddress,
      written,
      missing,
      leftOut,
      warnings: this.#warnings.map((each) => warningText(english, each)),
      ledger: this.safe?.ledger() ?? null,
      lookedFor: LOOKED_FOR.map((key) => english.t(key)),
    });
    // Names of missing files and words of the run's own stand in it too.
    await this.#writer.add("export-report.json", this.#safely("export-report.json", report));
  }

  /** `index.html` and what it loads (design.md §4). */
  async #report(written: readonly WrittenFile[], documents: readonly PackedEntry[]): Promise<void> {
    const { arrived, missing, leftOut } = this.fetched;
    const { preset, shareSafe } = this.order.choice;
    const words = this.#words;
    const label = PRESETS.find(({ id }) => id === preset)?.label;
    const stored = new Map([
      ...arrived.map(({ file }, index) => [written[index]?.path ?? "", file] as const),
      ...documents.map(({ path, file }) => [path, file] as const),
    ]);
    const textOf = async (path: string) => {
      const file = stored.get(path);
      return file ? plainText(this.tools.pack, file) : "";
    };
    const optional = async (name: string) => (stored.has(`data/${name}`) ? textOf(`data/${name}`) : null);
    const data = buildReport(words, {
      run: this.run,
      exportedAt: this.#exportedAt,
      version: this.order.version,
      apiAddress: this.tools.client.access.apiAddress,
      preset: label ? words.t(label) : preset,
      shareSafe,
      artifacts: arrived.map(({ artifact, proof }, index) => ({
        artifact,
        proof,
        path: written[index]?.path ?? "",
        bytes: written[index]?.bytes ?? 0,
        sha256: written[index]?.sha256 ?? "",
      })),
      documents: documents.map(({ path, file }) => ({ path, bytes: file.size, sha256: file.sha256 })),
      missing: missing.map((gap) => reportGap(words, gap)),
      leftOut: leftOut.map((gap) => reportGap(words, gap)),
      warnings: this.#warnings.map((each) => warningText(words, each)),
      ledger: this.safe?.ledger() ?? [],
      lookedFor: this.safe ? LOOKED_FOR.map((key) => words.t(key)) : [],
      inputs: await optional("parameters.json"),
      output: await optional("output.json"),
    });
    const app = await this.tools.reportApp();
    await this.#writer.add("index.html", reportPage(this.run.title ?? this.run.runId, this.tools.texts));
    await this.#writer.add("report/app.js", reportScript(app.script, this.tools.texts));
    await this.#writer.add("report/app.css", app.style);
    const { pack } = this.tools;
    const texts: ReportTexts = {
      textOf: ({ path }) => {
        const file = stored.get(path);
        return file ? plainTexts(pack, file) : noText();
      },
      // Whoever audits what share-safe took out reads its report as text.
      deflatedOf: ({ path }) => {
        const file = stored.get(path);
        return file?.unsigned && file.method === 8 && !shareSafe ? packedBytes(pack, file) : null;
      },
    };
    // While some are deflated, the next is read.
    const underWay: Promise<PackedEntry>[] = [];
    const take = async () => {
      const first = await underWay.shift();
      if (first) this.#writer.entries.push(first);
    };
    for await (const { name, chunk } of reportChunks(data, texts)) {
      this.tools.signal.throwIfAborted();
      const path = `report/data/${name}.js`;
      const clean = (json: string) => {
        if (chunk.kind === "deflated") return json;
        // Texts of files have been through it; what the API told has not.
        return chunk.kind === "text" ? this.#unsigned(json) : this.#safely(path, this.#clean(json));
      };
      const written = this.#writer.write(path, chunkScript(name, chunk, clean), chunk.kind !== "deflated");
      // Seen by whoever takes it; a rejection must not count as unhandled until then.
      written.catch(() => {});
      underWay.push(written);
      if (underWay.length > CHUNKS_AT_ONCE) await take();
    }
    while (underWay.length > 0) await take();
  }

  #unsigned(json: string): string {
    return mayHoldSignedUrls(json) ? this.#clean(json) : json;
  }

  async #bag(payload: readonly PackedEntry[]): Promise<void> {
    const { run, order } = this;
    const files = payload.map(bagFile);
    const info = {
      runIds: [...new Set([run.runId, run.requestedId, ...run.runIds])],
      title: run.title,
      organization: run.organization,
      exportedAt: this.#exportedAt,
      version: order.version,
    };
    await this.#writer.add("bagit.txt", BAG_DECLARATION);
    await this.#writer.add("bag-info.txt", bagInfo(info, files));
    await this.#writer.add("manifest-sha256.txt", bagManifest(files));
    await this.#writer.add("tagmanifest-sha256.txt", bagManifest(this.#writer.entries.map(bagFile)));
  }

  #result(written: readonly WrittenFile[], entries: PackedEntry[]): PackedExport {
    const { run, order, fetched } = this;
    const { missing, leftOut } = fetched;
    const bytes = written.reduce((sum, file) => sum + file.bytes, 0);
    const name = exportName(order.nameTemplate, {
      title: run.title,
      runId: run.runId,
      status: run.status,
      workflowId: run.facts.workflowId,
      date: run.facts.startedAt ?? run.facts.createdAt ?? this.#exportedAt.getTime(),
    });
    return {
      name: this.#bundle && missing.length > 0 ? `${name}_partial` : name,
      runId: run.runId,
      root: `${run.runId}/`,
      entries,
      rows: [this.#row(written.length, bytes)],
      result: {
        runs: [
          {
            runId: run.runId,
            title: run.title,
            status: run.status,
            finishedAt: run.facts.finishedAt,
            modifiedAt: run.facts.modifiedAt,
            settled: !run.settling,
            written: written.length,
            missing: missing.length,
            bytes,
            failure: null,
          },
        ],
        found: written.length + missing.length + leftOut.length,
        written: written.length,
        missing: missing.length,
        leftOut: leftOut.length,
        bytes,
        proofs: countProofs(written.map(({ proof }) => proof)),
        gaps: groupGaps(missing),
        warnings: this.#warnings,
      },
    };
  }

  #row(files: number, bytes: number): RunRow {
    const { run } = this;
    const { failureReason, createdAt, startedAt, finishedAt } = run.facts;
    const failure =
      failureReason === null || !this.safe ? failureReason : this.safe.redactText("runs.csv", failureReason);
    const { title, status } = run;
    const gaps = this.fetched.missing.length;
    return {
      runId: run.runId,
      title,
      status,
      createdAt,
      startedAt,
      finishedAt,
      failure,
      files,
      bytes,
      gaps,
      error: null,
    };
  }
}

/** A file that is not in the pack has no text. */
async function* noText(): AsyncGenerator<string> {}

function writtenFile({ artifact, file, proof }: ArrivedFile, path: string): WrittenFile {
  const { artifact_id, artifact_type } = artifact.row;
  const original = artifact.fileName;
  const renamed = original !== null && !path.endsWith(`/${original}`) ? { original_name: original } : {};
  return { artifact_id, artifact_type, ...renamed, path, bytes: file.size, sha256: file.sha256, proof };
}

function bagFile({ path, file }: PackedEntry): BagFile {
  return { path, sha256: file.sha256, bytes: file.size };
}
