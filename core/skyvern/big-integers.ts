/**
 * JSON with integers past 2^53 (skyvern-api.md §2), which JSON.parse rounds. They travel as marked texts between
 * `parseExact` and `stringifyExact`; whoever reads a number from such a value sees a text in its place.
 */
const MARK = "\u0000integer:";
/** Not the digits behind a point or in an exponent. */
const STRING_OR_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;
const MARKED = /"\\u0000integer:(-?\d+)"/g;

/** @throws SyntaxError where the text is no JSON */
export function parseExact(text: string): unknown {
  // Rare: most documents have none, and need no second pass.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(STRING_OR_INTEGER, (token) =>
      token.startsWith('"') ? token : JSON.stringify(MARK + token),
    ),
  );
}

/** A value of `parseExact` as indented JSON. */
export function stringifyExact(value: unknown): string {
  return (JSON.stringify(value, null, 2) ?? "null").replace(MARKED, "$1");
}
