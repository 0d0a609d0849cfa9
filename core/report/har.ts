/** One request of a HAR (HAR 1.2 spec), as the table shows it. */
export interface HarRow {
  method: string;
  url: string;
  status: number;
  mediaType: string;
  /** Bytes of the body; null where it is not told. */
  size: number | null;
  /** Milliseconds since the first request. */
  start: number;
  /** Milliseconds. */
  duration: number;
  /** The entry as it stands in the HAR. */
  entry: unknown;
}

/**
 * The requests of a HAR in their order; null where the text is no HAR. Fields of the wrong kind read as absent. By
 * hand: a schema library would be an eighth of the report's code, which every bundle takes along.
 */
export function harRows(har: string): HarRow[] | null {
  const entries = field(field(parseJson(har), "log"), "entries");
  if (!Array.isArray(entries)) return null;
  const read = entries
    .filter(isObject)
    .map((entry) => ({ entry, at: Date.parse(text(entry.startedDateTime)) }));
  const times = read.map(({ at }) => at).filter((at) => !Number.isNaN(at));
  const first = times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  return read
    .map(({ entry, at }) => rowOf(entry, Number.isNaN(at) ? 0 : at - first))
    .sort((a, b) => a.start - b.start);
}

function rowOf(entry: Record<string, unknown>, start: number): HarRow {
  const { request, response } = entry;
  const content = field(response, "content");
  const size = amount(field(content, "size"), -1);
  return {
    method: text(field(request, "method")),
    url: text(field(request, "url")),
    status: amount(field(response, "status"), 0),
    mediaType: text(field(content, "mimeType")).split(";", 1)[0] ?? "",
    size: size < 0 ? null : size,
    start,
    duration: Math.max(amount(entry.time, 0), 0),
    entry,
  };
}

function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function amount(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
