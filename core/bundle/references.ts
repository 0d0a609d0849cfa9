import { FileInfo } from "../skyvern/schemas";

/** A file that a document names by URL, by ID or by both. */
export interface FileReference {
  url: string | null;
  info: FileInfo | null;
  /** The artifact type to assume where no row says it. */
  type: string;
}

/** Ends at the next URL too: a text may list them with commas alone between. */
const CONTENT_PATH =
  /\/v1\/artifacts\/[A-Za-z0-9_-]+\/content(?![A-Za-z0-9_-])(?:\?(?:(?!,https?:\/\/)[^\s"'<>\\])*)?/g;
/** What may stand before that path; searched in so many characters, since any text may be full of `http://`. */
const ADDRESS = /https?:\/\/[^\s"'<>\\,?#]+$/;
const LONGEST_ADDRESS = 300;
/** Names under which Skyvern lists files of a run. Anything else in an output is data that a page gave. */
const FILE_LISTS = new Map([
  ["downloaded_files", "download"],
  ["downloaded_file_urls", "download"],
  ["recording_urls", "recording"],
  ["recording_url", "recording"],
]);
const DEEPEST = 100;

/**
 * Every file that a run's output or a block's output names, however deep (skyvern-api.md §4): content URLs in any
 * text, objects with an artifact's ID or content URL, and what stands under the names that Skyvern uses for files.
 */
export function referencesIn(value: unknown, type = "download", listed = false, depth = 0): FileReference[] {
  if (depth > DEEPEST) return [];
  if (typeof value === "string") return referencesInText(value, type, listed);
  if (Array.isArray(value)) return value.flatMap((each) => referencesIn(each, type, listed, depth + 1));
  if (typeof value !== "object" || value === null) return [];
  const file = fileIn(value, listed);
  const inner = Object.entries(value).flatMap(([key, each]) => {
    if (file && key === "url") return [];
    const kind = FILE_LISTS.get(key);
    const innerType = kind ?? (key.includes("screenshot") ? "screenshot" : type);
    return referencesIn(each, innerType, kind !== undefined, depth + 1);
  });
  return file ? [{ url: file.url ?? null, info: file, type }, ...inner] : inner;
}

/** An element of one of Skyvern's own lists of files: an object, or a bare URL; null for anything else. */
export function listedFile(value: unknown, type: string): FileReference | null {
  if (typeof value === "string") return isWebUrl(value) ? { url: value, info: null, type } : null;
  const parsed = FileInfo.safeParse(value);
  if (!parsed.success || !(parsed.data.url || parsed.data.artifact_id)) return null;
  return { url: parsed.data.url ?? null, info: parsed.data, type };
}

/** The artifact that a content URL names, whatever its host; null for any other URL. */
export function artifactIdIn(url: string | null): string | null {
  return /\/v1\/artifacts\/([A-Za-z0-9_-]+)\/content(?:[?#]|$)/.exec(url ?? "")?.[1] ?? null;
}

function fileIn(value: object, listed: boolean): FileInfo | null {
  const parsed = FileInfo.safeParse(value);
  if (!parsed.success) return null;
  const { url, filename, artifact_id: id, checksum } = parsed.data;
  if (!url || !isWebUrl(url)) return null;
  const skyverns = listed || /^[0-9a-f]{64}$/i.test(checksum ?? "");
  return id || artifactIdIn(url) || (skyverns && filename) ? parsed.data : null;
}

function referencesInText(text: string, type: string, listed: boolean): FileReference[] {
  const found: FileReference[] = [];
  for (const match of text.matchAll(CONTENT_PATH)) {
    const before = text.slice(Math.max(match.index - LONGEST_ADDRESS, 0), match.index);
    const address = ADDRESS.exec(before.slice(Math.max(before.lastIndexOf("http"), 0)))?.[0];
    if (address !== undefined) found.push({ url: address + match[0], info: null, type });
  }
  if (found.length > 0) return found;
  return listed && isWebUrl(text) ? [{ url: text, info: null, type }] : [];
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//.test(text);
}
