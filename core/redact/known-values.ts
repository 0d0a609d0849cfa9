import { type Edit, edited } from "./edits";
import type { SecretKind } from "./sensitive-names";

/** What stands in the place of a secret; equal values have equal tags. */
const TAG = /\[redacted:[a-z]+#\d+\]/;
const BEGINS_WITH_TAG = /^\s*\[redacted:/;
const SPACE = 0x20;
const BRACKET = 0x5b;
const NO_BREAK_SPACE = 0xa0;
const ANY_TAG = new RegExp(TAG.source, "g");
const SHORTEST = 6;
const PREFIX = 4;
/** A longer window moves farther, but no farther than the shortest value is long. */
const LONGEST_WINDOW = 12;
const LONGEST_KEPT = 10_000;
const TABLE_SIZE = 1 << 16;
/** Values that are words of the language, or stand in every file. */
const COMMON = new Set(
  "password secret token bearer basic session cookie username user admin test example redacted undefined localhost none null true false string object value default unknown required".split(
    " ",
  ),
);

/** Spellings that begin alike: thousands of tokens may. */
interface Alike {
  tags: Map<string, string>;
  /** Of all of them, the longest first. */
  lengths: number[];
}

/** The secrets that were learnt, each with its tag, and where they stand in a text in whatever encoding. */
export class KnownValues {
  /** By keyOf. */
  readonly #tags = new Map<string, string>();
  readonly #counts = new Map<SecretKind, number>();
  /** Values to look for everywhere, not only where a name gave them away. */
  readonly #everywhere = new Set<string>();
  readonly #byPrefix = new Map<string, Alike>();
  /** How far a window may move, by its last two characters. */
  readonly #shifts = new Uint8Array(TABLE_SIZE);
  #window = PREFIX;
  /** Names of parameters that a definition says hold credentials: `portal_login`. */
  readonly #names = new Set<string>();

  /** The tag of a value, the same every time. @param global look for it in every text of the run */
  tagOf(kind: SecretKind, value: string, global = true): string {
    if (global && (isDistinct(value) || isPassword(kind, value))) this.#everywhere.add(value);
    const key = keyOf(value);
    const known = this.#tags.get(key);
    if (known) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const tag = `[redacted:${kind}#${count}]`;
    this.#tags.set(key, tag);
    return tag;
  }

  /** What stands under this name among parameters is a secret. */
  addName(name: string): void {
    this.#names.add(name);
  }

  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  /** True where a text might have such a name in it. */
  mayHoldName(text: string): boolean {
    for (const name of this.#names) if (text.includes(name)) return true;
    return false;
  }

  /** A string that the user wants out, however short and common it is. */
  addWord(word: string): void {
    this.tagOf("word", word, false);
    this.#everywhere.add(word);
  }

  /** Ends learning: from now on texts are searched for all values in all their encodings. */
  seal(): void {
    const tags = new Map<string, string>();
    for (const value of this.#everywhere) {
      const tag = this.#tags.get(keyOf(value)) ?? "[redacted:secret#0]";
      const decoded = percentDecoded(value);
      const also = decoded !== value && isDistinct(decoded) ? variantsOf(decoded) : [];
      for (const variant of [...variantsOf(value), ...also])
        for (const spelling of [variant, codesInUpperCase(variant)])
          if (spelling.length >= PREFIX && !tags.has(spelling)) tags.set(spelling, tag);
    }
    const lengths = [...tags.keys()].map(({ length }) => length);
    this.#window = lengths.reduce((least, length) => Math.min(least, length), LONGEST_WINDOW);
    this.#shifts.fill(this.#window - 1);
    this.#byPrefix.clear();
    for (const [variant, tag] of tags) this.#index(variant, tag);
    for (const { lengths } of this.#byPrefix.values()) lengths.sort((a, b) => b - a);
  }

  /**
   * Replaces known values; tags that stand there stay. Looks at the last two characters of a window and moves on as
   * far as these can't stand in the beginning of any value (Wu and Manber, 1994).
   * @param onHit for each
   */
  replaceIn(text: string, onHit: () => void): string {
    if (this.#byPrefix.size === 0 || text.length < this.#window) return text;
    const once = this.#replaceIn(text, text, onHit);
    const upper = codesInUpperCase(once);
    return upper === once ? once : this.#replaceIn(once, upper, onHit);
  }

  /** True where a known value stands in a text. */
  isIn(text: string): boolean {
    return this.replaceIn(text, () => {}) !== text;
  }

  /** @param searched the text, with the same spelling of codes as the values */
  #replaceIn(text: string, searched: string, onHit: () => void): string {
    const edits: Edit[] = [];
    const shifts = this.#shifts;
    const { length } = text;
    const last = this.#window - 1;
    for (let at = last; at < length; ) {
      const shift = shifts[pairHash(searched.charCodeAt(at - 1), searched.charCodeAt(at))] ?? 0;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const start = at - last;
      const alike = this.#byPrefix.get(searched.slice(start, start + PREFIX));
      const found = alike?.lengths.find((each) => alike.tags.has(searched.slice(start, start + each)));
      if (!alike || found === undefined) {
        at++;
        continue;
      }
      const end = start + found;
      edits.push({ from: start, to: end, text: alike.tags.get(searched.slice(start, end)) ?? "" });
      at = end + last;
      onHit();
    }
    return edited(text, edits);
  }

  #index(variant: string, tag: string): void {
    const prefix = variant.slice(0, PREFIX);
    const alike: Alike = this.#byPrefix.get(prefix) ?? { tags: new Map(), lengths: [] };
    if (!alike.lengths.includes(variant.length)) alike.lengths.push(variant.length);
    alike.tags.set(variant, tag);
    this.#byPrefix.set(prefix, alike);
    for (let at = 1; at < this.#window; at++) {
      const hash = pairHash(variant.charCodeAt(at - 1), variant.charCodeAt(at));
      this.#shifts[hash] = Math.min(this.#shifts[hash] ?? 0, this.#window - 1 - at);
    }
  }
}

/** Pictures are many megabytes, and there are thousands in a run: a long value is known by two hashes (FNV-1a's way). */
function keyOf(value: string): string {
  if (value.length <= LONGEST_KEPT) return value;
  let first = 0x811c9dc5;
  let second = 0x9747b28c;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x5bd1e995);
  }
  return `${value.length} characters: ${first} ${second}`;
}

function pairHash(first: number, second: number): number {
  return ((first << 8) ^ second) & (TABLE_SIZE - 1);
}

/** True where a text is nothing but tags, so that a second pass leaves it. */
export function isTag(text: string): boolean {
  // Most texts begin with neither a bracket nor a blank.
  const first = text.charCodeAt(0);
  if (first !== BRACKET && first > SPACE && first < NO_BREAK_SPACE) return false;
  return BEGINS_WITH_TAG.test(text) && text.replace(ANY_TAG, "").trim() === "";
}

/** A value that stands for nothing else where it is met again. */
function isDistinct(value: string): boolean {
  if (value.length < SHORTEST || COMMON.has(value.toLowerCase()) || isTag(value)) return false;
  if (/^\d+$/.test(value)) return value.length >= 9;
  if (/^[a-z]+$/i.test(value)) return value.length >= 16 || /[a-z][A-Z]/.test(value);
  if (/^\d[\d\s.:/,-]*$/.test(value)) return value.replace(/\D/g, "").length >= 12;
  return true;
}

/** A password of letters alone is a word to everybody else, and must go all the same. */
function isPassword(kind: SecretKind, value: string): boolean {
  return kind === "password" && value.length >= 8 && !COMMON.has(value.toLowerCase()) && !isTag(value);
}

/** A text that looks drawn at random: as codes and keys do, and words don't. */
export function looksRandom(value: string): boolean {
  if (value.length < 8 || /\s/.test(value)) return false;
  const digits = (value.match(/\d/g) ?? []).length;
  const letters = (value.match(/[a-z]/gi) ?? []).length;
  return digits >= 2 && letters >= 2 && entropy(value) >= 2.7;
}

/** Bits a character, by the characters' own frequency. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** A value as it may stand in a text: redaction.md, "by known value". */
function variantsOf(value: string): Set<string> {
  const bytes = new TextEncoder().encode(value);
  const hexed = hexOf(bytes);
  const json = JSON.stringify(value).slice(1, -1);
  const variants = new Set([
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    htmlEscaped(value),
    htmlEscaped(value).replaceAll("&#39;", "&#x27;"),
    htmlEscaped(value).replaceAll("&#39;", "&apos;"),
    value.replaceAll("/", "\\/"),
    asciiEscaped(json),
    hexed,
    hexed.toUpperCase(),
    Array.from(value, (character) => `${character}\u0000`).join(""),
    entities(value, 10, "&#"),
    entities(value, 16, "&#x"),
    ...base64Parts(bytes),
    ...base64Parts(utf16(value)),
    hexOf(utf16(value)),
    encodeSafely(value).replaceAll("%2F", "/"),
  ]);
  const url = encodeSafely(value);
  for (const once of [url, url.replaceAll("%20", "+"), strictUrl(url)]) {
    variants.add(once);
    variants.add(encodeSafely(once));
  }
  return variants;
}

const CODES = /%(?:25)*[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}/g;

/** Percent codes and JSON's in one spelling, so that each is found in any; as long as before. */
function codesInUpperCase(text: string): string {
  if (!text.includes("%") && !text.includes("\\u")) return text;
  return text.replace(CODES, (code) =>
    code.startsWith("%") ? code.toUpperCase() : code.slice(0, 2) + code.slice(2).toUpperCase(),
  );
}

function percentDecoded(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function htmlEscaped(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Each character by its number, as pages write what they hide from harvesters. */
function entities(value: string, base: 10 | 16, before: string): string {
  return Array.from(value, (character) => `${before}${(character.codePointAt(0) ?? 0).toString(base)};`).join(
    "",
  );
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Little-endian, as Windows writes texts. */
function utf16(value: string): Uint8Array {
  const bytes = new Uint8Array(value.length * 2);
  for (let at = 0; at < value.length; at++) {
    bytes[at * 2] = value.charCodeAt(at) & 0xff;
    bytes[at * 2 + 1] = value.charCodeAt(at) >> 8;
  }
  return bytes;
}

/** As some programs write JSON: everything beyond ASCII as \\uXXXX. */
function asciiEscaped(json: string): string {
  return json.replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function strictUrl(encoded: string): string {
  return encoded.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Lone surrogates can't be encoded; such a value has no URL form. */
function encodeSafely(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return value;
  }
}

/** What is sure to stand in the base64 of any text that holds the value: at each of three offsets. */
function base64Parts(bytes: Uint8Array): string[] {
  const parts: string[] = [];
  for (const offset of [0, 1, 2]) {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const whole = btoa(String.fromCharCode(...padded)).replace(/=+$/, "");
    // The first characters hold bits of what stands before, the last one of what follows.
    const from = offset === 0 ? 0 : offset + 1;
    const to = Math.floor((padded.length * 8) / 6);
    const part = whole.slice(from, to);
    if (part.length < 8) continue;
    parts.push(part, part.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return parts;
}
