/** A part of a text, and what it becomes. */
export interface Edit {
  from: number;
  to: number;
  text: string;
}

/** @param edits in the order of the text, none over another. @returns the text itself where there are none */
export function edited(text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return text;
  const out: string[] = [];
  let copied = 0;
  for (const edit of edits) {
    out.push(text.slice(copied, edit.from), edit.text);
    copied = edit.to;
  }
  out.push(text.slice(copied));
  return out.join("");
}

/**
 * Replaces what a pattern matches, as `String.replace` does, but takes one match after the other: that gathers them
 * all before it asks about the first, and builds a long text anew though nothing changes in it.
 * @param change null: the match stays
 */
export function replaced(
  text: string,
  pattern: RegExp,
  change: (match: RegExpExecArray) => string | null,
): string {
  const edits: Edit[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole] = match;
    const { index: from } = match;
    const to = from + whole.length;
    const changed = change(match);
    if (changed !== null && changed !== whole) edits.push({ from, to, text: changed });
    // What a match holds may be looked at by the same pattern.
    pattern.lastIndex = to;
  }
  return edited(text, edits);
}
