import type { Matcher } from "./matcher";
import type { RuleId } from "./rules";
import { tagText } from "./tags";
import type { Known, Vault } from "./vault";

/** What a rule found. */
export interface Secret {
  value: string;
  /** For the tag. */
  kind: string;
  rule: RuleId;
  /** A person picked it, or it is known to be short. */
  chosen?: boolean;
  /** It is not looked for in other places. */
  here?: boolean;
}

/** Strings in strings in strings: nothing real goes deeper. */
const DEEPEST = 8;

/** One reading of one file: everything that is found goes through here, to be learnt or to become a tag. */
export class Pass {
  /** Where in the file the reading is. */
  place: () => string = () => "text";
  /** Names of parameters that hold credentials; their values stand in other documents. */
  readonly credentials: Set<string>;
  #depth = 0;

  constructor(
    private readonly vault: Vault,
    /** Null while values are still being learnt. */
    readonly matcher: Matcher | null,
    readonly shared: { credentials: Set<string>; parameters: Map<string, Set<string>> },
    private readonly count: (place: string, rule: RuleId) => void,
  ) {
    this.credentials = shared.credentials;
  }

  get learning(): boolean {
    return this.matcher === null;
  }

  /** Remembers a value for the other files. */
  learn(secret: Secret): void {
    if (!this.learning || secret.here) return;
    this.vault.learn(secret.value, secret.kind, secret.chosen ?? false);
  }

  /** The tag for a value that is taken out here. @param level how often its place is percent-encoded */
  take(secret: Secret, level = 0): string {
    this.learn(secret);
    return this.#tag(this.vault.entry(secret.value, secret.kind), secret.rule, level);
  }

  /** The tag for a value that was known. */
  takeKnown(known: Known, level = 0): string {
    const rule = known.kind === "word" ? "user-word" : known.kind === "api-key" ? "api-key" : "known-value";
    return this.#tag(known, rule, level);
  }

  /** The known value that a number is; null where it is none. */
  knownNumber(text: string): Known | null {
    return this.learning ? null : this.vault.alone(text);
  }

  #tag(known: Known, rule: RuleId, level: number): string {
    this.count(this.place(), rule);
    return tagText(known.kind, known.number, level);
  }

  /** Runs `inside` one level deeper; null where that is too deep. */
  deeper<T>(inside: () => T): T | null {
    if (this.#depth >= DEEPEST) return null;
    this.#depth++;
    try {
      return inside();
    } finally {
      this.#depth--;
    }
  }
}
