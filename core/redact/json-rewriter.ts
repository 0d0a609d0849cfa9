import { type Change, type Early, Level, type Seen } from "./json-level";
import { LONG_NUMBER, type Meaning } from "./json-meaning";
import { JsonPath } from "./json-path";
import {
  endOfPlain,
  endOfScalar,
  endOfString,
  isBlank,
  isMark,
  NotJson,
  OpenString,
  parseString,
  QUOTE,
} from "./json-tokens";

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
  /** Texts of the same object that came before, and tell something. */
  seen: Seen;
  /** In an array, at its second, fourth… place: the text right before. */
  before: string | null;
}

/** What becomes of a document's texts and numbers; undefined: it stays as it stands. */
export interface Rewrites {
  string(value: string, place: JsonPlace): string | undefined;
  /** @param raw as it is written */
  number(raw: string, place: JsonPlace): string | undefined;
  /**
   * Asked at an object's end about texts that came before its name.
   * @param value of a call's arguments, what became of them
   * @param counted it was changed then already
   * @param isTooLate it stays, and can but be learnt
   */
  late(value: string, place: JsonPlace, counted: boolean, isTooLate: boolean): string | undefined;
  key(key: string): string;
}

/** For so many characters behind it a value waits for its name. What passes later is learnt, but stands already. */
const LONGEST_WAIT = 256 * 1024;
const LETTER = 0x41;
const BRACE = 0x7b;
const BRACKET = 0x5b;
const END_BRACE = 0x7d;
const END_BRACKET = 0x5d;
const COLON = 0x3a;
const NOTHING_SEEN: Seen = {};
const LONGEST_STRING = 64 * 1024 * 1024;
/** Of a text that tells something: more of it tells no more. */
const SEEN_LENGTH = 200;

/** Rewrites strings of a JSON document as it passes through; everything else keeps its bytes, numbers past 2^53 included. */
export class JsonRewriter {
  /** Keys of the outermost object, as far as it came. */
  readonly rootKeys = new Set<string>();
  /** The innermost that is open. */
  #level: Level | null = null;
  #outermost: Level | null = null;
  readonly #here = new Here();
  /** What was not looked at yet, and how many characters came before it. */
  #buffer = "";
  #passed = 0;
  /** What was looked at, but waits with a value for its name. */
  #held = "";
  /** Of what is held and after, in the document's order. */
  #changes: Change[] = [];
  /** A string that goes on in the next chunk. */
  readonly #open = new OpenString();
  /** The last string that was found stands there as it is. */
  #isPlain = true;
  #done = false;
  #started = false;

  constructor(private readonly rewrites: Rewrites) {}

