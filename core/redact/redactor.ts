import type { MessageKey } from "../text/words";
import type { JsonRewriter } from "./json-rewriter";
import { NotJson } from "./json-tokens";
import { KnownValues } from "./known-values";
import { holdsHtml, redactHtml } from "./redact-html";
import { isHarmless, type JsonSink, jsonRedacter } from "./redact-json";
import { tableHead } from "./redact-tables";
import { redactText } from "./redact-text";

/** How a file is read. `jsonl`: one JSON document a line; `har`: JSON with a `log`. */
export type TextFormat = "json" | "har" | "jsonl" | "html" | "text";

/** What was taken out: where, by which rule, how often; never the value. */
export interface LedgerLine {
  file: string;
  place: string;
  rule: string;
  count: number;
}

/** A file that can't be searched for secrets: it is left out, never passed through. */
export class Unredactable extends Error {
  override name = "Unredactable";
}

/** A text as it passes through; chunks in, chunks out. */
export interface Redacting {
  /** @throws Unredactable */
  write(chunk: Uint8Array): string;
  /** @throws Unredactable where the file is not what it says */
  finish(): string;
}

/** What is looked for, in words for the report. */
export const LOOKED_FOR = [
  "report_lookedForNames",
  "report_lookedForValues",
  "report_lookedForForms",
  "report_lookedForAddresses",
  "report_lookedForTyped",
  "report_lookedForSkyvern",
] as const satisfies readonly MessageKey[];

const LONGEST_HTML = 64 * 1024 * 1024;
const LONGEST_LINE = 64 * 1024 * 1024;
const LONGEST_PEM = 24 * 1024;
const BLOCK = 64 * 1024;

/**
 * Takes secrets out of the texts of one run. Two passes: first every file is learnt, then every file is written; so
 * that a value that one file gives away is found in all of them (redaction.md).
 */
export class Redactor {
  readonly #values = new KnownValues();
  readonly #ledger = new Map<string, LedgerLine>();
  #sealed = false;

  /** @param words the user's own strings, and the API key */
  constructor(words: readonly string[]) {
    for (const word of words) {
      const trimmed = word.trim();
      if (trimmed !== "") this.#values.addWord(trimmed);
    }
  }

  /** The first pass over a file: what comes out of it is thrown away. @throws Unredactable */
  learning(format: TextFormat): Redacting {
    return this.#pass("", format);
  }

  /** Ends learning. */
  seal(): void {
    this.#values.seal();
    this.#sealed = true;
  }

  /** The second pass over a file. @throws Unredactable */
  redacting(file: string, format: TextFormat): Redacting {
    return this.#pass(file, format);
  }

