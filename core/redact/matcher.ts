import { binaryForms, writtenForms } from "./encodings";
import { needsBorders } from "./values";
import type { Known } from "./vault";

/** Where a known value stands in a text. */
export interface Match {
  start: number;
  end: number;
  known: Known;
}

/**
 * `core`: the longest run of letters and digits of a value, which every encoding of text leaves as it is; what is
 * around it is then compared in any encoding. `exact`: as it is. `run`: found inside base64, whose whole run goes.
 */
interface Needle {
  text: string;
  known: Known;
  how: "core" | "exact" | "run";
}

const BLOCK = 3;
const WINDOW = 8;
const LONGEST_CORE = 48;
const LONGEST_BINARY = 2_048;

/**
 * Finds thousands of values in one go over a text, in linear time: Wu and Manber's shifts over blocks of three
 * characters, so that most of a text is stepped over.
 */
export class Matcher {
  readonly #buckets = new Map<number, Needle[]>();
  readonly #shifts: Uint8Array;
  readonly #window: number;

  constructor(values: readonly Known[]) {
    const needles = values.flatMap(needlesOf);
    this.#window = needles.reduce((least, { text }) => Math.min(least, text.length), WINDOW);
    this.#shifts = new Uint8Array(needles.length === 0 ? 0 : 1 << 21).fill(this.#window - BLOCK + 1);
    for (const needle of needles) this.#add(needle);
  }

  #add(needle: Needle): void {
    for (let last = BLOCK - 1; last < this.#window; last++) {
      const block = blockAt(needle.text, last);
      const shift = this.#window - 1 - last;
      if (shift < (this.#shifts[block] ?? 0)) this.#shifts[block] = shift;
      if (shift === 0) {
        const bucket = this.#buckets.get(block);
        if (bucket) bucket.push(needle);
        else this.#buckets.set(block, [needle]);
      }
    }
  }

  /** Calls back for every place of a known value; places may overlap. */
  find(text: string, found: (match: Match) => void): void {
    const shifts = this.#shifts;
    if (shifts.length === 0) return;
    const window = this.#window;
    const length = text.length;
    let at = window - 1;
    while (at < length) {
      const block =
        ((text.charCodeAt(at - 2) & 127) << 14) |
        ((text.charCodeAt(at - 1) & 127) << 7) |
        (text.charCodeAt(at) & 127);
      const shift = shifts[block] ?? 1;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const start = at - window + 1;
      let next = at + 1;
      for (const needle of this.#buckets.get(block) ?? []) {
        if (!text.startsWith(needle.text, start)) continue;
        const match = matchOf(text, start, needle);
        if (!match) continue;
        found(match);
        // What ends a run of base64 need not be looked at again: it goes whole.
        if (needle.how === "run") next = Math.max(next, match.end);
      }
      at = next;
    }
  }
}

function blockAt(text: string, last: number): number {
  return (
    ((text.charCodeAt(last - 2) & 127) << 14) |
    ((text.charCodeAt(last - 1) & 127) << 7) |
    (text.charCodeAt(last) & 127)
  );
}

function needlesOf(known: Known): Needle[] {
  const { value } = known;
  const core = longestRun(value);
  // Any three characters are enough to look by; fewer are too common for what must be compared next.
  const needles: Needle[] =
    core.length >= 4 || core === value
      ? [{ text: core, known, how: "core" }]
      : spellings(value).map((text) => ({ text, known, how: "exact" }));
  if (value.length < 6) return needles.filter(({ text }) => text.length >= BLOCK);
  const { runs, exact } = binaryForms(value.slice(0, LONGEST_BINARY));
  for (const text of runs) needles.push({ text, known, how: "run" });
  for (const text of exact) needles.push({ text, known, how: "exact" });
  return needles.filter(({ text }) => text.length >= BLOCK);
}

function longestRun(value: string): string {
  let best = "";
  for (const [run] of value.matchAll(/[A-Za-z0-9]+/g)) if (run.length > best.length) best = run;
  return best.slice(0, LONGEST_CORE);
}

/** A value without a run to look by, in each encoding as a whole. */
function spellings(value: string): string[] {
  const characters = [...value];
  const most = Math.max(...characters.map((character) => writtenForms(character).length));
  const made = new Set([value, value.replaceAll(" ", "+"), JSON.stringify(value).slice(1, -1)]);
  for (let form = 0; form < most; form++)
    made.add(characters.map((character) => writtenForms(character)[form] ?? character).join(""));
  return [...made];
}

function matchOf(text: string, start: number, needle: Needle): Match | null {
  const { known } = needle;
  if (needle.how === "run") return base64Run(text, start, start + needle.text.length, known);
  if (needle.how === "exact") return bordered(text, { start, end: start + needle.text.length, known });
  return around(text, start, needle);
}

/** The value around its core, each character in whichever encoding. */
function around(text: string, at: number, { text: core, known }: Needle): Match | null {
  const { value } = known;
  const offset = value.indexOf(core);
  if (text.startsWith(value, at - offset) && at >= offset)
    return bordered(text, { start: at - offset, end: at - offset + value.length, known });
  let end = at + core.length;
  for (const character of value.slice(offset + core.length)) {
    const form = writtenForms(character).find((written) => text.startsWith(written, end));
    if (form === undefined) return null;
    end += form.length;
  }
  let start = at;
  for (const character of [...value.slice(0, offset)].reverse()) {
    const form = writtenForms(character).find(
      (written) => start >= written.length && text.startsWith(written, start - written.length),
    );
    if (form === undefined) return null;
    start -= form.length;
  }
  return bordered(text, { start, end, known });
}

function bordered(text: string, match: Match): Match | null {
  if (!needsBorders(match.known.value)) return match;
  if (isWord(text.charCodeAt(match.end))) return null;
  return !isWord(text.charCodeAt(match.start - 1)) || endsEscape(text, match.start) ? match : null;
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** True where the letter before belongs to an escape: `%20`, `\n`, `\u0022`. */
function endsEscape(text: string, at: number): boolean {
  return /(?:%[0-9a-f]{2}|\\[nrtbf]|\\u[0-9a-f]{4})$/i.test(text.slice(Math.max(0, at - 6), at));
}

function base64Run(text: string, from: number, to: number, known: Known): Match {
  let start = from;
  let end = to;
  while (start > 0 && isBase64(text.charCodeAt(start - 1))) start--;
  while (end < text.length && isBase64(text.charCodeAt(end))) end++;
  while (text.charCodeAt(end) === 61) end++;
  return { start, end, known };
}

/** Letters and digits of either base64 alphabet. */
function isBase64(code: number): boolean {
  return isWord(code) || code === 43 || code === 47 || code === 45 || code === 95;
}
