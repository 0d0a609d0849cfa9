/** The document is no JSON, or a text in it is too long to be held. */
export class NotJson extends Error {
  override name = "NotJson";
}

export const QUOTE = 0x22;
const SPACE = 0x20;
const BACKSLASH = 0x5c;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LONGEST_SCALAR = 400;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export function isBlank(code: number): boolean {
  return code === SPACE || code === 0x0a || code === 0x0d || code === 0x09;
}

/** One of `{}[]:,`. */
export function isMark(code: number): boolean {
  return code === 0x2c || code === 0x3a || code === 0x7b || code === 0x7d || code === 0x5b || code === 0x5d;
}

/**
 * The end of a string without an escape, and without a control character, which may not stand in one as it is.
 * @param from behind the opening quote. @returns the offset of the closing one; -1 for any other string
 */
export function endOfPlain(text: string, from: number): number {
  const { length } = text;
  for (let at = from; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code < SPACE || code === BACKSLASH || (code >= 0x7f && code < 0xa0)) return -1;
  }
  return -1;
}

/**
 * @param from behind the opening quote, or anywhere in the string
 * @param slashes so many backslashes stand right before it
 * @returns the offset of the closing quote; -1 where it has not come yet
 */
export function endOfString(text: string, from: number, slashes = 0): number {
  for (let quote = text.indexOf('"', from); quote >= 0; quote = text.indexOf('"', quote + 1))
    if (slashesBefore(text, quote, from, slashes) % 2 === 0) return quote;
  return -1;
}

/** @param before so many more stand before `from` */
function slashesBefore(text: string, end: number, from: number, before: number): number {
  let at = end;
  while (at > from && text.charCodeAt(at - 1) === BACKSLASH) at--;
  return end - at + (at === from ? before : 0);
}

/**
 * A string that is longer than the chunks it comes in. It is put together when it is whole: a body of many megabytes
 * is not copied for each of them.
 */
export class OpenString {
  #parts: string[] = [];
  #slashes = 0;
  isOpen = false;
  length = 0;

  /** @param part the first one begins with the opening quote */
  add(part: string): void {
    const from = this.isOpen ? 0 : 1;
    this.isOpen = endOfString(part, from, this.#slashes) < 0;
    this.#slashes = slashesBefore(part, part.length, from, this.#slashes);
    this.#parts.push(part);
    this.length += part.length;
  }

  /** @returns all of it, with what came behind it */
  take(): string {
    const text = this.#parts.join("");
    this.#parts = [];
    this.#slashes = 0;
    this.isOpen = false;
    this.length = 0;
    return text;
  }
}

/** @param raw with its quotes. @throws NotJson */
export function parseString(raw: string): string {
  try {
    const value: unknown = JSON.parse(raw);
    return String(value);
  } catch (cause) {
    throw new NotJson("a text is damaged", { cause });
  }
}

/** The end of a number or a literal; -1 where more of it may come: `15` may be the beginning of `15.9e3`. @throws NotJson */
export function endOfScalar(text: string, from: number, isLast: boolean): number {
  const { length } = text;
  let at = from;
  let dots = 0;
  let code = 0;
  for (; at < length; at++) {
    code = text.charCodeAt(at);
    if (code === DOT) dots++;
    else if (code < ZERO || code > NINE) break;
  }
  // Most are digits, with one dot at most, and need no closer look.
  if (at < length && dots < 2 && !isOfScalar(code) && isSimpleNumber(text, from, at)) return at;
  while (at < length && isOfScalar(text.charCodeAt(at))) at++;
  if (at === length && !isLast && at - from < LONGEST_SCALAR) return -1;
  const raw = text.slice(from, at);
  if (raw === "true" || raw === "false" || raw === "null" || NUMBER.test(raw)) return at;
  throw new NotJson(`unexpected ${text.slice(from, from + 10)}`);
}

/** Of digits with one dot at most. */
function isSimpleNumber(text: string, from: number, to: number): boolean {
  if (to === from || text.charCodeAt(to - 1) === DOT) return false;
  const first = text.charCodeAt(from);
  return first === ZERO ? to - from === 1 || text.charCodeAt(from + 1) === DOT : first !== DOT;
}

function isOfScalar(code: number): boolean {
  return (
    (code >= ZERO && code <= NINE) ||
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x2d ||
    code === 0x2b ||
    code === DOT ||
    code === 0x5f
  );
}
