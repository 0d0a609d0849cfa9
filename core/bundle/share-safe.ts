import { type LedgerLine, type Redacting, Redactor, type TextFormat, Unredactable } from "../redact/redactor";
import { textFormatOf, traceEntryFormat } from "../redact/text-format";
import { type ArtifactGroup, artifactType } from "../skyvern/artifact-types";
import { PackedArchive } from "./archive";
import { type CollectedRun, withChildren } from "./collected-run";
import type { ExportOrder, ExportTools } from "./export-order";
import { extensionFor } from "./extension";
import { type ArrivedFile, type Fetched, gap } from "./fetch-results";
import { FileSink, type StoredFile } from "./file-sink";
import type { LeftOutReason } from "./gaps";
import { NEVER_SEARCHED } from "./presets";
import { plainBytes } from "./stored-bytes";
import type { ExportWarning } from "./warnings";
import { composeZip } from "./zip/compose";
import { type ArchiveEntry, BadArchive } from "./zip/read-archive";

/** An export without the secrets that could be found (redaction.md). */
export interface ShareSafe {
  run: CollectedRun;
  fetched: Fetched;
  /** Takes secrets out of JSON of ours: documents and report data. */
  redactJson(file: string, json: string): string;
  redactText(file: string, text: string): string;
  ledger(): LedgerLine[];
}

/** Groups of which nothing is searched that is no text by its format; the user may tick them one by one. */
const UNSEARCHABLE: ReadonlySet<ArtifactGroup> = new Set([...NEVER_SEARCHED, "other"]);
const READ_BYTES = 1024 * 1024;

/**
 * Takes secrets out of everything that arrived: learns them from all files first, then writes each file anew into
 * the pack. What can't be searched is left out and named, never passed through.
 * @throws PackFull; the signal's reason
 */
export async function shareSafe(
  run: CollectedRun,
  order: ExportOrder,
  tools: ExportTools,
  fetched: Fetched,
): Promise<ShareSafe> {
  const redactor = new Redactor([...order.words, tools.client.access.apiKey]);
  const work = new Redaction(redactor, order, tools);
  const runs = withChildren(run);
  // Twice: a definition may stand behind the values of its parameters.
  for (const { documents } of [...runs, ...runs])
    for (const text of documents.values()) learnText(redactor, text);
  for (const file of fetched.arrived) await work.learn(file);
  redactor.seal();
  const arrived: ArrivedFile[] = [];
  const leftOut = [...fetched.leftOut];
  for (const file of fetched.arrived) {
    const result = await work.redact(file);
    if (typeof result === "string") leftOut.push(gap<LeftOutReason>(file.artifact, result));
    else arrived.push(result);
  }
  const through = (format: TextFormat) => (file: string, text: string) => {
    const pass = redactor.redacting(file, format);
    return pass.write(new TextEncoder().encode(text)) + pass.finish();
  };
  const line = (text: string) => redactor.redactLine(text, "our own words");
  const clean = ({ code, about }: ExportWarning): ExportWarning => ({ code, about: about.map(line) });
  // Names are what files are placed by; the artifact itself is what its order in the run is found by, so it stays.
  for (const artifact of runs.flatMap(({ artifacts }) => artifacts)) {
    if (artifact.fileName !== null) artifact.fileName = redactor.redactLine(artifact.fileName, "file names");
    artifact.row.uri = redactor.redactLine(artifact.row.uri, "file names");
  }
  // Labels of blocks become folders.
  for (const { block } of runs.flatMap(({ blocks }) => blocks))
    if (block.label) block.label = redactor.redactLine(block.label, "file names");
  const titled = (text: string | null) => (text === null ? null : line(text));
  return {
    run: {
      ...run,
      title: titled(run.title),
      organization: titled(run.organization),
      warnings: run.warnings.map(clean),
    },
    fetched: { ...fetched, arrived, leftOut, warnings: fetched.warnings.map(clean) },
    redactJson: through("json"),
    redactText: through("text"),
    ledger: () => redactor.ledger(),
  };
}

class Redaction {
  /** Files of the first pass that were no sound text. */
  readonly #refused = new Set<ArrivedFile>();

  constructor(
    private readonly redactor: Redactor,
    private readonly order: ExportOrder,
    private readonly tools: ExportTools,
  ) {}

