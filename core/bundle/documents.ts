import { SIGNATURE } from "./signed-urls";

/**
 * Takes URLs out of served JSON (design.md §4). The text itself is edited, never parsed and written again:
 * integers past 2^53 and the server's own spelling survive.
 */

/** What a signed URL becomes that no file of the bundle stands for. */
const REDACTED_URL = "redacted:signed-url";
/** What a signature becomes that stands in no URL we can see whole. */
const REDACTED_VALUE = "redacted";

// Each pattern begins at a fixed character and repeats over what it can't begin with, so that no text makes
// searching slower than linear. `\\+` is a run of backslashes: JSON inside JSON strings escapes its escapes.
const SCHEME = String.raw`https?(?::|\\+u003a|%(?:25)*3a)(?:\\*/|\\+u002f|%(?:25)*2f){2}`;
const ENTITY_END = "(?:quot|apos|lt|gt|nbsp|#34|#39|#x22|#x27);";
const AMPERSAND = String.raw`(?:&|\\+u0026)(?:amp;)*`;
const PLAIN = String.raw`[\w\-.~:/?#@!$*+,;=%]`;

const START = new RegExp(`(?<scheme>${SCHEME})|${SIGNATURE}`, "gi");
const SIGNATURES = new RegExp(SIGNATURE, "gi");
/** One piece of a URL; no match where the URL ends: at a quote, a blank, a tag, an escape of those, or the next URL. */
const PIECE = new RegExp(
  [
    `(?!${SCHEME}|${AMPERSAND}${ENTITY_END})(?:`,
    `(?<plain>(?:(?!${SCHEME})${PLAIN}){1,500})`,
    `|(?<and>&#38;|&#x26;|${AMPERSAND})`,
    String.raw`|\\+(?<slash>/)|\\+u(?<hex>[0-9a-f]{4})`,
    String.raw`|(?<soft>[^\s"<>\\&\x00-\x20\x7f\w\-.~:/?#@!$*+,;=%]{1,500}))`,
  ].join(""),
  "iy",
);
const IS_PLAIN = new RegExp(`^${PLAIN}$`);
const ENDS_URL = /[\s"<>\\\p{Cc}]/u;
/** Punctuation that ends a sentence sooner than a URL. */
const TRAILING = new Set([".", ",", ";", ":", "!", "?", "*"]);

/**
 * Replaces every artifact content URL, on whatever host, and every signed URL by the file's path in the bundle,
 * else by `artifact:<id>`, else by `redacted:signed-url` (design.md §4, skyvern-api.md §5). All else keeps its bytes.
 * @param text JSON as served; URLs may stand inside longer strings and inside JSON in strings
 * @param pathOf where an artifact stands in the bundle; null where it does not
 * @param extraUrls paths of files that are known by their URL alone
 */
export function replaceUrls(
  text: string,
  pathOf: (artifactId: string) => string | null,
  extraUrls: ReadonlyMap<string, string> = new Map(),
): string {
  const out: string[] = [];
  let copied = 0;
  for (const match of text.matchAll(START)) {
    if (match.index < copied) continue;
    const found = match.groups?.scheme
      ? replaceUrl(text, match.index, match[0], (url) => substitute(url, pathOf, extraUrls))
      : replaceValue(text, match.index + match[0].length);
    if (!found) continue;
    out.push(text.slice(copied, found.start), found.replacement);
    copied = found.end;
  }
  out.push(text.slice(copied));
  return out.join("");
}

interface Replacement {
  start: number;
  end: number;
  replacement: string;
}

function replaceUrl(
  text: string,
  start: number,
  scheme: string,
  substituteFor: (url: string) => string | null,
): Replacement | null {
  const run = readUrl(text, start, scheme);
  const replacement = substituteFor(run.url);
  return replacement === null ? null : { start, end: run.end, replacement: jsonEscaped(replacement) };
}

/** A signature outside any URL, as in a host without scheme: its value alone goes. */
function replaceValue(text: string, start: number): Replacement | null {
  let end = start;
  for (const piece of pieces(text, start)) {
    // No further: a run read whole for each of many empty values would take quadratic time.
    if (piece.soft || piece.value === "&") break;
    end = piece.end;
  }
  end = withoutTrailing(text, start, end);
  return end === start ? null : { start, end, replacement: REDACTED_VALUE };
}

/** What a URL becomes; null where it may stay. */
function substitute(
  url: string,
  pathOf: (artifactId: string) => string | null,
  extraUrls: ReadonlyMap<string, string>,
): string | null {
  const id = artifactIdOf(url);
  const path = (id === null ? null : pathOf(id)) ?? extraUrls.get(url);
  if (path !== undefined) return path;
  if (id !== null) return `artifact:${id}`;
  return lastSignature(url) > 0 ? REDACTED_URL : null;
}

/** The ID in `…/v1/artifacts/{id}/content` (skyvern-api.md §4). */
function artifactIdOf(url: string): string | null {
  const [path = ""] = percentDecoded(url).split(/[?#]/, 1);
  return /\/v1\/artifacts\/([\w.~-]+)\/content\/?$/.exec(path)?.[1] ?? null;
}

/** ASCII behind any number of percent-encodings: a URL may be a parameter of a parameter. */
function percentDecoded(url: string): string {
  return url.replace(/%(?:25)*([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Where the last signature's name ends; 0 where there is none. */
function lastSignature(url: string): number {
  let end = 0;
  for (const match of url.matchAll(SIGNATURES)) end = match.index + match[0].length;
  return end;
}

/** The URL that begins with `scheme` at `start`, its escapes undone, and where it ends in the text. */
function readUrl(text: string, start: number, scheme: string): { url: string; end: number } {
  const from = start + scheme.length;
  const encoded = scheme.includes("%");
  const first = readRun(text, from, 0, encoded);
  // A signature beyond the first doubtful character shows that the URL was not at its end there.
  const signature = lastSignature(first.whole);
  const run = signature > first.kept ? readRun(text, from, signature, encoded) : first;
  const end = withoutTrailing(text, from, run.cut);
  const opening = /^https/i.test(scheme) ? "https://" : "http://";
  return { url: opening + run.whole.slice(0, run.kept - (run.cut - end)), end };
}

/** The end of a run without the punctuation at its end. */
function withoutTrailing(text: string, start: number, end: number): number {
  let kept = end;
  while (kept > start && TRAILING.has(text.charAt(kept - 1))) kept--;
  return kept;
}

/** A run of URL characters: as far as it can go, and cut at the first character that rarely stands in a URL. */
interface Run {
  /** Escapes undone. */
  whole: string;
  /** How much of `whole` stands before the cut. */
  kept: number;
  /** The cut's place in the text. */
  cut: number;
}

/**
 * @param minimum the cut comes after that many characters of the run
 * @param ampersandCuts true where an ampersand belongs to what is around the URL
 */
function readRun(text: string, from: number, minimum: number, ampersandCuts: boolean): Run {
  const values: string[] = [];
  let length = 0;
  let at = from;
  let cut: { kept: number; at: number } | null = null;
  for (const piece of pieces(text, from)) {
    const doubtful = piece.soft || (ampersandCuts && piece.value === "&");
    if (doubtful && !cut && length >= minimum) cut = { kept: length, at };
    values.push(piece.value);
    length += piece.value.length;
    at = piece.end;
  }
  return { whole: values.join(""), kept: cut?.kept ?? length, cut: cut?.at ?? at };
}

interface Piece {
  /** Escapes undone. */
  value: string;
  /** Can stand in a URL, but ends one more often: brackets, apostrophes, other scripts. */
  soft: boolean;
  /** Where it ends in the text. */
  end: number;
}

/** The pieces from `from` to the end of the URL. */
function* pieces(text: string, from: number): Generator<Piece> {
  for (let at = from; ; ) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(text);
    const piece = match && decodePiece(match.groups ?? {});
    if (!match || !piece) return;
    at += match[0].length;
    yield { ...piece, end: at };
  }
}

/** What a match of PIECE stands for; null where it is the escape of a character that ends a URL. */
function decodePiece(groups: Record<string, string | undefined>): Omit<Piece, "end"> | null {
  const { plain, and, slash, hex, soft } = groups;
  if (plain !== undefined) return { value: plain, soft: false };
  if (and !== undefined) return { value: "&", soft: false };
  if (slash !== undefined) return { value: "/", soft: false };
  if (hex === undefined) return { value: soft ?? "", soft: true };
  const value = String.fromCharCode(Number.parseInt(hex, 16));
  return ENDS_URL.test(value) ? null : { value, soft: !IS_PLAIN.test(value) };
}

/** As it stands between the quotes of a JSON string. */
function jsonEscaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
