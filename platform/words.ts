import { browser } from "wxt/browser";
import { filled, localeOf, type MessageKey, type Words, wordsOf } from "@/core/text/words";

/** Keys may come from data, which the generated types of `browser.i18n` don't allow. */
interface AnyKey {
  getMessage(key: string, fill: string[]): string;
}

/** Texts that were read: a page that outlives its extension can ask no more. */
const read = new Map<string, string>();
/** Fills each place with its own sign, so that the text comes as it stands in its file. */
const PLACES = ["$1", "$2", "$3", "$4"];

function template(key: string): string {
  const known = read.get(key);
  if (known !== undefined) return known;
  try {
    const { i18n }: { i18n: AnyKey } = browser;
    const text = i18n.getMessage(key, PLACES);
    read.set(key, text);
    return text;
  } catch {
    return ""; // The extension is gone.
  }
}

/** The language of the texts: one of those in `public/_locales`. */
export const language = template("language") || "en";

/** The texts of the extension, in the language of the browser. */
// Marked as pure, so that a script that writes no numbers goes without the formats.
export const words: Words = /* @__PURE__ */ wordsOf(
  template,
  /* @__PURE__ */ localeOf(language, /* @__PURE__ */ userLocale()),
);

/** The text with `$1`, `$2`… filled in. */
export function t(key: MessageKey, ...fill: readonly string[]): string {
  return filled(template(key), fill);
}

/** Reads a text that is going to be needed when the extension is gone. */
export function keepText(key: MessageKey): void {
  template(key);
}

/** Tells the page's language and direction, for screen readers and hyphenation. */
export function showLanguage({ documentElement }: Document): void {
  documentElement.lang = words.locale;
  documentElement.dir = template("@@bidi_dir") || "ltr";
}

function userLocale(): string {
  try {
    return browser.i18n.getUILanguage();
  } catch {
    return language;
  }
}
