/**
 * The text of one field of a JSON object, as served. Parsing and writing again would change integers past 2^53.
 * @param text a JSON object that parses
 * @returns null where the object has no such field at its top level, or the field is null
 */
export function rawField(text: string, field: string): string | null {
  let depth = 0;
  let key: unknown = null;
  let start = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      // A value too, but a colon follows none before the next key.
      if (depth === 1 && start < 0) key = JSON.parse(text.slice(at, end));
      at = end - 1;
    } else if (character === ":" && depth === 1 && start < 0 && key === field) {
      start = at + 1;
    } else if (character === "{" || character === "[") {
      depth++;
    } else if (character === "}" || character === "]" || character === ",") {
      if (depth === 1 && start >= 0) return notNull(text.slice(start, at).trim());
      if (character !== ",") depth--;
    }
  }
  return null;
}

function notNull(raw: string): string | null {
  return raw === "" || raw === "null" ? null : raw;
}

/** @returns the offset behind the closing quote */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}