  /** A name, a title: a short text of ours. */
  redactLine(text: string, place: string): string {
    return redactText(text, this.#sink(place));
  }

  ledger(): LedgerLine[] {
    return [...this.#ledger.values()];
  }

  #pass(file: string, format: TextFormat): Redacting {
    const sink = this.#sink(file);
    const decoder = new StrictDecoder();
    const inner = passOf(format, sink);
    const guarded = (work: () => string) => {
      try {
        return work();
      } catch (error) {
        if (error instanceof NotJson)
          throw new Unredactable(`no sound JSON: ${error.message}`, { cause: error });
        // A pattern has no room for a word of many megabytes.
        if (error instanceof RangeError) throw new Unredactable("a word is too long", { cause: error });
        throw error;
      }
    };
    return {
      write: (chunk) => guarded(() => inner.write(decoder.decode(chunk))),
      finish: () => guarded(() => inner.write(decoder.finish()) + inner.finish()),
    };
  }

  #sink(file: string): JsonSink {
    const sink: JsonSink = {
      values: this.#values,
      place: null,
      note: (rule) => {
        if (!this.#sealed) return;
        const place = sink.place ? sink.place.path.join(".") : "text";
        const key = JSON.stringify([file, place, rule]);
        const line = this.#ledger.get(key);
        if (line) line.count++;
        else this.#ledger.set(key, { file, place, rule, count: 1 });
      },
    };
    return sink;
  }
}

interface Pass {
  write(text: string): string;
  finish(): string;
}

function passOf(format: TextFormat, sink: JsonSink): Pass {
  switch (format) {
    case "json":
      return jsonRedacter(sink);
    case "har":
      return new HarPass(jsonRedacter(sink));
    case "jsonl":
      return new LinePass((lines) => redactJsonLines(lines, sink));
    case "html":
      return new WholePass((text) => redactHtml(text, sink));
    case "text":
      return new LinePass(tableRedacter(sink));
  }
}

/** Prompts have pieces of pages in them. */
function redactWords(text: string, sink: JsonSink): string {
  return holdsHtml(text) ? redactHtml(text, sink) : redactText(text, sink);
}

/** A table's first line tells of all its lines, in whatever block they come. */
function tableRedacter(sink: JsonSink): (lines: string) => string {
  let head: string | null = null;
  return (lines) => {
    if (head === null || head === "") {
      head ??= tableHead(lines);
      return redactWords(lines, sink);
    }
    const redacted = redactWords(head + lines, sink);
    return redacted.slice(redacted.indexOf("\n") + 1);
  };
}

/** Logs mix JSON with words. Lines of words stay together: a key block has several. */
function redactJsonLines(lines: string, sink: JsonSink): string {
  const out: string[] = [];
  let words: string[] = [];
  const flush = () => {
    if (words.length > 0) out.push(redactWords(words.join("\n"), sink));
    words = [];
  };
  for (const line of lines.split("\n")) {
    const redacted = /^\s*[{[]/.test(line) ? redactJsonLine(line, sink) : null;
    if (redacted === null) {
      words.push(line);
      continue;
    }
    flush();
    out.push(redacted);
  }
  flush();
  return out.join("\n");
}

/** @returns null where the line is no JSON */
function redactJsonLine(line: string, sink: JsonSink): string | null {
  // A line that only begins as JSON does is words, and stays with those around it.
  if (/[}\]]\s*$/.test(line.slice(-9)) && isHarmless(line, sink)) return line;
  try {
    const inner = jsonRedacter(sink);
    return inner.write(line) + inner.finish();
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

/**
 * Blocks of whole lines: a secret doesn't span two lines, but for a key block. Where they end depends on the text
 * alone, whatever chunks it came in.
 */
class LinePass implements Pass {
  /** What was not looked at yet. To put it together copies it, so that is done once, for each block. */
  #parts: string[] = [];
  #length = 0;
  /** Where the first block of it ends; -1 where that has not come yet. */
  #end = -1;

  constructor(private readonly redact: (lines: string) => string) {}

  write(text: string): string {
    this.#add(text);
    const out = this.#redactBlocks();
    if (this.#length > LONGEST_LINE) throw new Unredactable("a line is too long");
    return out;
  }

  finish(): string {
    return this.redact(this.#parts.join(""));
  }

  #add(text: string): void {
    const newline = this.#end < 0 ? text.indexOf("\n", BLOCK - this.#length) : -1;
    if (newline >= 0) this.#end = this.#length + newline + 1;
    this.#parts.push(text);
    this.#length += text.length;
  }

  #redactBlocks(): string {
    const out: string[] = [];
    while (this.#end >= 0 && this.#length >= BLOCK * 2) out.push(this.redact(this.#takeBlock()));
    return out.join("");
  }

  #takeBlock(): string {
    const parts = this.#parts;
    let index = 0;
    let before = 0;
    while (before + (parts[index]?.length ?? 0) < this.#end) before += parts[index++]?.length ?? 0;
    const last = parts[index] ?? "";
    const cut = this.#end - before;
    const lines = [...parts.slice(0, index), last.slice(0, cut)].join("");
    const open = openKeyBlock(lines);
    this.#parts = [];
    this.#length = 0;
    this.#end = -1;
    for (const part of [lines.slice(open), last.slice(cut), ...parts.slice(index + 1)]) this.#add(part);
    return lines.slice(0, open);
  }
}

/** @returns where a key block begins that goes on behind these lines; their end where none does */
function openKeyBlock(lines: string): number {
  const near = lines.length - LONGEST_PEM;
  const last = lines.slice(near);
  // Backwards is slow, and few texts hold a key.
  if (!last.includes("-----BEGIN ")) return lines.length;
  const begin = last.lastIndexOf("-----BEGIN ");
  return last.includes("-----END ", begin) ? lines.length : near + begin;
}

/** JSON that is no HAR is not what it says. */
class HarPass implements Pass {
  constructor(private readonly json: JsonRewriter) {}

  write(text: string): string {
    return this.json.write(text);
  }

  finish(): string {
    const rest = this.json.finish();
    if (!this.json.rootKeys.has("log")) throw new Unredactable("no HAR");
    return rest;
  }
}

/** Needs the whole text: what belongs together stands far apart. */
class WholePass implements Pass {
  readonly #parts: string[] = [];
  #length = 0;

  constructor(private readonly redact: (text: string) => string) {}

  write(text: string): string {
    this.#length += text.length;
    if (this.#length > LONGEST_HTML) throw new Unredactable("the page is too long");
    this.#parts.push(text);
    return "";
  }

  finish(): string {
    return this.redact(this.#parts.join(""));
  }
}

/** UTF-8, and nothing else: a secret in another encoding would not be found. */
class StrictDecoder {
  // Whole characters are decoded several times as fast as a stream (Node), and into texts half as large.
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** Of a character that goes on in the next chunk. */
  #begun = new Uint8Array();

  decode(chunk: Uint8Array): string {
    const bytes = this.#begun.length === 0 ? chunk : joined(this.#begun, chunk);
    const end = endOfCharacters(bytes);
    // A copy: the chunk's memory may be read into again.
    this.#begun = new Uint8Array(bytes.subarray(end));
    const text = this.#checked(bytes.subarray(0, end));
    if (chunk.includes(0)) throw new Unredactable("binary data");
    return text;
  }

  finish(): string {
    return this.#checked(this.#begun);
  }

  #checked(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes);
    } catch (cause) {
      throw new Unredactable("no UTF-8 text", { cause });
    }
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** @returns where the last character begins, if it is not whole; the end of all else */
function endOfCharacters(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let at = length - 1; at >= Math.max(length - 3, 0); at--) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const size = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return at + size > length ? at : length;
  }
  return length;
}
