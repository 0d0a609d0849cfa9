import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Catalog, catalogWords } from "../../../core/text/catalog";
import { catalogOf } from "../../../core/text/messages-file";

export const ENGLISH: Catalog = catalogIn("en");
export const english = catalogWords(ENGLISH);

/** The texts of one language, as they ship. */
export function catalogIn(language: string, locale = language): Catalog {
  const path = new URL(`../../../public/_locales/${language}/messages.json`, import.meta.url);
  return catalogOf(JSON.parse(readFileSync(fileURLToPath(path), "utf8")), locale);
}
