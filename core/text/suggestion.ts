import type { HistoryItem } from "../skyvern/history";

/** A row below the address bar. */
export interface Suggestion {
  /** What the bar holds when the row is chosen. */
  content: string;
  /** Chromium: its own XML; Firefox: the words as they are. */
  description: string;
}

/** What may not stand in XML 1.0 at all, escaped or not; one such character and no suggestion is shown. */
const NO_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const LONGEST_TITLE = 120;

/** A run as a suggestion, what was typed in bold. `markup`: whether the browser reads XML. */
export function runSuggestion(
  { runId, title, status }: HistoryItem,
  words: string,
  typed: string,
  markup: boolean,
): Suggestion {
  const name = (title ?? "").slice(0, LONGEST_TITLE);
  const parts = [name, status ?? ""].filter((part) => part !== "");
  const text = parts.join(" · ");
  if (!markup) return { content: runId, description: [words, runId, text].filter(Boolean).join(" · ") };
  const tail = text === "" ? "" : ` <dim>${marked(text, typed)}</dim>`;
  return { content: runId, description: `${escapeXml(words)} <url>${marked(runId, typed)}</url>${tail}` };
}

/** Escaped, with every occurrence of `typed` marked as the match. */
function marked(text: string, typed: string): string {
  const wanted = typed.trim().toLowerCase();
  const at = wanted === "" ? -1 : text.toLowerCase().indexOf(wanted);
  // Some letters change their length in lower case: then nothing is marked.
  if (at < 0 || text.toLowerCase().length !== text.length) return escapeXml(text);
  const end = at + wanted.length;
  return `${escapeXml(text.slice(0, at))}<match>${escapeXml(text.slice(at, end))}</match>${escapeXml(text.slice(end))}`;
}

/** Safe between tags and in attributes of XML. */
export function escapeXml(text: string): string {
  return text
    .replace(NO_XML, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}
