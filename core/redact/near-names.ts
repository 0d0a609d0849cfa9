import { NAME } from "./clues";
import { type Edit, edited } from "./edits";
import type { Words } from "./words";

/** How far from a name its value may stand, and how far before it what belongs to both begins; in characters. */
export interface Reach {
  before: number;
  after: number;
}

/**
 * Changes what stands around words that name secrets, and leaves the rest alone, which is most of a page or a log.
 * Parts begin and end with a line or a tag.
 */
export function nearNames(words: Words, { before, after }: Reach, change: (part: string) => string): string {
  const { text } = words;
  const nextName = words.finder(NAME);
  const edits: Edit[] = [];
  let seen = 0;
  let name = nextName(0);
  while (name >= 0) {
    const from = boundaryBefore(text, name - before, seen);
    let to = boundaryAfter(text, name + after);
    for (;;) {
      name = nextName(name + 1);
      if (name < 0 || name - before > to) break;
      if (name + after > to) to = boundaryAfter(text, name + after);
    }
    seen = to;
    const part = text.slice(from, to);
    const changed = change(part);
    if (changed !== part) edits.push({ from, to, text: changed });
  }
  return edited(text, edits);
}

function boundaryBefore(text: string, from: number, least: number): number {
  let at = Math.max(from, least);
  while (at > least && !isBoundary(text, at - 1)) at--;
  return at;
}

function boundaryAfter(text: string, from: number): number {
  let at = Math.min(from, text.length);
  while (at < text.length && !isBoundary(text, at - 1)) at++;
  return at;
}

/** The end of a line or of a tag. */
function isBoundary(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x0a || code === 0x3e;
}
