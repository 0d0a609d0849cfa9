import type { Meaning } from "./json-meaning";
import { JsonPath } from "./json-path";

/** Where a string or number of a JSON document stands. */
export interface JsonPlace {
  /** Key that it stands under; the array's key within an array. */
  key: string;
  /** What the object around it calls itself: the value of its `name` (or the like), where that came before. */
  name: string | null;
  /** Keys from the root, `[]` for arrays. */
  path: readonly string[];
  /** What these say. */
  meaning: Meaning;
  /** Other texts of the same object that came before. */
  seen: ReadonlyMap<string, string>;
  /** In an array, at its second, fourth… place: the text right before. */
  before: string | null;
}

/** What a value becomes; undefined: it stays as it stands. */
export type RewriteString = (value: string, place: JsonPlace) => string | undefined;
/** The same for a number, given as it is written. */
export type RewriteNumber = (raw: string, place: JsonPlace) => string | undefined;

/** The document is no JSON, or a text in it is too long to be held. */
export class NotJson extends Error {
  override name = "NotJson";
}

interface Level {
  isObject: boolean;
  /** Where it stands itself, and where its next value does. */
  own: JsonPath;
  path: JsonPath;
  expect: "value" | "key" | "colon" | "comma" | "first";
  name: string | null;
  /** Made when there is something to hold: objects come by the million. */
  seen: Map<string, string> | null;
  early: Early[] | null;
  /** In an array: how many values came, and the last one where it is a text. */
  count: number;
  last: string | null;
}

/** A value that came before what tells its name. */
interface Early {
  path: JsonPath;
  /** A text, or a number as it is written. */
  value: string;
  isNumber: boolean;
  /** Which piece of what waits to be written. */
  at: number;
  /** Characters of the document before it. */
  since: number;
}

/** So many characters a value waits for its name. What passes later is learnt, but stands already. */
const LONGEST_WAIT = 256 * 1024;
/** What an element says of itself in its attributes counts for its own value too. */
const OF_ATTRIBUTES = ["type", "autocomplete"];
const SPACE = 0x20;
const QUOTE = 0x22;
const LETTER = 0x41;
const LITERAL = /^(?:true|false|null)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LONGEST_SCALAR = 400;
const NOTHING_SEEN: ReadonlyMap<string, string> = new Map();
const LONGEST_STRING = 64 * 1024 * 1024;
const SEEN_LENGTH = 200;

/** Rewrites strings of a JSON document as it passes through; everything else keeps its bytes, numbers past 2^53 included. */
export class JsonRewriter {
  /** Keys of the outermost object, as far as it came. */
  readonly rootKeys = new Set<string>();
  readonly #levels: Level[] = [];
  readonly #here = new Here();
  #buffer = "";
  /** Characters before the buffer. */
  #passed = 0;
  /** What is rewritten, but waits with a value for its name. */
  readonly #out: string[] = [];
  /** How far the end of an unfinished string was looked for. */
  #searched = 0;
  /** What the last value or key becomes. */
  #changed: string | undefined;
  #done = false;
  #started = false;

  constructor(
    private readonly rewriteString: RewriteString,
    private readonly rewriteNumber: RewriteNumber,
    /** Asked at an object's end about texts that came before its name. */
    private readonly late: RewriteString = () => undefined,
    /** What a key becomes. */
    private readonly rewriteKey: (key: string) => string = (key) => key,
  ) {}

  /** @returns what can be handed on. @throws NotJson */
  write(text: string): string {
    this.#buffer += text;
    return this.#consume(false);
  }

