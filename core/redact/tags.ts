const LESS = 0x3c;
const GREATER = 0x3e;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
/** No tag is looked at beyond so many attributes in quotes. */
const MOST_QUOTES = 100;

/**
 * Most tags only lay out the page, and are passed over quickly.
 * @returns where the next tag begins whose attributes may reach beyond the goal, or that begins behind it; -1 for none
 */
export function tagAcross(html: string, from: number, goal: number): number {
  const { length } = html;
  for (let start = from; start < length; start++) {
    if (html.charCodeAt(start) !== LESS) continue;
    if (start > goal) return start;
    // A tag may begin in the quotes of another.
    let inner = -1;
    let quote = 0;
    let quotes = 0;
    let at = start + 1;
    for (; at < length; at++) {
      const code = html.charCodeAt(at);
      if (quote !== 0) {
        if (code === quote) quote = 0;
        else if (code === LESS && inner < 0) inner = at;
      } else if (code === LESS || code === GREATER) break;
      else if (code === QUOTE || code === APOSTROPHE) {
        quote = code;
        if (++quotes > MOST_QUOTES) return start;
      }
    }
    if (at > goal) return start;
    start = (inner < 0 ? at : inner) - 1;
  }
  return -1;
}

/**
 * An entity behind which a quote or a tag may hide: not `&amp;`, which stands in most addresses.
 * @returns where the next one may begin; -1 for none
 */
export function nextEntity(text: string, from: number): number {
  for (let at = text.indexOf("&", from); at >= 0; at = text.indexOf("&", at + 1))
    if (/[ql#]/i.test(text.charAt(at + 1))) return at;
  return -1;
}
