import type { ReportKey } from "@/core/report/page";
import { type Words, wordsOf } from "@/core/text/words";

/** The words of the report; those of nobody until its entry has brought some. */
export let words: Words = wordsOf(() => "", "en");

/** Called once, before anything is shown: an extension page and a bundle have their texts from different places. */
export function speak(given: Words): void {
  words = given;
}

/** A text of the report page: a bundle brings along no others. */
export function t(key: ReportKey, ...fill: readonly string[]): string {
  return words.t(key, ...fill);
}
