import type { Telling } from "./json-meaning";
import { JsonPath } from "./json-path";
import { sensitiveName } from "./sensitive-names";

/** What an object tells of its other values. */
export type Seen = Readonly<Partial<Record<Telling | "call", string>>>;

/** A piece of the document, by its offsets from the document's beginning. */
export interface Change {
  from: number;
  to: number;
  /** What it becomes; null: it stays. */
  text: string | null;
}

/** A value that came before what tells its name. */
export interface Early extends Change {
  path: JsonPath;
  /** What it stands in itself: an object, or an array. */
  own: JsonPath;
  isItem: boolean;
  /** A text, or a number as it is written. */
  value: string;
  isNumber: boolean;
}

const TYPING =
  /^(?:.*\.)?(?:fill|(?:keyboard)?(?:type|insert_?text)|input_?text|pressSequentially|setInputValue)$/i;

/** What names a call beside its arguments; `call`: it is named around them. */
const CALL = ["call", "name", "tool", "tool_name"] as const;

/** True where one of an object's texts says that something is typed. */
export function types(seen: Seen | null | undefined, keys: readonly (keyof Seen)[] = CALL): boolean {
  return keys.some((key) => TYPING.test(seen?.[key] ?? ""));
}

/** An array may have millions: so many of its items wait. */
const MOST_ITEMS = 1000;
const OF_ATTRIBUTES = ["type", "autocomplete"] as const;

/** An object or an array that is open. There are millions in a document, so one for each depth serves them all. */
export class Level {
  isObject = false;
  /** Where it stands itself, and where its next value does. */
  own = JsonPath.root();
  path = this.own;
  expect: "value" | "key" | "colon" | "comma" | "first" = "first";
  name: string | null = null;
  /** Its name is but an `id`. */
  isById = false;
  seen: Partial<Record<Telling | "call", string>> | null = null;
  early: Early[] | null = null;
  /** In an array: how many values came, and the last one where it is a text. */
  count = 0;
  last: string | null = null;
  #inner: Level | null = null;

  constructor(readonly outer: Level | null) {}

  /** @returns the level within this one */
  inner(): Level {
    this.#inner ??= new Level(this);
    return this.#inner;
  }

  begin(isObject: boolean, own: JsonPath): void {
    this.isObject = isObject;
    this.own = own;
    this.path = isObject ? own : own.items();
    this.expect = "first";
    // `{name: "X-Tenant", value: ["…", "…"]}`
    this.name = isObject ? null : (this.outer?.name ?? null);
    this.isById = false;
    this.seen = isObject && own.meaning.isArguments && types(this.outer?.seen) ? { call: "fill" } : null;
    this.early = null;
    this.count = 0;
    this.last = null;
  }

  /** True where a string is a key. */
  isAtKey(): boolean {
    return this.isObject && (this.expect === "key" || this.expect === "first");
  }

  /** Its next value names it. A name says more than an `id`, and one that tells of a secret more than any other. */
  call(name: string): void {
    const isBetter =
      this.name === null ||
      (this.isById && sensitiveName(this.name) === null) ||
      sensitiveName(name) !== null;
    if (!isBetter) return;
    this.name = name;
    this.isById = this.path.key.toLowerCase() === "id";
  }

  /** True where what comes behind its value may tell what that is. A header's that was found by its name is known. */
  mayWait(isFound: boolean): boolean {
    const { waits, isValue, isInHeaders } = this.path.meaning;
    if (isFound && isInHeaders && this.path.key === "value" && this.name !== null && !this.isById)
      return false;
    return this.isObject ? waits : isValue && this.count < MOST_ITEMS;
  }

  /** Until its end. */
  wait(early: Early): void {
    this.early ??= [];
    this.early.push(early);
  }

  tell(key: Telling, value: string): void {
    this.seen ??= {};
    this.seen[key] = value;
  }

  /**
   * At its end. What an element says of itself in its attributes counts for its own value too; what stands in a call's
   * arguments waits on for the call's name.
   */
  tellOuter(): void {
    const { seen, outer, early } = this;
    if (!outer?.isObject) return;
    if (this.own.meaning.isArguments) for (const each of early ?? []) if (!each.isItem) outer.wait(each);
    if (seen === null || outer.path.key !== "attributes") return;
    for (const key of OF_ATTRIBUTES) {
      const value = seen[key];
      if (value !== undefined && outer.seen?.[key] === undefined) outer.tell(key, value);
    }
  }
}
