import { NAME, STEM } from "./clues";
import { type Edit, edited } from "./edits";
import { looksRandom } from "./known-values";
import { replaceValue, type Sink, TAGGED } from "./replace-value";
import { type SecretKind, sensitiveName } from "./sensitive-names";
import { Words } from "./words";

/** `name=value`, `"name": "value"`, `api key is value`: what follows a name. */
const VALUE =
  /(?:\\{0,7}["'`]?\]?)((?:\p{Cc}\[[\d;]{0,8}m){0,3}[*_]{0,3}\s{0,3}(?:=>|:=|->|[:=|]| (?:was |is )?set to | is | was |[ \t](?=["'`]))[*_]{0,3}(?:\p{Cc}\[[\d;]{0,8}m){0,3}(?:[ \t]{0,3}\r?\n[ \t]{2,12}|\s{0,3})(?:[A-Za-z_][\w.]{0,30}\((?=["']))?)((?:\\{0,7}["'`]|&quot;)?)([^\s"'`<>,;&|(){}\\\p{Cc}]{3,300})/uy;
/** Goes on a name: `account number: …`, `session ID: …`. */
const SECOND_WORD = / (?:number|id)\b/iy;
const NAME_PART = /[\w.-]/;
const ENTITY = /&(?:\w{2,8}|#\w{1,6});/y;
const REST = /&[^\s"'`<>,;|(){}\\]{1,200}/y;
const LONGEST_NAME = 60;
const LONGEST_QUOTED = 200;

/** Names near values, in whatever text. */
export function redactPairs(text: string, sink: Sink): string {
  const nextName = Words.of(text).finder(NAME);
  const edits: Edit[] = [];
  let next = 0;
  for (let stem = nextName(next); stem >= 0; stem = nextName(next)) {
    STEM.lastIndex = stem;
    STEM.test(text);
    let end = wordEnd(text, STEM.lastIndex);
    next = end;
    let match = valueAt(text, end);
    if (!match) {
      SECOND_WORD.lastIndex = end;
      if (!SECOND_WORD.test(text)) continue;
      end = SECOND_WORD.lastIndex;
      match = valueAt(text, end);
      if (!match) continue;
    }
    const [whole, between = "", open = "", first = ""] = match;
    const stop = end + whole.length;
    const value = first + (open === "" ? restOfWord(text, stop, between) : restOfQuoted(text, stop, open));
    const start = wordStart(text, stem);
    const redacted = redactPair(nameBefore(text, start, end), between, value, sink);
    if (redacted === null) continue;
    const from = end + whole.length - first.length;
    next = from + value.length;
    edits.push({ from, to: next, text: redacted });
  }
  return edited(text, edits);
}

function valueAt(text: string, from: number): RegExpExecArray | null {
  VALUE.lastIndex = from;
  return VALUE.exec(text);
}

/** A value in quotes ends with them, blanks and all: `password: "open sesame"`. */
function restOfQuoted(text: string, from: number, open: string): string {
  const rest = text.slice(from, from + LONGEST_QUOTED);
  const end = rest.indexOf(open);
  return end < 0 || rest.slice(0, end).includes("\n") ? "" : rest.slice(0, end);
}

/** An ampersand ends a value in a form alone: `password: one&two`. */
function restOfWord(text: string, from: number, between: string): string {
  if (between.includes("=")) return "";
  ENTITY.lastIndex = from;
  if (ENTITY.test(text)) return "";
  REST.lastIndex = from;
  return REST.exec(text)?.[0] ?? "";
}

/** @returns what the value becomes; null: it is none to hide */
function redactPair(name: string, between: string, value: string, sink: Sink): string | null {
  const kind = sensitiveName(name);
  if (!kind || TAGGED.test(value)) return null;
  const plain = value.replace(/[.!?\]]+$/, "");
  const wordy = /^\s+(?:is|was|set|["'`]|$)|\|/.test(between);
  // "Pass `--dry-run`" names nothing.
  if (!isLikelySecret(kind, plain, wordy) || (wordy && /^(?:pass|pw)$/i.test(name))) return null;
  const global = /[^a-z]/i.test(plain);
  const [, password] = kind === "secret" ? (/[^:\s]{1,80}:(.{4,})/.exec(plain) ?? []) : [];
  if (password) replaceValue("password", password, "name near value", sink, global);
  return replaceValue(kind, plain, "name near value", sink, global) + value.slice(plain.length);
}

function wordStart(text: string, from: number): number {
  let at = from;
  while (from - at < LONGEST_NAME && NAME_PART.test(text.charAt(at - 1))) at--;
  return at;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at - from < LONGEST_NAME && NAME_PART.test(text.charAt(at))) at++;
  return at;
}

/** The word, with the one before where they are one name: `api key`, `card number`. */
function nameBefore(text: string, start: number, end: number): string {
  const word = text.slice(start, end);
  if (text.charAt(start - 1) !== " ") return word;
  const both = text.slice(wordStart(text, start - 1), end);
  // Not "browser session ID".
  return sensitiveName(word) && !/browser/i.test(both) ? word : both;
}

/** "password: required" is prose, "password: hunter2" is none. */
function isLikelySecret(kind: SecretKind, value: string, wordy: boolean): boolean {
  if (
    value.length < 3 ||
    /^(?:null|none|true|false|undefined|required|optional|string|number|empty|missing|hidden|\*+|•+|x+)$/i.test(
      value,
    )
  )
    return false;
  const mixed = /\d/.test(value) || /[^A-Za-z0-9]/.test(value) || /[a-z][A-Z]/.test(value);
  if (kind === "password" || kind === "otp")
    return wordy ? mixed && value.length >= 4 : mixed || value.length >= 8;
  if (kind === "card" || kind === "account") return /\d{3}/.test(value);
  if (kind === "cookie" || kind === "address") return mixed && value.length >= 6;
  return wordy ? looksRandom(value) : mixed && value.length >= 8;
}
