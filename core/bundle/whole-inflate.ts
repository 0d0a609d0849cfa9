/** Up to here a file is taken in one piece, which costs a fraction of a stream's many small steps. */
export const WHOLE_BYTES = 1024 * 1024;

/** What the inflater gets at once. */
export const INFLATE_BYTES = 32 * 1024;

/** The bytes could not be inflated, or are not as many as was said. */
export class BadDeflate extends Error {
  override name = "BadDeflate";
}

/**
 * Inflates bytes that are all there.
 * @param size of what comes out: more or less than that is an error
 * @throws BadDeflate
 */
export async function inflateWhole(
  deflated: Uint8Array<ArrayBuffer>,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new DecompressionStream("deflate-raw");
  // What goes wrong is told by the reading end.
  feed(deflated, writable.getWriter()).catch(() => undefined);
  const reader = readable.getReader();
  const next = () =>
    reader.read().catch((cause: unknown) => {
      throw new BadDeflate("can't be inflated", { cause });
    });
  const first = await next();
  // Most files come in one piece: it is handed on without a copy.
  const whole = first.value?.length === size ? first.value : new Uint8Array(size);
  let at = 0;
  try {
    for (let part = first; !part.done; part = await next()) {
      if (at + part.value.length > size) throw new BadDeflate(`more than ${size} bytes`);
      if (part.value !== whole) whole.set(part.value, at);
      at += part.value.length;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (at !== size) throw new BadDeflate(`${at} of ${size} bytes`);
  return whole;
}

/** Chromium inflates what it gets whole before anyone can stop it: 32 KiB become 33 MB at most. */
async function feed(
  bytes: Uint8Array<ArrayBuffer>,
  writer: WritableStreamDefaultWriter<BufferSource>,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += INFLATE_BYTES)
    await writer.write(bytes.subarray(at, at + INFLATE_BYTES));
  await writer.close();
}