  /** @returns what can be handed on. @throws NotJson */
  write(text: string): string {
    if (this.#open.isOpen) {
      this.#open.add(text);
      if (this.#open.length > LONGEST_STRING) throw new NotJson("a text is too long");
      if (this.#open.isOpen) return "";
      this.#buffer = this.#open.take();
    } else this.#buffer = this.#buffer === "" ? text : [this.#buffer, text].join("");
    return this.#consume(false);
  }

  /** @throws NotJson where the document is not whole */
  finish(): string {
    const rest = this.#consume(true);
    if (!this.#started || this.#level !== null || this.#buffer !== "") throw new NotJson("cut off");
    return rest;
  }

  #consume(last: boolean): string {
    const text = this.#buffer;
    const { length } = text;
    let at = 0;
    while (at < length) {
      const code = text.charCodeAt(at);
      if (isBlank(code)) {
        at++;
        continue;
      }
      const end =
        code === QUOTE
          ? this.#takeString(text, at)
          : isMark(code)
            ? this.#takeMark(code, at)
            : this.#takeScalar(text, at, last);
      if (end < 0) break;
      at = end;
    }
    this.#held += text.slice(0, at);
    this.#buffer = text.slice(at);
    this.#passed += at;
    if (this.#buffer.startsWith('"')) this.#open.add(this.#buffer);
    return this.#release();
  }

  /** What waits for nothing. */
  #release(): string {
    const held = this.#held;
    const start = this.#passed - held.length;
    const end = this.#firstWaiting();
    const out: string[] = [];
    let copied = start;
    let index = 0;
    for (; index < this.#changes.length; index++) {
      const change = this.#changes[index];
      if (!change || change.from >= end) break;
      if (change.text === null) continue;
      out.push(held.slice(copied - start, change.from - start), change.text);
      copied = change.to;
    }
    out.push(held.slice(copied - start, end - start));
    this.#changes = this.#changes.slice(index);
    this.#held = held.slice(end - start);
    return out.join("");
  }

  #firstWaiting(): number {
    let first = this.#passed;
    for (let level = this.#level; level !== null; level = level.outer)
      for (const { from, to } of level.early ?? [])
        if (this.#passed - to <= LONGEST_WAIT && from < first) first = from;
    return first;
  }

  /** @returns the offset behind it; -1 where its end has not come yet */
  #takeString(text: string, at: number): number {
    const level = this.#level;
    if (level?.isAtKey()) return this.#takeKey(level, text, at);
    const end = this.#endOfString(text, at);
    if (end < 0) return -1;
    const value = this.#valueOf(text, at, end);
    this.#beginValue(level);
    const changed = this.rewrites.string(value, this.#placeIn(level));
    if (level?.isObject) {
      const { meaning } = level.path;
      if (meaning.isName) level.call(value);
      if (meaning.tells !== null) level.tell(meaning.tells, value.slice(0, SEEN_LENGTH));
    }
    const kept = level?.path.meaning.isArguments ? (changed ?? value) : value;
    this.#put(at, end, changed, level, kept, false);
    this.#endValue(level, value);
    return end;
  }

  #takeKey(level: Level, text: string, at: number): number {
    // In most objects of an array the same keys come in the same order.
    const guess = level.own.guess(level.path);
    const isGuess = guess?.isPlain === true && isQuoted(text, at + 1, guess.key);
    const end = isGuess ? at + guess.key.length + 2 : this.#endOfString(text, at);
    if (end < 0) return -1;
    const key = isGuess ? guess.key : this.#valueOf(text, at, end);
    level.path = isGuess ? guess : level.own.child(key, level.path);
    if (level.outer === null) this.rootKeys.add(key);
    level.expect = "colon";
    const changed = this.rewrites.key(key);
    if (changed !== key) this.#put(at, end, changed, null, key, false);
    return end;
  }

  /** @returns the offset behind the closing quote; -1 where it has not come yet */
  #endOfString(text: string, start: number): number {
    const plain = endOfPlain(text, start + 1);
    this.#isPlain = plain >= 0;
    const quote = this.#isPlain ? plain : endOfString(text, start + 1);
    return quote < 0 ? -1 : quote + 1;
  }

  #valueOf(text: string, from: number, to: number): string {
    return this.#isPlain ? text.slice(from + 1, to - 1) : parseString(text.slice(from, to));
  }

  /** A number or a literal. @returns the offset behind it; -1 where more of it may come */
  #takeScalar(text: string, at: number, last: boolean): number {
    const end = endOfScalar(text, at, last);
    if (end < 0) return -1;
    const level = this.#level;
    this.#beginValue(level);
    const isNumber = text.charCodeAt(at) < LETTER;
    if (isNumber && (level === null || level.path.meaning.mayBeNumber || end - at >= LONG_NUMBER)) {
      const raw = text.slice(at, end);
      const changed = this.rewrites.number(raw, this.#placeIn(level));
      this.#put(at, end, changed, changed === undefined ? level : null, raw, true);
    }
    this.#endValue(level, null);
    return end;
  }