  /** @throws NotJson where the document is not whole */
  finish(): string {
    const rest = this.#consume(true);
    if (!this.#started || this.#levels.length > 0 || this.#buffer.trim() !== "") throw new NotJson("cut off");
    return rest;
  }

  #consume(last: boolean): string {
    const text = this.#buffer;
    let copied = 0;
    const put = (from: number, to: number, early: Early | null) => {
      const changed = this.#changed;
      if (changed === undefined && !early) return;
      this.#out.push(text.slice(copied, from), changed ?? text.slice(from, to));
      copied = to;
      if (!early) return;
      early.at = this.#out.length - 1;
      early.since = this.#passed + from;
    };
    let at = 0;
    for (;;) {
      let code = text.charCodeAt(at);
      while (code <= SPACE && isBlank(code)) code = text.charCodeAt(++at);
      if (at >= text.length) break;
      if (code === QUOTE) {
        const end = this.#endOfString(text, at);
        if (end < 0) break;
        const early = this.#takeString(text, at, end);
        put(at, end, early);
        at = end;
      } else if (isMark(code)) {
        this.#takeMark(text.charAt(at), this.#passed + at);
        at++;
      } else {
        const raw = this.#scalar(text, at, last);
        if (raw === null) break;
        put(at, at + raw.length, this.#takeScalar(raw));
        at += raw.length;
      }
    }
    this.#out.push(text.slice(copied, at));
    this.#buffer = text.slice(at);
    this.#passed += at;
    this.#searched = Math.max(this.#searched - at, 0);
    if (this.#buffer.length > LONGEST_STRING) throw new NotJson("a text is too long");
    return this.#release();
  }

  /** What waits for nothing. */
  #release(): string {
    const waiting = this.#levels.flatMap(({ early }) => early ?? []);
    const first = waiting
      .filter(({ since }) => this.#passed - since <= LONGEST_WAIT)
      .reduce((least, { at }) => Math.min(least, at), this.#out.length);
    const ready = this.#out.splice(0, first).join("");
    for (const early of waiting) early.at -= first;
    return ready;
  }

  /** @returns the offset behind the closing quote; -1 where it has not come yet */
  #endOfString(text: string, start: number): number {
    let from = Math.max(start + 1, this.#searched);
    for (;;) {
      const quote = text.indexOf('"', from);
      if (quote < 0) {
        this.#searched = Math.max(text.length, start + 1);
        return -1;
      }
      let slashes = 0;
      while (text[quote - 1 - slashes] === "\\" && quote - 1 - slashes > start) slashes++;
      if (slashes % 2 === 0) {
        this.#searched = 0;
        return quote + 1;
      }
      from = quote + 1;
    }
  }

  /** A number or a literal; null where more of it may come. */
  #scalar(text: string, at: number, last: boolean): string | null {
    let end = at;
    let isWhole = true;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code >= 0x30 && code <= 0x39) continue;
      if (!isOfScalar(code)) break;
      isWhole = false;
    }
    // `15` may be the beginning of `15.9e3`.
    if (end === text.length && !last && end - at < LONGEST_SCALAR) return null;
    const raw = text.slice(at, end);
    // Most are whole numbers, and these need no closer look.
    if (isWhole && (raw.length === 1 || (raw.length > 1 && raw.charCodeAt(0) !== 0x30))) return raw;
    if (LITERAL.test(raw) || NUMBER.test(raw)) return raw;
    throw new NotJson(`unexpected ${text.slice(at, at + 10)}`);
  }

  #takeString(text: string, from: number, to: number): Early | null {
    const level = this.#levels.at(-1);
    const value = isPlain(text, from + 1, to - 1)
      ? text.slice(from + 1, to - 1)
      : parseString(text.slice(from, to));
    if (level?.isObject && (level.expect === "key" || level.expect === "first")) {
      level.path = level.own.child(value, level.path);
      if (this.#levels.length === 1) this.rootKeys.add(value);
      level.expect = "colon";
      const key = this.rewriteKey(value);
      this.#changed = key === value ? undefined : JSON.stringify(key);
      return null;
    }
    this.#beginValue();
    const changed = this.rewriteString(value, this.#place());
    if (level?.isObject) {
      if (level.name === null && level.path.meaning.isName) level.name = value;
      if (value.length <= SEEN_LENGTH) {
        level.seen ??= new Map();
        level.seen.set(level.path.key, value);
      }
    }
    const early = changed !== undefined && this.#place().name !== null ? null : this.#early(value, false);
    this.#endValue(value);
    this.#changed = changed === undefined ? undefined : JSON.stringify(changed);
    return early;
  }

  #takeScalar(raw: string): Early | null {
    this.#beginValue();
    const isNumber = raw.charCodeAt(0) < LETTER;
    const changed = isNumber ? this.rewriteNumber(raw, this.#place()) : undefined;
    const early = isNumber && changed === undefined ? this.#early(raw, true) : null;
    this.#endValue();
    this.#changed = changed === undefined ? undefined : JSON.stringify(changed);
    return early;
  }

  #early(value: string, isNumber: boolean): Early | null {
    const level = this.#levels.at(-1);
    if (!level?.isObject || !level.path.meaning.isValue || value.length > LONGEST_WAIT) return null;
    const early = { path: level.path, value, isNumber, at: 0, since: 0 };
    level.early ??= [];
    level.early.push(early);
    return early;
  }