  async learn(file: ArrivedFile): Promise<void> {
    const how = this.#howOf(file);
    if (how === null) return;
    try {
      if (how !== "trace") return await this.#feed(this.redactor.learning(how), file.file);
      const archive = new PackedArchive(this.tools.pack, file.file.extents, file.file.size);
      for (const { entry, format } of traceEntries(archive)) {
        const plain = await archive.member({ entry, text: false }, this.tools.work, false);
        await this.#feed(this.redactor.learning(format), plain);
      }
    } catch (error) {
      if (!(error instanceof Unredactable || error instanceof BadArchive)) throw error;
      this.#refused.add(file);
    }
  }

  async redact(file: ArrivedFile): Promise<ArrivedFile | LeftOutReason> {
    if (this.#refused.has(file)) return "not-redactable";
    const how = this.#howOf(file);
    if (how === null) {
      const { group } = artifactType(file.artifact.row.artifact_type);
      return this.order.choice.keep.includes(group) ? file : "share-safe";
    }
    try {
      const redacted =
        how === "trace" ? await this.#trace(file) : await this.#text(file.artifact.id, how, file.file);
      return { ...file, file: redacted };
    } catch (error) {
      if (!(error instanceof Unredactable || error instanceof BadArchive)) throw error;
      return "not-redactable";
    }
  }

  /** @returns null for what can't be searched */
  #howOf({ artifact, file, contentType }: ArrivedFile): TextFormat | "trace" | null {
    const { artifact_type: type } = artifact.row;
    const { group } = artifactType(type);
    if (type === "trace") return "trace";
    const format = textFormatOf(type, `x.${extensionFor({ artifact, head: file.head, contentType })}`);
    return format ?? (UNSEARCHABLE.has(group) ? null : "text");
  }

  async #text(name: string, format: TextFormat, file: StoredFile): Promise<StoredFile> {
    const sink = new FileSink(this.tools.pack, this.tools.work, this.order.mode === "bundle");
    await this.#feed(this.redactor.redacting(name, format), file, sink);
    return sink.finish();
  }

  /**
   * Opened, redacted and closed again; pictures and fonts in it are left out. Its entries are stored: each browser
   * deflates to other bytes, and the same run gives the same file everywhere. The bundle deflates it as a whole.
   */
  async #trace({ artifact, file }: ArrivedFile): Promise<StoredFile> {
    const { pack } = this.tools;
    const archive = new PackedArchive(pack, file.extents, file.size);
    const entries: (StoredFile & { path: string; modified: number })[] = [];
    for (const { entry, format } of traceEntries(archive)) {
      const plain = await archive.member({ entry, text: false }, this.tools.work, false);
      const sink = new FileSink(pack, this.tools.work, false);
      await this.#feed(this.redactor.redacting(`${artifact.id}/${entry.name}`, format), plain, sink);
      entries.push({
        ...(await sink.finish()),
        path: this.redactor.redactLine(entry.name, "file names"),
        modified: 0,
      });
    }
    const sink = new FileSink(pack, this.tools.work, this.order.mode === "bundle" && "always");
    for (const part of composeZip(entries).parts) {
      if (part instanceof Uint8Array) await sink.write(part);
      else
        for (let at = 0; at < part.length; at += READ_BYTES)
          await sink.write(pack.read(part.offset + at, Math.min(READ_BYTES, part.length - at)));
    }
    return sink.finish();
  }

  async #feed(pass: Redacting, file: StoredFile, sink?: FileSink): Promise<void> {
    const encoder = new TextEncoder();
    for await (const bytes of plainBytes(this.tools.pack, file)) {
      this.tools.signal.throwIfAborted();
      const text = pass.write(bytes);
      await sink?.write(encoder.encode(text));
    }
    const rest = pass.finish();
    await sink?.write(encoder.encode(rest));
  }
}

function traceEntries(archive: PackedArchive): { entry: ArchiveEntry; format: TextFormat }[] {
  return archive.entries.flatMap((entry) => {
    const format = traceEntryFormat(entry.name);
    return format ? [{ entry, format }] : [];
  });
}

/** Documents of the API are JSON, generated code is text. */
function learnText(redactor: Redactor, text: string): void {
  const format: TextFormat = /^\s*[{[]/.test(text) ? "json" : "text";
  const pass = redactor.learning(format);
  pass.write(new TextEncoder().encode(text));
  pass.finish();
}
