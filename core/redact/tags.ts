/**
 * What a value becomes: `[redacted:cookie#3]`, percent-encoded where it stands in a URL or a form, as often as its
 * neighbours are. Tags are recognised in each of these forms, so that a second pass leaves them alone.
 */
const NAME = "[a-z][a-z-]{0,30}";
const RAW = String.raw`\[redacted:${NAME}#\d{1,9}\]`;
const ENCODED = String.raw`%(?:25){0,4}5Bredacted%(?:25){0,4}3A${NAME}%(?:25){0,4}23\d{1,9}%(?:25){0,4}5D`;

const AT = new RegExp(`${RAW}|${ENCODED}`, "iy");
const ANYWHERE = new RegExp(`${RAW}|${ENCODED}`, "i");

/** A tag's text, percent-encoded `level` times. */
export function tagText(kind: string, number: number, level = 0): string {
  let text = `[redacted:${kind}#${number}]`;
  for (let times = 0; times < level; times++) text = encodeURIComponent(text);
  return text;
}

/** Where the tag ends that begins at `at`; -1 where none does. */
export function tagEnd(text: string, at: number): number {
  AT.lastIndex = at;
  return AT.test(text) ? AT.lastIndex : -1;
}

/** True where something was taken out already. */
export function holdsTag(text: string): boolean {
  return text.includes("redacted") && ANYWHERE.test(text);
}
