import { type Chunk, HEAD_CHUNK } from "./chunks";
import { deflatedText } from "./deflated-text";
import { isTextKind } from "./file-kind";
import type { ReportData, ReportFile } from "./report-data";

/** Characters of a chunk; as JSON in UTF-8 it is 2 MB at most in all but strange cases (design.md §4). */
const CHUNK_CHARACTERS = 1_000_000;
/** Of all texts in the report; the rest is linked to. */
const MOST_TEXT_BYTES = 60_000_000;
const FILES_PER_CHUNK = 2000;
const ITEMS_PER_CHUNK = 1000;

/** Where the texts of a report come from: files of the bundle. */
export interface ReportTexts {
  /** In pieces: a HAR may be larger than is good for memory. */
  textOf: (file: ReportFile) => AsyncIterable<string>;
  /** A small one as it lies in the bundle, deflated, that may be shown as it is; null for any other. */
  deflatedOf: (file: ReportFile) => Uint8Array | null;
}

/**
 * The chunks of a report, one at a time, so that no two are in memory. The head comes last: by then each file knows
 * its chunks. Small texts are taken over as they are deflated: to inflate and to deflate thousands takes as long as all else.
 */
export async function* reportChunks(
  data: ReportData,
  { textOf, deflatedOf }: ReportTexts,
): AsyncGenerator<{ name: string; chunk: Chunk }> {
  const packer = new TextPacker("text");
  const deflated = new TextPacker("deflated");
  const chosen = fitting(data.files);
  for (const [index, file] of data.files.entries()) {
    if (!chosen.has(file)) continue;
    file.chunks = [];
    const asItIs = deflatedOf(file);
    if (asItIs) {
      const full = deflated.add(index, deflatedText(asItIs));
      if (full) yield full;
      file.chunks.push(deflated.name);
      continue;
    }
    for await (const part of regrouped(textOf(file))) {
      const full = packer.add(index, part);
      if (full) yield full;
      file.chunks.push(packer.name);
    }
  }
  for (const rest of [packer.rest(), deflated.rest()]) if (rest) yield rest;
  const chunks: string[] = [];
  for (const [count, files] of slices(data.files, FILES_PER_CHUNK).entries()) {
    chunks.push(`files-${count + 1}`);
    yield { name: `files-${count + 1}`, chunk: { kind: "files", files } };
  }
  for (const [count, items] of slices(data.timeline, ITEMS_PER_CHUNK).entries()) {
    chunks.push(`timeline-${count + 1}`);
    yield { name: `timeline-${count + 1}`, chunk: { kind: "timeline", items } };
  }
  const { files: _, timeline: __, ...head } = data;
  yield { name: HEAD_CHUNK, chunk: { kind: "head", data: head, chunks } };
}

/** Gathers pieces of texts to chunks. */
class TextPacker {
  #texts: Record<string, string> = {};
  #size = 0;
  #count = 1;

  constructor(private readonly kind: "text" | "deflated") {}

  /** Of the chunk that the last piece went to. */
  get name(): string {
    return `${this.kind}-${this.#count}`;
  }

  /** @returns the chunk that was full before this piece */
  add(file: number, part: string): { name: string; chunk: Chunk } | null {
    const full = this.#size > 0 && this.#size + part.length > CHUNK_CHARACTERS ? this.rest() : null;
    this.#texts[String(file)] = part;
    this.#size += part.length;
    return full;
  }

  rest(): { name: string; chunk: Chunk } | null {
    if (Object.keys(this.#texts).length === 0) return null;
    const chunk = { name: this.name, chunk: { kind: this.kind, texts: this.#texts } };
    this.#texts = {};
    this.#size = 0;
    this.#count++;
    return chunk;
  }
}

/** The smallest texts first, until there is no more room: most files of a run are small. */
function fitting(files: readonly ReportFile[]): Set<ReportFile> {
  const chosen = new Set<ReportFile>();
  let bytes = 0;
  const texts = files.filter(({ kind }) => isTextKind(kind));
  for (const file of texts.toSorted((a, b) => a.bytes - b.bytes)) {
    bytes += file.bytes;
    if (bytes > MOST_TEXT_BYTES) break;
    chosen.add(file);
  }
  return chosen;
}

/** Pieces as large as a chunk takes; an empty text is one empty piece. */
async function* regrouped(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let waiting: string[] = [];
  let length = 0;
  let any = false;
  for await (const text of texts) {
    for (const part of slices(text, CHUNK_CHARACTERS)) {
      if (length + part.length > CHUNK_CHARACTERS) {
        yield waiting.join("");
        any = true;
        waiting = [];
        length = 0;
      }
      waiting.push(part);
      length += part.length;
    }
  }
  if (length > 0 || !any) yield waiting.join("");
}

function slices(value: string, length: number): string[];
function slices<Item>(value: Item[], length: number): Item[][];
function slices(value: string | unknown[], length: number): (string | unknown[])[] {
  const parts: (string | unknown[])[] = [];
  for (let at = 0; at < value.length; at += length) parts.push(value.slice(at, at + length));
  return parts;
}
