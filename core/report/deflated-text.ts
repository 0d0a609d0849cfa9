/** A text as it lies in the bundle, deflated; in base64, since a report opened from disk loads scripts alone (design.md §4). */

const ALPHABET = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PADDING = 0x3d;
const ascii = new TextDecoder("latin1");

/** Base64 (RFC 4648 §4) of a whole raw deflate stream. */
export function deflatedText(bytes: Uint8Array): string {
  const out = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill(PADDING);
  const sixBits = (value: number) => ALPHABET[value & 63] ?? PADDING;
  let end = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const third = bytes[at + 2] ?? 0;
    out[end++] = sixBits(first >> 2);
    out[end++] = sixBits((first << 4) | (second >> 4));
    if (at + 1 < bytes.length) out[end] = sixBits((second << 2) | (third >> 6));
    if (at + 2 < bytes.length) out[end + 1] = sixBits(third);
    end += 2;
  }
  return ascii.decode(out);
}

/** The text again; bytes that are no UTF-8 become U+FFFD. @throws Error where it is damaged */
export function inflatedText(base64: string): Promise<string> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const writer = writable.getWriter();
  // What goes wrong is told by the reading end.
  writer.write(bytes).catch(() => undefined);
  writer.close().catch(() => undefined);
  return new Response(readable).text();
}
