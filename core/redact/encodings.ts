/** The forms in which one value can stand in a file. */

const utf8 = new TextEncoder();

/** Base64 without padding. */
export function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // Arguments are limited in number; a multiple of three keeps the pieces free of padding.
  for (let at = 0; at < bytes.length; at += 24_576)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 24_576))));
  return parts.join("").replace(/=+$/, "");
}

/** The bytes of base64 of either alphabet, padded or not; null where it is none. */
export function fromBase64(text: string): Uint8Array | null {
  const plain = text.replace(/-/g, "+").replace(/_/g, "/").replace(/\s+/g, "");
  try {
    const binary = atob(plain);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return null;
  }
}

/** UTF-8 text without control characters but those of text; null for anything else. */
export function asText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells binary data from text
    return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** A value as it is meant: a cookie's `a%2Fb` and a form's `a/b` are the same. */
export function plainForm(value: string): string {
  if (!/%[0-9a-f]{2}/i.test(value)) return value;
  try {
    const decoded = decodeURIComponent(value);
    return /[\p{Cc}]/u.test(decoded) ? value : decoded;
  } catch {
    return value;
  }
}

/** The part of a value's base64 that is the same wherever in longer base64 the value begins. */
function base64Cores(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = new Uint8Array(shift + bytes.length);
    shifted.set(bytes, shift);
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor((shifted.length * 8) / 6);
    const core = base64(shifted).slice(first, last);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function utf16(value: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(value.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < value.length; at++) view.setUint16(at * 2, value.charCodeAt(at), littleEndian);
  return bytes;
}

function hexOf(bytes: Uint8Array): string[] {
  const lower = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [lower, lower.toUpperCase()];
}

/** Binary-to-text forms of a value; where base64 is found, its whole run goes. */
export function binaryForms(value: string): { runs: string[]; exact: string[] } {
  const bytes = utf8.encode(value);
  const little = utf16(value, true);
  const big = utf16(value, false);
  const runs = [bytes, little].flatMap(base64Cores).filter((core) => core.length >= 7);
  const percent = hexOf(bytes)[1]?.replace(/../g, "%$&") ?? "";
  const exact = [
    ...hexOf(bytes),
    ...hexOf(little),
    ...hexOf(big),
    percent,
    percent.replaceAll("%", "%25"),
    value.split("").join("\0"),
    value.split("").join("\\u0000"),
  ];
  return { runs: [...new Set(runs)], exact: [...new Set(exact)] };
}

const forms = new Map<string, readonly string[]>();

/** How a character can be written in URLs, JSON (also in strings of JSON) and HTML; the longest first. */
export function writtenForms(character: string): readonly string[] {
  const known = forms.get(character);
  if (known) return known;
  const made = /^[A-Za-z0-9]$/.test(character) ? [character] : makeForms(character);
  if (forms.size > 5_000) forms.clear();
  forms.set(character, made);
  return made;
}

const ENTITIES: Record<string, string[]> = {
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
  '"': ["&quot;"],
  "'": ["&apos;"],
};

function makeForms(character: string): string[] {
  const percent = hexOf(utf8.encode(character)).map((hex) => hex.replace(/../g, "%$&"));
  const code = character.codePointAt(0) ?? 0;
  const units = character.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  const escapes = [units, units.map((unit) => unit.toUpperCase())].map((all) =>
    all.map((unit) => `\\u${unit}`).join(""),
  );
  const all = [
    character,
    ...percent,
    ...percent.flatMap((text) => [text.replaceAll("%", "%25"), text.replaceAll("%", "%2525")]),
    ...escapes.flatMap((text) => [text, text.replaceAll("\\", "\\\\"), text.replaceAll("\\", "\\\\\\\\")]),
    `&#${code};`,
    `&#${String(code).padStart(3, "0")};`,
    `&#x${code.toString(16)};`,
    `&#x${code.toString(16).toUpperCase()};`,
    ...(ENTITIES[character] ?? []).flatMap((entity) => [entity, entity.replace("&", "&amp;")]),
    ...(character === " " ? ["+", "&nbsp;"] : []),
    ...("\"'/".includes(character) ? [1, 2, 3, 5, 7].map((times) => "\\".repeat(times) + character) : []),
    ...(character === "\\" ? [2, 4, 8].map((times) => "\\".repeat(times)) : []),
    ...(character === "\n" ? ["\\n", "\\\\n", "\\\\\\\\n"] : []),
  ];
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}
