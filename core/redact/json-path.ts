import { type Meaning, meaningOf } from "./json-meaning";

const MOST_CHILDREN = 500;
const MOST_PATHS = 20_000;

let root: JsonPath | null = null;
let made = 0;

/**
 * A place in JSON documents by its keys: one object for all values with the same, so that what the keys say is found
 * out once, not for each of a million values.
 */
export class JsonPath {
  readonly #children = new Map<string, JsonPath>();
  #items: JsonPath | null = null;
  /** What came next the last time: in most objects of an array, the same. */
  #first: JsonPath | null = null;
  #next: JsonPath | null = null;
  #meaning: Meaning | null = null;

  /** The key stands in JSON as it is. */
  readonly isPlain: boolean;

  private constructor(
    /** Key that a value stands under; the array's key within an array. */
    readonly key: string,
    /** Keys from the root, `[]` for arrays. */
    readonly keys: readonly string[],
  ) {
    made++;
    this.isPlain = !/["\\\p{Cc}]/u.test(key);
  }

  static root(): JsonPath {
    if (root === null || made > MOST_PATHS) {
      made = 0;
      root = new JsonPath("", []);
    }
    return root;
  }

  /** What comes next in the object here, if it is as the one before. @param previous see child */
  guess(previous: JsonPath): JsonPath | null {
    return previous === this ? this.#first : previous.#next;
  }

  /** A value of the object here. @param previous of the same object; the object itself where there is none */
  child(key: string, previous: JsonPath): JsonPath {
    const guess = this.guess(previous);
    if (guess !== null && guess.key === key) return guess;
    const child = this.#children.get(key) ?? this.#newChild(key);
    if (previous === this) this.#first = child;
    else previous.#next = child;
    return child;
  }

  #newChild(key: string): JsonPath {
    const child = new JsonPath(key, [...this.keys, key]);
    // Some objects have as many keys as a table has rows.
    if (this.#children.size < MOST_CHILDREN) this.#children.set(key, child);
    return child;
  }

  /** A value of the array here. */
  items(): JsonPath {
    this.#items ??= new JsonPath(this.key, [...this.keys, "[]"]);
    return this.#items;
  }

  get meaning(): Meaning {
    this.#meaning ??= meaningOf(this.key, this.keys);
    return this.#meaning;
  }
}