  #takeMark(mark: string, offset: number): void {
    const level = this.#levels.at(-1);
    if (mark === "{" || mark === "[") {
      this.#beginValue();
      const isObject = mark === "{";
      const own = level?.path ?? JsonPath.root();
      this.#levels.push({
        isObject,
        own,
        path: isObject ? own : own.items(),
        expect: "first",
        name: null,
        seen: null,
        early: null,
        count: 0,
        last: null,
      });
      return;
    }
    if (!level) throw new NotJson(`unexpected ${mark}`);
    if (mark === "}" || mark === "]") {
      const closes =
        level.isObject === (mark === "}") && (level.expect === "comma" || level.expect === "first");
      if (!closes) throw new NotJson(`unexpected ${mark}`);
      for (const early of level.early ?? []) this.#settle(level, early, offset);
      this.#levels.pop();
      this.#tellParent(level);
      this.#endValue();
      return;
    }
    if (mark === ":" && level.isObject && level.expect === "colon") level.expect = "value";
    else if (mark === "," && level.expect === "comma") level.expect = level.isObject ? "key" : "value";
    else throw new NotJson(`unexpected ${mark}`);
  }

  #tellParent({ seen }: Level): void {
    const parent = this.#levels.at(-1);
    if (!seen || !parent?.isObject || parent.path.key !== "attributes") return;
    for (const key of OF_ATTRIBUTES) {
      const value = seen.get(key);
      if (value === undefined) continue;
      parent.seen ??= new Map();
      if (!parent.seen.has(key)) parent.seen.set(key, value);
    }
  }

  /** The object is whole: what it said of its name counts for values before it too. */
  #settle(level: Level, { path, value, isNumber, at, since }: Early, offset: number): void {
    level.path = path;
    const changed = (isNumber ? this.rewriteNumber : this.late)(value, this.#place());
    if (changed !== undefined && offset - since <= LONGEST_WAIT) this.#out[at] = JSON.stringify(changed);
  }

  #beginValue(): void {
    const level = this.#levels.at(-1);
    if (!level) {
      if (this.#done) throw new NotJson("more than one value");
      this.#started = true;
      return;
    }
    const may = level.expect === "value" || (!level.isObject && level.expect === "first");
    if (!may) throw new NotJson("unexpected value");
  }

  /** @param text of the value, where it is one */
  #endValue(text: string | null = null): void {
    const level = this.#levels.at(-1);
    if (level) {
      level.expect = "comma";
      level.count++;
      level.last = text;
    } else this.#done = true;
  }

  /** One object for all places: there are millions, and each counts while its value is looked at alone. */
  #place(): JsonPlace {
    const level = this.#levels.at(-1);
    const here = this.#here;
    here.at = level?.path ?? JsonPath.root();
    here.name = level?.isObject && level.name !== null && !level.path.meaning.isName ? level.name : null;
    here.seen = level?.seen ?? NOTHING_SEEN;
    here.before = level && !level.isObject && level.count % 2 === 1 ? level.last : null;
    return here;
  }
}

/** Where the rewriter stands. */
class Here implements JsonPlace {
  at = JsonPath.root();
  name: string | null = null;
  seen: ReadonlyMap<string, string> = NOTHING_SEEN;
  before: string | null = null;

  get key(): string {
    return this.at.key;
  }

  get path(): readonly string[] {
    return this.at.keys;
  }

  get meaning(): Meaning {
    return this.at.meaning;
  }
}

function isBlank(code: number): boolean {
  return code === SPACE || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Without an escape, and without a control character, which may not stand in a text as it is. */
function isPlain(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code < SPACE || code === 0x5c || (code >= 0x7f && code < 0xa0)) return false;
  }
  return true;
}

/** What numbers and literals are made of, beside digits. */
function isOfScalar(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x2d ||
    code === 0x2b ||
    code === 0x2e ||
    code === 0x5f
  );
}

/** One of `{}[]:,`. */
function isMark(code: number): boolean {
  return code === 0x2c || code === 0x3a || code === 0x7b || code === 0x7d || code === 0x5b || code === 0x5d;
}

function parseString(raw: string): string {
  try {
    const value: unknown = JSON.parse(raw);
    return String(value);
  } catch (cause) {
    throw new NotJson("a text is damaged", { cause });
  }
}
