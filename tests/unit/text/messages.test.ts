import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { catalogIn, ENGLISH } from "../support/words";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const LANGUAGES = readdirSync(`${ROOT}/public/_locales`);
const KEYS = Object.keys(ENGLISH.texts);

describe.each(LANGUAGES)("the texts in %s", (language) => {
  const { texts } = catalogIn(language);

  const own = Object.keys(texts);

  it("are those of the English file, all of them and no others", () => {
    expect(own.toSorted()).toEqual(KEYS.toSorted());
    expect(texts.language).toBe(language);
  });

  it("say something", () => {
    expect(own.filter((key) => texts[key]?.trim() === "")).toEqual([]);
  });

  it("have the places of the English ones", () => {
    const different = own.filter((key) => places(texts[key]).join() !== places(ENGLISH.texts[key]).join());
    expect(different).toEqual([]);
  });

  it("keep what is no language: addresses, fields of names, tags, keys", () => {
    const different = own.filter((key) => fixed(texts[key]).join() !== fixed(ENGLISH.texts[key]).join());
    expect(different).toEqual([]);
  });

  it("have no sign that the browser would take for its own", () => {
    // `$1` is filled in; any other `$` would have to be doubled in one place and not in another.
    expect(own.filter((key) => /\$(?!\d)/.test(texts[key] ?? ""))).toEqual([]);
  });

  it("fit the store's limits", () => {
    expect(texts.extensionName?.length).toBeLessThanOrEqual(75);
    expect(texts.extensionDescription?.length).toBeLessThanOrEqual(132);
  });
});

it("are all used", () => {
  const sources = ["core", "platform", "components", "entrypoints"].flatMap(sourcesIn).join("\n");
  const manifest = readFileSync(`${ROOT}/wxt.config.ts`, "utf8");
  const named = (key: string) =>
    sources.includes(`"${key}"`) ||
    sources.includes(`"${key.replace(/_(?:one|other)$/, "")}"`) ||
    manifest.includes(`__MSG_${key}__`) ||
    // Artifact types come from data: the table of types and our own documents have them.
    (key.startsWith("type_") && new RegExp(`\\b${key.slice(5)}(?:: \\[|")`).test(sources));
  expect(KEYS.filter((key) => !named(key))).toEqual([]);
});

/** Which of `$1`, `$2`… a text has. */
function places(text = ""): string[] {
  return [...new Set(text.match(/\$\d/g))].sort();
}

/** What stands in every language as it does in English. */
function fixed(text = ""): string[] {
  return [
    ...new Set(
      text.match(/https?:\/\/[\w.:-]*\w|\{[^}]+\}|\[[^\]]+\]|%s|\b\w+\.(?:csv|txt)\b|\b\w+_(?=…|\d)/g),
    ),
  ].sort();
}

function sourcesIn(folder: string): string[] {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => readFileSync(`${ROOT}/${folder}/${path}`, "utf8"));
}
