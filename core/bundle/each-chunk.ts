/** Memory that bytes are read into again and again. */
export const LENT_BYTES = 256 * 1024;

/**
 * Reads a body to its end, a chunk at a time. Engines collect the memory of chunks late, so that much of it is in use
 * where many big ones come: those of a big body are all read into the same memory, where the engine can.
 * @param take gets a chunk, and whether its memory is used for another when `take` has resolved
 */
export async function eachChunk(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  big: boolean,
  take: (chunk: Uint8Array<ArrayBuffer>, lent: boolean) => Promise<void>,
): Promise<void> {
  const lending = big ? byobReader(body) : null;
  if (!lending) {
    const reader = body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      await take(part.value, false);
    return;
  }
  let memory = new ArrayBuffer(LENT_BYTES);
  for (;;) {
    const part = await lending.read(new Uint8Array(memory));
    if (part.done) return;
    await take(part.value, true);
    memory = part.value.buffer;
  }
}

/** @returns null where the engine's bodies can't read into memory that they are given */
function byobReader(body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return null;
  }
}
