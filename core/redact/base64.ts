import { type Edit, edited } from "./edits";

/** In base64 of whole bytes: so many characters at least. */
const SHORTEST_BODY = 12;
const PICTURE = /data:([\w.+-]+\/[\w.+-]+)?(?:;[\w=-]+)*;base64,/g;
const SHORTEST_PICTURE = 32;
const PADDING = 0x3d;
/** A multiple of four. */
const BEGINNING = 400;

/** A letter, a digit, or one of `+/_-`: what base64 is made of, as it stands in files and as it stands in addresses. */
export function isOfBase64(code: number): boolean {
  return isOfPlainBase64(code) || code === 0x2d || code === 0x5f;
}

function isOfPlainBase64(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x2f && code <= 0x39) ||
    code === 0x2b
  );
}

/**
 * True for a text of so many characters of base64 and no others. (No pattern: it would run out of memory with a picture
 * of some megabytes.)
 */
export function isBase64(text: string, shortest: number): boolean {
  const end = endOf(text, 0, isOfBase64);
  return end >= shortest && isPadding(text, end);
}

/** The same for a body: bytes that are whole, in the alphabet of files. */
export function isBase64Body(text: string): boolean {
  const end = endOf(text, 0, isOfPlainBase64);
  return end >= SHORTEST_BODY && text.length % 4 === 0 && isPadding(text, end);
}

/** What stands in `data:` addresses. */
export function replacePictures(text: string, replace: (base64: string) => string): string {
  const edits: Edit[] = [];
  PICTURE.lastIndex = 0;
  for (let match = PICTURE.exec(text); match; match = PICTURE.exec(text)) {
    const from = match.index + match[0].length;
    const to = endOf(text, from, (code) => isOfBase64(code) || code === PADDING);
    PICTURE.lastIndex = to;
    if (to - from >= SHORTEST_PICTURE) edits.push({ from, to, text: replace(text.slice(from, to)) });
  }
  return edited(text, edits);
}

export function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

/** Base64 of UTF-8 text; null for anything else. */
export function fromBase64(value: string): string | null {
  if (!isBase64(value, 1)) return null;
  // Most long ones are pictures, whose first bytes tell.
  if (value.length > BEGINNING && decodedText(value.slice(0, BEGINNING), true) === null) return null;
  return decodedText(value, false);
}

function decodedText(base64: string, goesOn: boolean): string | null {
  try {
    const binary = atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < bytes.length; at++) {
      const code = binary.charCodeAt(at);
      if (isControl(code)) return null;
      bytes[at] = code;
    }
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: goesOn });
    return /[^\P{Cc}\t\n\v\f\r]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Bytes of no text have one soon, and to find that out here is quicker than an error. */
function isControl(code: number): boolean {
  return (code < 0x20 && (code < 0x09 || code > 0x0d)) || code === 0x7f;
}

function endOf(text: string, from: number, isPart: (code: number) => boolean): number {
  const { length } = text;
  let at = from;
  while (at < length && isPart(text.charCodeAt(at))) at++;
  return at;
}

function isPadding(text: string, from: number): boolean {
  return text.length - from <= 2 && text.endsWith("=".repeat(text.length - from));
}
