import { isTag, type KnownValues, looksRandom } from "./known-values";
import type { SecretKind } from "./sensitive-names";

/** A value, or a cookie with its name, that another rule took out. */
export const TAGGED = /^(?:[^\s=]{1,200}=)?\[redacted:/;

/** Takes secrets out of one text and notes what it did. */
export interface Sink {
  values: KnownValues;
  /** @param rule which rule found something */
  note(rule: string): void;
}

/** A tag in the place of a value, unless it is one already. */
export function replaceValue(
  kind: SecretKind,
  value: string,
  rule: string,
  sink: Sink,
  global = true,
): string {
  if (value === "" || isTag(value)) return value;
  sink.note(`${rule}: ${kind}`);
  return sink.values.tagOf(kind, value, global);
}

/** As passwords are, and words are not. */
export function isMixed(value: string): boolean {
  return looksRandom(value) || (/[A-Za-z]/.test(value) && /[\d!@#$%^&*+=]/.test(value) && value.length >= 6);
}
