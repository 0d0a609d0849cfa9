import { extensionOf } from "../bundle/names";
import type { FileKind } from "./report-data";

const BY_EXTENSION: Readonly<Record<string, FileKind>> = {
  png: "image",
  jpg: "image",
  jpeg: "image",
  gif: "image",
  webp: "image",
  webm: "video",
  mp4: "video",
  json: "json",
  html: "html",
  htm: "html",
  har: "har",
  log: "log",
  txt: "text",
  csv: "text",
  tsv: "text",
  xml: "text",
  md: "text",
  svg: "text",
  py: "text",
  js: "text",
  ts: "text",
  yaml: "text",
  yml: "text",
};

/** How the report shows a file. An SVG is text: as a picture it could do more than a picture. */
export function fileKind(type: string, path: string): FileKind {
  if (type === "audio") return "audio";
  return BY_EXTENSION[extensionOf(path) ?? ""] ?? "binary";
}

/** True where the report may hold the file's text. */
export function isTextKind(kind: FileKind): boolean {
  return kind === "json" || kind === "html" || kind === "har" || kind === "log" || kind === "text";
}
