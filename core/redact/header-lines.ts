import { type Edit, edited } from "./edits";

/** A line of headers, from its beginning. */
const HEADER =
  /([ \t]*(?:[<>*] ?|-H ?["']?|--header ?["']?)?)([A-Za-z][A-Za-z0-9-]{2,60})(:[ \t]*)([^\r\n"']{3,4000})/y;
/** Names without a dash. */
const OTHER_NAME = /^(?:cookie|authorization)$/i;
/** With what stands before it in commands. */
const LONGEST_NAME = 80;
/** What may stand between the beginning of the line and the name. */
const BEFORE_NAME = /[\t <>*"'Hhedar-]/;
const LINE_END = /[\n\r\u2028\u2029]/;

/**
 * Changes the values of headers that stand in a text, a line each: `X-Api-Key: …`. Goes from colon to colon: there are
 * fewer than lines in a page, and most stand behind no such name.
 * @param change null: the value stays
 */
export function changeHeaderLines(
  text: string,
  change: (name: string, value: string) => string | null,
): string {
  const edits: Edit[] = [];
  for (let colon = text.indexOf(":"); colon >= 0; colon = text.indexOf(":", colon + 1)) {
    const before = wordBefore(text, colon);
    if (!mayBeName(before)) continue;
    const start = lineStart(text, colon - before.length);
    if (start < 0) continue;
    HEADER.lastIndex = start;
    const [whole, opening = "", name = "", gap = "", value = ""] = HEADER.exec(text) ?? [];
    if (whole === undefined) continue;
    const to = start + whole.length;
    const changed = mayBeName(name) ? change(name, value) : null;
    if (changed !== null)
      edits.push({ from: start + opening.length + name.length + gap.length, to, text: changed });
    colon = to - 1;
  }
  return edited(text, edits);
}

function mayBeName(word: string): boolean {
  return word.includes("-") || OTHER_NAME.test(word);
}

/** What stands before a colon and may be a header's name, with the option before it: `-HX-Api-Key`. */
function wordBefore(text: string, colon: number): string {
  let from = colon;
  while (from > 0 && colon - from < LONGEST_NAME && isOfName(text.charCodeAt(from - 1))) from--;
  return text.slice(from, colon);
}

/** @returns where the line begins, if nothing else stands before the name than may; -1 otherwise */
function lineStart(text: string, name: number): number {
  let at = name;
  while (at > 0 && BEFORE_NAME.test(text.charAt(at - 1))) at--;
  return at === 0 || LINE_END.test(text.charAt(at - 1)) ? at : -1;
}

function isOfName(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d
  );
}
