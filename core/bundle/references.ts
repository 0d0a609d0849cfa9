import { FileInfo } from "../skyvern/schemas";

/** A file that a document names by URL, by ID or by both. */
export interface FileReference {
  url: string | null;
  info: FileInfo | null;
  /** The artifact type to assume where no row says it. */
  type: string;
}

/** Ends at the next URL too: a text may list them with commas alone between. */
const CONTENT_URL =
  /https?:\/\/[^\s"'<>\\,?#]+\/v1\/artifacts\/[A-Za-z0-9_-]+\/content(?:\?(?:(?!,https?:\/\/)[^\s"'<>\\])*)?/g;
const URL_LISTS = new Map([
  ["downloaded_file_urls", "download"],
  ["recording_urls", "recording"],
  ["recording_url", "recording"],
]);
const DEEPEST = 100;

/**
 * Every file that a run's output or a block's output names, however deep (skyvern-api.md §4): content URLs in any
 * text, objects of the form `{url, filename, …}`, and lists of URLs under the names that Skyvern uses.
 */
export function referencesIn(value: unknown, type = "download", named = false, depth = 0): FileReference[] {
  if (depth > DEEPEST) return [];
  if (typeof value === "string") return referencesInText(value, type, named);
  if (Array.isArray(value)) return value.flatMap((each) => referencesIn(each, type, named, depth + 1));
  if (typeof value !== "object" || value === null) return [];
  const file = fileOf(value);
  const inner = Object.entries(value).flatMap(([key, each]) => {
    if (file && key === "url") return [];
    const listed = URL_LISTS.get(key);
    const kind = listed ?? (key.includes("screenshot") ? "screenshot" : type);
    return referencesIn(each, kind, listed !== undefined, depth + 1);
  });
  return file ? [{ url: file.url ?? null, info: file, type }, ...inner] : inner;
}

function fileOf(value: object): FileInfo | null {
  const parsed = FileInfo.safeParse(value);
  if (!parsed.success) return null;
  const { url, filename, artifact_id: id } = parsed.data;
  const address = url && /^https?:\/\//.test(url);
  return address && (filename || id) ? parsed.data : null;
}

function referencesInText(text: string, type: string, named: boolean): FileReference[] {
  const urls = text.match(CONTENT_URL);
  if (urls) return urls.map((url) => ({ url, info: null, type }));
  return named && /^https?:\/\//.test(text) ? [{ url: text, info: null, type }] : [];
}
