import type { StoredFile } from "./file-sink";
import { joinBytes, type PackFile } from "./pack";
import { inflateWhole, WHOLE_BYTES } from "./whole-inflate";

const READ_BYTES = 512 * 1024;

/** The plain bytes of a file in the pack, inflated where it is deflated there; in pieces, in order. */
export async function* plainBytes(pack: PackFile, file: StoredFile): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (file.method === 0) {
    yield* packed(pack, file);
    return;
  }
  if (file.size <= WHOLE_BYTES && file.compressedSize <= WHOLE_BYTES) {
    yield await inflateWhole(packedBytes(pack, file), file.size);
    return;
  }
  const pieces = packed(pack, file);
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: (controller) => {
        const next = pieces.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
    },
    { highWaterMark: 0 },
  );
  const reader = source.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The text of a file in the pack, in pieces; bytes that are no UTF-8 become U+FFFD. */
export async function* plainTexts(pack: PackFile, file: StoredFile): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of plainBytes(pack, file)) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

/** The same whole, for what is small. */
export async function plainText(pack: PackFile, file: StoredFile): Promise<string> {
  const parts: string[] = [];
  for await (const text of plainTexts(pack, file)) parts.push(text);
  return parts.join("");
}

/** The deflated bytes of a file that is deflated in the pack. */
export function packedBytes(pack: PackFile, file: StoredFile): Uint8Array<ArrayBuffer> {
  const pieces = [...packed(pack, file)];
  const [only] = pieces;
  return pieces.length === 1 && only ? only : joinBytes(pieces, file.compressedSize);
}

function* packed(pack: PackFile, { extents }: StoredFile): Generator<Uint8Array<ArrayBuffer>> {
  for (const { offset, length } of extents) {
    for (let at = 0; at < length; at += READ_BYTES)
      yield pack.read(offset + at, Math.min(READ_BYTES, length - at));
  }
}
