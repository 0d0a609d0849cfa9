import { extensionOf } from "../bundle/names";
import { artifactType } from "../skyvern/artifact-types";
import type { TextFormat } from "./redactor";

const BY_EXTENSION: Readonly<Record<string, TextFormat>> = {
  json: "json",
  har: "har",
  jsonl: "jsonl",
  ndjson: "jsonl",
  html: "html",
  htm: "html",
  xml: "html",
  svg: "html",
  txt: "text",
  log: "jsonl",
  csv: "text",
  tsv: "text",
  md: "text",
  py: "text",
  js: "text",
  ts: "text",
  css: "text",
  yaml: "text",
  yml: "text",
};

/** How a file of the run is searched for secrets; null: it is no text, and can't be. */
export function textFormatOf(type: string, path: string): TextFormat | null {
  // Skyvern writes some of its logs as JSON, some as a JSON document a line.
  if (artifactType(type).folder === "logs") return "jsonl";
  return BY_EXTENSION[extensionOf(path) ?? ""] ?? null;
}

/** The same for an entry of a trace; null: pixels, fonts and the like, which are left out of it. */
export function traceEntryFormat(name: string): TextFormat | null {
  if (/\.(?:trace|network|stacks)$/.test(name)) return "jsonl";
  return BY_EXTENSION[extensionOf(name) ?? ""] ?? null;
}