  /** @param level of an early value; null where it has its name */
  #put(
    at: number,
    end: number,
    changed: string | undefined,
    level: Level | null,
    value: string,
    isNumber: boolean,
  ): void {
    const text = changed === undefined ? null : JSON.stringify(changed);
    const from = this.#passed + at;
    const to = this.#passed + end;
    const object = level?.isObject ? level : level?.outer;
    if (level && object?.isObject && level.mayWait(text !== null)) {
      const { own, path, isObject } = level;
      const early = { from, to, text, path, own, value, isNumber, isItem: !isObject };
      this.#changes.push(early);
      object.wait(early);
    } else if (text !== null) this.#changes.push({ from, to, text });
  }

  /** @returns the offset behind it */
  #takeMark(code: number, at: number): number {
    const level = this.#level;
    if (code === BRACE || code === BRACKET) {
      this.#beginValue(level);
      this.#outermost ??= new Level(null);
      const inner = level === null ? this.#outermost : level.inner();
      inner.begin(code === BRACE, level?.path ?? JsonPath.root());
      this.#level = inner;
      return at + 1;
    }
    if (level === null) throw unexpected(code);
    if (code === END_BRACE || code === END_BRACKET) {
      const closes =
        level.isObject === (code === END_BRACE) && (level.expect === "comma" || level.expect === "first");
      if (!closes) throw unexpected(code);
      if (level.early !== null) this.#settle(level, level.early, this.#passed + at);
      level.tellOuter();
      this.#level = level.outer;
      this.#endValue(level.outer, null);
      return at + 1;
    }
    if (code === COLON && level.isObject && level.expect === "colon") level.expect = "value";
    else if (code !== COLON && level.expect === "comma") level.expect = level.isObject ? "key" : "value";
    else throw unexpected(code);
    return at + 1;
  }

  /** The object is whole: what it said of its name counts for values before it too. */
  #settle(level: Level, waiting: readonly Early[], offset: number): void {
    for (const early of waiting) {
      let around = level;
      if (early.own !== level.own) {
        // That has ended, so its level is free.
        around = level.inner();
        around.begin(!early.isItem, early.own);
      }
      around.path = early.path;
      const place = this.#placeIn(around);
      const isTooLate = offset - early.to > LONGEST_WAIT;
      const changed = early.isNumber
        ? this.rewrites.number(early.value, place)
        : this.rewrites.late(early.value, place, early.text !== null, isTooLate);
      if (changed !== undefined && !isTooLate) early.text = JSON.stringify(changed);
    }
  }

  #beginValue(level: Level | null): void {
    if (level === null) {
      if (this.#done) throw new NotJson("more than one value");
      this.#started = true;
      return;
    }
    const may = level.expect === "value" || (!level.isObject && level.expect === "first");
    if (!may) throw new NotJson("unexpected value");
  }

  /** @param text of the value, where it is one */
  #endValue(level: Level | null, text: string | null): void {
    if (level === null) {
      this.#done = true;
      return;
    }
    level.expect = "comma";
    level.count++;
    level.last = text;
  }

  /** One object for all places: there are millions, and each counts while its value is looked at alone. */
  #placeIn(level: Level | null): JsonPlace {
    const here = this.#here;
    here.at = level === null ? JsonPath.root() : level.path;
    here.name = level !== null && !level.path.meaning.isName ? level.name : null;
    here.seen = level?.seen ?? NOTHING_SEEN;
    here.before = level !== null && !level.isObject && level.count % 2 === 1 ? level.last : null;
    return here;
  }
}

/** Where the rewriter stands. */
class Here implements JsonPlace {
  at = JsonPath.root();
  name: string | null = null;
  seen: Seen = NOTHING_SEEN;
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

function isQuoted(text: string, at: number, key: string): boolean {
  const end = at + key.length;
  // A look beyond a text's end costs the compiled code.
  return end < text.length && text.charCodeAt(end) === QUOTE && text.startsWith(key, at);
}

function unexpected(code: number): NotJson {
  return new NotJson(`unexpected ${String.fromCharCode(code)}`);
}
