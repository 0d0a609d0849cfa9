/** Where a text holds what is looked for. */
export interface Hit {
  /** Character offset. */
  at: number;
  before: string;
  match: string;
  after: string;
}

const AROUND = 60;

/** The first `most` places where `query` stands in `text`, whatever the case; with the words around. */
export function hitsIn(text: string, query: string, most: number): Hit[] {
  if (query === "") return [];
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi");
  const hits: Hit[] = [];
  for (const { index: at, 0: match } of text.matchAll(pattern)) {
    hits.push({
      at,
      before: text.slice(Math.max(at - AROUND, 0), at),
      match,
      after: text.slice(at + match.length, at + match.length + AROUND),
    });
    if (hits.length >= most) break;
  }
  return hits;
}
