import { plainForm } from "./encodings";
import { spreads } from "./values";

/** A value that was found to be secret, and the number that stands for it. It never leaves this room. */
export interface Known {
  value: string;
  kind: string;
  number: number;
  /** True where it is looked for in all files. */
  everywhere: boolean;
}

/** Every secret value of a run. Equal values have one number, in the order in which they were first met. */
export class Vault {
  readonly #known = new Map<string, Known>();
  readonly #counts = new Map<string, number>();

  /** The entry of a value; made where it is new. */
  entry(value: string, kind: string): Known {
    const plain = plainForm(value);
    const known = this.#known.get(plain);
    if (known) return known;
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    const made = { value: detached(plain), kind, number, everywhere: false };
    this.#known.set(made.value, made);
    return made;
  }

  /**
   * Remembers a value for all files, if it is fit for that.
   * @param chosen as in `spreads`; "always" for what must go at any price
   */
  learn(value: string, kind: string, chosen: boolean | "always"): void {
    const known = this.entry(value, kind);
    if (chosen === "always" || spreads(known.value, chosen)) known.everywhere = true;
    if (!known.value.includes("\n")) return;
    // A key of many lines can stand with other ends of lines, or line by line.
    for (const line of known.value.split(/\r?\n/))
      if (line.length >= 16 && !line.startsWith("-----")) this.entry(line, kind).everywhere = true;
  }

  /** Everything that is looked for in all files. */
  everywhere(): Known[] {
    return [...this.#known.values()].filter((known) => known.everywhere);
  }

  /** The entry of a value that is looked for everywhere and stands alone, as a number does. */
  alone(value: string): Known | null {
    const known = this.#known.get(value);
    return known?.everywhere ? known : null;
  }
}

/** A copy: a slice of a text would keep the whole text in memory. */
function detached(text: string): string {
  return text.split("").join("");
}
