import { type Words, wordsOf } from "./words";

/** The texts of one language as data, for places that no browser API reaches: workers, bundles, tests. */
export interface Catalog {
  /** How numbers and times are written. */
  locale: string;
  texts: Record<string, string>;
}

export function catalogWords({ locale, texts }: Catalog): Words {
  return wordsOf((key) => texts[key] ?? "", locale);
}
