import { isSessionId } from "./ids";
import { runPageOf } from "./page-url";

/** A run or a browser session that a text names. */
export interface Mention {
  id: string;
  /** The link that it stood in, which tells its server; null where it stood alone. */
  page: string | null;
}

/** Longer texts are read this far: the clipboard may hold anything. */
const LONGEST = 20_000;
/** What may stand around a link or an ID in chats, logs, JSON, Markdown and mails. */
const AROUND = /[\s"'`<>()[\]{}|,;]+/;
/** `https://…`, or a link that was copied without it. */
const LINK = /^(?:https?:\/\/)?[\w-]+(?:\.[\w-]+)*(?::\d+)?\/\S/i;
const ID = /(?<![A-Za-z0-9])(?:wr|tsk_v2|tsk|pbs)_[A-Za-z0-9][A-Za-z0-9_-]*/g;
/** An ID of the cloud, and what a file name, a Markdown underscore or a sentence put behind it. */
const DECIMAL = /^(?:wr|tsk_v2|tsk|pbs)_\d{15,19}(?=[_-])/;
const DEEPEST_LINK = 3;

/**
 * The run or browser session that any text names: an ID, a link to it, or words around either. In a link `?wr=`
 * counts before the path, as on the page. Of several the first counts; runs before sessions, since what tells of a
 * run often names its browser too.
 */
export function findMention(text: string, depth = 0): Mention | null {
  const words = text
    .slice(0, LONGEST)
    .replaceAll("&amp;", "&")
    // Markdown.
    .replaceAll("\\_", "_")
    .split(AROUND);
  const found = words.flatMap((word) => mentionsIn(word, depth));
  return found.find(({ id }) => !isSessionId(id)) ?? found[0] ?? null;
}

function mentionsIn(word: string, depth: number): Mention[] {
  const url = LINK.test(word) ? asUrl(word) : null;
  const linked = url && inLink(url, depth);
  return linked ? [linked] : idsIn(word).map((id) => ({ id, page: null }));
}

function asUrl(word: string): URL | null {
  const sentence = word.replace(/[.:!?…]+$/u, "");
  const address = /^https?:\/\//i.test(sentence) ? sentence : `https://${sentence}`;
  return URL.canParse(address) ? new URL(address) : null;
}

function inLink(url: URL, depth: number): Mention | null {
  const page = url.href;
  // Without page chrome there are no buttons, but a run all the same.
  const shown = new URL(url);
  shown.searchParams.delete("embed");
  const id = runPageOf(shown)?.runId ?? idsIn(decoded(url.pathname))[0];
  // Cut: a link may stand between Markdown's underscores.
  if (id !== undefined) return { id: idsIn(id)[0] ?? id, page };
  const inner = depth < DEEPEST_LINK ? inParameters(url, depth) : null;
  if (inner) return { ...inner, page: inner.page ?? page };
  const [last] = idsIn(decoded(url.hash));
  return last === undefined ? null : { id: last, page };
}

/** `?wr=`, and links that pass through another site: `?url=https%3A%2F%2Fapp.skyvern.com%2Fruns%2F…`. */
function inParameters(url: URL, depth: number): Mention | null {
  for (const value of [url.searchParams.get("wr") ?? "", ...url.searchParams.values()]) {
    const found = findMention(value, depth + 1);
    if (found) return found;
  }
  return null;
}

function idsIn(text: string): string[] {
  return [...text.matchAll(ID)]
    .map(([id]) => DECIMAL.exec(id)?.[0] ?? id.replace(/[_-]+$/, ""))
    .filter((id) => id !== "tsk_v2");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
