/** Where a string or number of a JSON document stands. */
export interface JsonPlace {
  /** Key that it stands under; the array's key within an array. */
  key: string;
  /** What the object around it calls itself: the value of its `name` (or the like), where that came before. */
  name: string | null;
  /** Keys from the root, `[]` for arrays. */
  path: readonly string[];
  /** Other texts of the same object that came before. */
  seen: ReadonlyMap<string, string>;
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
  key: string;
  expect: "value" | "key" | "colon" | "comma" | "first";
  name: string | null;
  seen: Map<string, string>;
  /** Values that came before what tells their names. */
  early: [string, string][];
}

const EARLY_KEYS = new Set(["value", "text", "content"]);
const NAMES = new Set(["name", "key", "label", "header", "field", "parameter", "id"]);
const BLANK = /[ \t\r\n]*/y;
const LITERAL = /(?:true|false|null)(?![A-Za-z0-9_])/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NOTHING_SEEN: ReadonlyMap<string, string> = new Map();
const LONGEST_STRING = 64 * 1024 * 1024;
const SEEN_LENGTH = 200;

/** Rewrites strings of a JSON document as it passes through; everything else keeps its bytes, numbers past 2^53 included. */
export class JsonRewriter {
  readonly #levels: Level[] = [];
  readonly #here = new Here(this.#levels);
  #buffer = "";
  /** How far the end of an unfinished string was looked for. */
  #searched = 0;
  #done = false;
  #started = false;

  constructor(
    private readonly rewriteString: RewriteString,
    private readonly rewriteNumber: RewriteNumber,
    /** Told at an object's end of values that came before its name: they are written already, but can be learnt. */
    private readonly late: (value: string, place: JsonPlace) => void = () => {},
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
    const out: string[] = [];
    let copied = 0;
    let at = 0;
    for (;;) {
      BLANK.lastIndex = at;
      at += BLANK.exec(text)?.[0].length ?? 0;
      if (at >= text.length) break;
      const character = text[at] ?? "";
      if (character === '"') {
        const end = this.#endOfString(text, at);
        if (end < 0) break;
        const raw = text.slice(at, end);
        const changed = this.#takeString(raw);
        if (changed !== undefined) {
          out.push(text.slice(copied, at), changed);
          copied = end;
        }
        at = end;
      } else if ("{}[]:,".includes(character)) {
        this.#takeMark(character);
        at++;
      } else {
        const raw = this.#scalar(text, at, last);
        if (raw === null) break;
        const changed = this.#takeScalar(raw);
        if (changed !== undefined) {
          out.push(text.slice(copied, at), changed);
          copied = at + raw.length;
        }
        at += raw.length;
      }
    }
    out.push(text.slice(copied, at));
    this.#buffer = text.slice(at);
    this.#searched = Math.max(this.#searched - at, 0);
    if (this.#buffer.length > LONGEST_STRING) throw new NotJson("a text is too long");
    return out.join("");
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
    LITERAL.lastIndex = at;
    NUMBER.lastIndex = at;
    const raw = LITERAL.exec(text)?.[0] ?? NUMBER.exec(text)?.[0];
    if (raw !== undefined && (at + raw.length < text.length || last)) return raw;
    if (!last && text.length - at < 400) return null;
    throw new NotJson(`unexpected ${text.slice(at, at + 10)}`);
  }

  #takeString(raw: string): string | undefined {
    const level = this.#levels.at(-1);
    // Control characters may not stand in a text as they are.
    const plain = !raw.includes("\\") && !/\p{Cc}/u.test(raw);
    const value = plain ? raw.slice(1, -1) : parseString(raw);
    if (level?.isObject && (level.expect === "key" || level.expect === "first")) {
      level.key = value;
      level.expect = "colon";
      const key = this.rewriteKey(value);
      return key === value ? undefined : JSON.stringify(key);
    }
    this.#beginValue();
    const changed = this.rewriteString(value, this.#place());
    if (level?.isObject) {
      if (NAMES.has(level.key) && level.name === null) level.name = value;
      if (value.length <= SEEN_LENGTH) level.seen.set(level.key, value);
      if (EARLY_KEYS.has(level.key)) level.early.push([level.key, value]);
    }
    this.#endValue();
    return changed === undefined ? undefined : JSON.stringify(changed);
  }

  #takeScalar(raw: string): string | undefined {
    this.#beginValue();
    const changed = /^[-\d]/.test(raw) ? this.rewriteNumber(raw, this.#place()) : undefined;
    this.#endValue();
    return changed === undefined ? undefined : JSON.stringify(changed);
  }

  #takeMark(mark: string): void {
    const level = this.#levels.at(-1);
    if (mark === "{" || mark === "[") {
      this.#beginValue();
      const isObject = mark === "{";
      const key = isObject ? "" : (level?.key ?? "");
      this.#levels.push({ isObject, key, expect: "first", name: null, seen: new Map(), early: [] });
      return;
    }
    if (!level) throw new NotJson(`unexpected ${mark}`);
    if (mark === "}" || mark === "]") {
      const closes =
        level.isObject === (mark === "}") && (level.expect === "comma" || level.expect === "first");
      if (!closes) throw new NotJson(`unexpected ${mark}`);
      for (const [key, value] of level.early) {
        level.key = key;
        this.late(value, this.#place());
      }
      this.#levels.pop();
      this.#endValue();
      return;
    }
    if (mark === ":" && level.isObject && level.expect === "colon") level.expect = "value";
    else if (mark === "," && level.expect === "comma") level.expect = level.isObject ? "key" : "value";
    else throw new NotJson(`unexpected ${mark}`);
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

  #endValue(): void {
    const level = this.#levels.at(-1);
    if (level) level.expect = "comma";
    else this.#done = true;
  }

  /** One object for all places: there are millions, and each counts while its value is looked at alone. */
  #place(): JsonPlace {
    const level = this.#levels.at(-1);
    this.#here.key = level?.key ?? "";
    this.#here.name = level?.isObject && !NAMES.has(level.key) ? level.name : null;
    this.#here.seen = level?.seen ?? NOTHING_SEEN;
    return this.#here;
  }
}

/** Where the rewriter stands. */
class Here implements JsonPlace {
  key = "";
  name: string | null = null;
  seen: ReadonlyMap<string, string> = NOTHING_SEEN;

  constructor(private readonly levels: readonly Level[]) {}

  get path(): string[] {
    return this.levels.map(({ isObject, key }) => (isObject ? key : "[]"));
  }
}

function parseString(raw: string): string {
  try {
    const value: unknown = JSON.parse(raw);
    return String(value);
  } catch (cause) {
    throw new NotJson("a text is damaged", { cause });
  }
}
