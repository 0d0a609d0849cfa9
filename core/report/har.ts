import * as z from "zod/mini";

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

const text = z.catch(z.string(), "");
const amount = z.catch(z.number(), 0);
const Entry = z.looseObject({
  startedDateTime: text,
  time: amount,
  request: z.catch(z.looseObject({ method: text, url: text }), { method: "", url: "" }),
  response: z.catch(
    z.looseObject({
      status: amount,
      content: z.catch(z.looseObject({ mimeType: text, size: z.catch(z.number(), -1) }), {
        mimeType: "",
        size: -1,
      }),
    }),
    { status: 0, content: { mimeType: "", size: -1 } },
  ),
});
const Har = z.looseObject({ log: z.looseObject({ entries: z.array(z.unknown()) }) });

/** The requests of a HAR in their order; null where the text is no HAR. Fields of the wrong kind read as absent. */
export function harRows(har: string): HarRow[] | null {
  const parsed = Har.safeParse(parseJson(har));
  if (!parsed.success) return null;
  const entries = parsed.data.log.entries.flatMap((entry) => {
    const read = Entry.safeParse(entry);
    return read.success ? [{ ...read.data, entry, at: Date.parse(read.data.startedDateTime) }] : [];
  });
  const times = entries.map(({ at }) => at).filter((at) => !Number.isNaN(at));
  const first = times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  return entries
    .map(({ request, response, time, at, entry }) => ({
      method: request.method,
      url: request.url,
      status: response.status,
      mediaType: response.content.mimeType.split(";", 1)[0] ?? "",
      size: response.content.size < 0 ? null : response.content.size,
      start: Number.isNaN(at) ? 0 : at - first,
      duration: Math.max(time, 0),
      entry,
    }))
    .sort((a, b) => a.start - b.start);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
