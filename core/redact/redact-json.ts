import { fromBase64, isBase64, isBase64Body, isOfBase64, replacePictures, toBase64 } from "./base64";
import {
  AT_SIGN,
  BACKSLASH,
  BEFORE_PARAMETER,
  COLON,
  cluesIn,
  DOLLAR,
  ELEMENT,
  EQUALS,
  OPTION,
  OTHER_NAME,
  SCHEME,
} from "./clues";
import { type Seen, types } from "./json-level";
import { LONG_NUMBER } from "./json-meaning";
import { type JsonPlace, JsonRewriter, type Rewrites } from "./json-rewriter";
import { NotJson } from "./json-tokens";
import { isTag, looksRandom } from "./known-values";
import { redactHeader } from "./redact-headers";
import { holdsHtml, redactHtml } from "./redact-html";
import { redactParameters, redactText } from "./redact-text";
import { replaceValue, type Sink } from "./replace-value";
import { type SecretKind, sensitiveName, sensitiveParameter } from "./sensitive-names";
import { HASHED } from "./shapes";

/** What is known of a JSON text from where it stands. */
type Whole = "typed" | "secret" | null;

/** A sink that is told where in the document the rewriter stands. */
export interface JsonSink extends Sink {
  place: JsonPlace | null;
}

/** Numbers are secrets under few names: a `token` of 1200 is a count. */
const NUMBER_KINDS = new Set<SecretKind>(["otp", "card", "account", "password"]);
/** What says what is done with a text beside. */
const METHODS = ["call", "type", "method", "apiName", "action_type", "action"] as const;
const CREDENTIAL_TYPE = /credential|bitwarden|onepassword|secret|vault/i;
/** What is longer, and no text, is a picture or a document. */
const LONGEST_HASH = 400;
const LONGEST_SHORT = 64;
/** Keys are names, unless they are as long as this. */
const SHORTEST_SECRET_KEY = 12;
const JSON_BEGINS = /^\s*[{[]/;
const WORDS = /^[A-Za-z ,.;!?-]*$/;
const DEEPEST = 6;
/** Base64 may hold anything: a run of its characters as long as this is one. */
const LONG_RUN = 64;
/** What no rule looks for by itself. */
const HARMLESS_CLUES = COLON | EQUALS | BEFORE_PARAMETER | ELEMENT | SCHEME | OPTION;
/** Clues that are worth a closer look. */
const LOOSE_CLUES = OTHER_NAME | AT_SIGN | BACKSLASH | DOLLAR;
/** Names that count, and have none of the usual words in them. */
const OTHER_NAMES =
  /(?:pass|sid|sig|pan)\d{0,3}\\*"|saml|social|routing|tax|web_?(?:hook|socket)|proxy|browser_?address|dpop/i;
const PARAMETER = /[?&#;]([\w.[\]-]{1,80})=/g;

/** A rewriter that takes secrets out of JSON: runs, HARs, element trees, prompts, traces. */
export function jsonRedacter(sink: JsonSink, depth = 0, whole: Whole = null): JsonRewriter {
  return new JsonRewriter(new JsonRules(sink, depth, whole));
}

/** Methods, not functions made for each document: the engine compiles those anew for the next one. */
class JsonRules implements Rewrites {
  constructor(
    private readonly sink: JsonSink,
    private readonly depth: number,
    private readonly whole: Whole,
  ) {}

  string(value: string, place: JsonPlace): string | undefined {
    const { sink, depth, whole } = this;
    learnName(value, place, sink);
    if (value.length === 1 && isDigitOfCode(value, place)) return "[redacted:otp#0]";
    if (value.length < 3 || isTag(value)) return undefined;
    const redacted = at(place, sink, depth, () =>
      whole === "secret"
        ? replaceValue(whole, value, "header", sink, looksRandom(value))
        : redactString(value, place, sink, depth, whole),
    );
    return redacted === value ? undefined : redacted;
  }

  number(raw: string, place: JsonPlace): string | undefined {
    const { sink, depth, whole } = this;
    if (raw.length === 1 && isDigitOfCode(raw, place)) return "[redacted:otp#0]";
    if (raw.length < 3) return undefined;
    if (isTyped(place, whole)) return at(place, sink, depth, () => replaceTyped(raw, sink));
    const kind = kindOf(place, raw, sink);
    if (raw.length >= LONG_NUMBER && !kind) {
      const redacted = redactText(raw, sink);
      return redacted === raw ? undefined : redacted;
    }
    if (!kind || !NUMBER_KINDS.has(kind)) return undefined;
    return at(place, sink, depth, () => replaceValue(kind, raw, "name", sink));
  }

  late(value: string, place: JsonPlace, counted: boolean, isTooLate: boolean): string | undefined {
    const { sink, depth } = this;
    if (place.meaning.isArguments) return wholeOf(place) === null ? undefined : this.string(value, place);
    if (value.length < 3 || isTag(value)) return undefined;
    const told = counted ? { values: sink.values, note: () => {} } : sink;
    return at(place, sink, depth, () => redactLate(value, place, told, isTooLate && !counted));
  }

  key(key: string): string {
    return key.length < SHORTEST_SECRET_KEY ? key : redactText(key, this.sink);
  }
}

/** `otp: [4, 8, 3, 9, 2, 0]`: fields of one digit each. None of them is worth a tag of its own. */
function isDigitOfCode(value: string, { meaning }: JsonPlace): boolean {
  return meaning.isDigitOfCode && /^\d$/.test(value);
}

/** For the ledger: where in the file, not in a text in it. */
function at<Result>(place: JsonPlace, sink: JsonSink, depth: number, work: () => Result): Result {
  if (depth > 0) return work();
  sink.place = place;
  try {
    return work();
  } finally {
    sink.place = null;
  }
}

/** A value whose name came behind it. */
function redactLate(value: string, place: JsonPlace, sink: Sink, isTooLate: boolean): string | undefined {
  if (value.includes("[redacted:")) return undefined;
  const { key, name, meaning } = place;
  const kind = kindOf(place, value, sink);
  if (kind) return redactNamed(kind, value, place, sink);
  const mayBeHeader = name !== null && meaning.isValue && key !== "text";
  const header = mayBeHeader ? redactHeader(name, value, sink) : null;
  return header ?? (isTyped(place, null) ? replaceTyped(value, sink, isTooLate) : undefined);
}

/** Words that were typed stay elsewhere. */
function replaceTyped(value: string, sink: Sink, isEverywhere = false): string {
  return replaceValue("typed", value, "typed text", sink, isEverywhere || looksRandom(value));
}

/** The definition of an agent says which of its parameters hold credentials; their values stand in other documents. */
function learnName(value: string, place: JsonPlace, sink: Sink): void {
  const isType = place.meaning.isParameterType;
  const name = isType ? place.seen.key : place.key === "key" ? value : undefined;
  if (!name) return;
  if (isType ? CREDENTIAL_TYPE.test(value) : isCredential(place)) sink.values.addName(name);
}

function redactString(value: string, place: JsonPlace, sink: JsonSink, depth: number, whole: Whole): string {
  const { key, name, meaning } = place;
  if (name !== null && key === "value") {
    const header = redactHeader(name, value, sink);
    if (meaning.isInHeaders && header !== null) return header;
  }
  if (meaning.isHeader) {
    const header = redactHeader(key, value, sink);
    if (header !== null) return header;
    // What Skyvern was told to send along is the user's own secret, whatever its name.
    if (meaning.isExtraHeader) return replaceValue("secret", value, "header", sink);
  }
  const paired = redactPaired(value, place, sink);
  if (paired !== null) return paired;
  const kind = kindOf(place, value, sink);
  if (kind) return redactNamed(kind, value, place, sink);
  if (isTyped(place, whole)) return replaceTyped(value, sink);
  return redactInner(value, place, sink, depth);
}

/** A value whose name gave it away. A structure in it keeps its form; a short word may be no secret. */
function redactNamed(kind: SecretKind, value: string, place: JsonPlace, sink: Sink): string {
  if (kind === "cookie" && /=/.test(value) && !place.meaning.isInCookies)
    return redactHeader("cookie", value, sink) ?? value;
  return replaceValue(kind, value, "name", sink);
}

/** A text that holds something: JSON, HTML, a form, a picture, or words. */
function redactInner(value: string, place: JsonPlace, sink: JsonSink, depth: number): string {
  // Words without a digit or a sign are no secret by themselves, and are most of what there is.
  if (WORDS.test(value)) return sink.values.replaceIn(value, () => sink.note("known value"));
  const { isBody } = place.meaning;
  if (depth < DEEPEST && JSON_BEGINS.test(value)) {
    const whole = wholeOf(place);
    if (whole === null && isHarmless(value, sink)) return value;
    const inner = innerJson(value, sink, depth, whole);
    if (inner !== null) return inner;
  }
  const pictures = value.includes(";base64,")
    ? replacePictures(value, (base64) => replaceValue("image", base64, "picture", sink, false))
    : value;
  if (isBase64(pictures, LONG_RUN) || (isBody && isBase64Body(pictures)))
    return redactBase64(pictures, isBody, sink, depth);
  if (holdsHtml(pictures)) return redactHtml(pictures, sink);
  if (place.key === "text" && /^[\w.%[\]-]+=[^\s]*$/.test(value))
    return redactText(redactForm(pictures, sink), sink);
  return redactText(pictures, sink);
}

/** A base64 body is read; what is no text in it is a picture or a document, which nobody can search. */
function redactBase64(value: string, isBody: boolean, sink: JsonSink, depth: number): string {
  const text = fromBase64(value);
  if (text === null)
    return (isBody && value.length > LONGEST_SHORT) || value.length > LONGEST_HASH
      ? replaceValue("body", value, "binary body", sink, false)
      : redactText(value, sink);
  const redacted =
    (/^\s*[{[]/.test(text) ? innerJson(text, sink, depth) : null) ??
    (text.trimStart().startsWith("<") ? redactHtml(text, sink) : redactText(text, sink));
  return redacted === text ? value : toBase64(redacted);
}

/**
 * True for JSON in a text, such as an answer's body, that has nothing in it which any rule looks for: taking it apart
 * would find nothing. What the rules know must be known here too; the tests compare both ways.
 */
export function isHarmless(text: string, sink: Sink): boolean {
  const clues = cluesIn(text);
  if ((clues & ~HARMLESS_CLUES & ~LOOSE_CLUES) !== 0) return false;
  return !(
    (clues & OTHER_NAME && OTHER_NAMES.test(text)) ||
    (clues & AT_SIGN && text.includes("//")) ||
    (clues & BACKSLASH && text.includes("\\u")) ||
    (clues & DOLLAR && HASHED.test(text)) ||
    hasLongRun(text) ||
    (clues & EQUALS && clues & BEFORE_PARAMETER && holdsSecretParameter(text)) ||
    sink.values.mayHoldName(text) ||
    sink.values.isIn(text)
  );
}

function holdsSecretParameter(text: string): boolean {
  for (const [, name = ""] of text.matchAll(PARAMETER)) if (sensitiveParameter(name)) return true;
  return false;
}

function hasLongRun(text: string): boolean {
  const { length } = text;
  for (let at = LONG_RUN - 1; at < length; at += LONG_RUN) {
    if (!isOfBase64(text.charCodeAt(at))) continue;
    let from = at;
    let to = at + 1;
    while (from > 0 && at - from < LONG_RUN && isOfBase64(text.charCodeAt(from - 1))) from--;
    while (to < length && to - from < LONG_RUN && isOfBase64(text.charCodeAt(to))) to++;
    if (to - from >= LONG_RUN) return true;
  }
  return false;
}

/** @returns null where the text is no JSON */
function innerJson(text: string, sink: JsonSink, depth: number, whole: Whole = null): string | null {
  try {
    const inner = jsonRedacter(sink, depth + 1, whole);
    return inner.write(text) + inner.finish();
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

/** A call of a model says what it does beside its arguments; headers of Skyvern's may stand in a text. */
function wholeOf({ key, seen, meaning }: JsonPlace): Whole {
  if (/^extra_?http_?headers$/i.test(key)) return "secret";
  return meaning.isArguments && types(seen) ? "typed" : null;
}

/** `user=x&password=y`: the first has nothing before it. */
function redactForm(text: string, sink: Sink): string {
  return redactParameters(`?${text}`, sink).slice(1);
}

/** `["X-Auth-Token", "…"]`: headers as a list of pairs, or as one list of names and values. */
function redactPaired(value: string, { before, meaning }: JsonPlace, sink: Sink): string | null {
  if (before === null || meaning.pairs === null) return null;
  if (meaning.pairs === "headers") return redactHeader(before, value, sink);
  const kind = sensitiveName(before);
  const isSecret = /\d/.test(value) || (kind === "password" && (value.length >= 12 || /[^a-z]/i.test(value)));
  return kind && isSecret ? replaceValue(kind, value, "name", sink) : null;
}

function isCredential({ seen }: JsonPlace): boolean {
  const { parameter_type: own, workflow_parameter_type: ofWorkflow } = seen;
  return (
    (own !== undefined && CREDENTIAL_TYPE.test(own)) ||
    (ofWorkflow !== undefined && CREDENTIAL_TYPE.test(ofWorkflow))
  );
}

function kindOf(place: JsonPlace, value: string, sink: Sink): SecretKind | null {
  return (
    namedKind(place) ??
    parameterKind(place, sink) ??
    (place.key === "auth" && /^[^:\s]+:./.test(fromBase64(value) ?? "") ? "secret" : null) ??
    (place.meaning.isWeak && isCode(value) ? "token" : null)
  );
}

/** Parameters of credential types, by their definition. */
function parameterKind(place: JsonPlace, sink: Sink): SecretKind | null {
  const { key, name, meaning } = place;
  if (meaning.isParameterValue && sink.values.hasName(key)) return "secret";
  if (name !== null && sink.values.hasName(name) && /^(?:default_)?value$/.test(key)) return "secret";
  return isCredential(place) && !meaning.describes ? "secret" : null;
}

/** Mixed as no word, name or path is. */
function isCode(value: string): boolean {
  return (
    value.length >= 10 &&
    /^[\w.~+/=-]+$/.test(value) &&
    looksRandom(value) &&
    (/[a-z].*[A-Z]|[A-Z].*[a-z]/.test(value) || /^[0-9a-f]{20,}$/.test(value))
  );
}

/** By what an input says of itself: its type, how a browser is to fill it in, and what its user reads there. */
function fieldKind(key: string, seen: Seen): SecretKind | null {
  if (seen.type?.toLowerCase() === "password") return "password";
  const byBrowser = sensitiveName(seen.autocomplete ?? "");
  if (byBrowser || key !== "value") return byBrowser;
  return sensitiveName(seen.placeholder ?? "") ?? sensitiveName(seen["aria-label"] ?? "");
}

function namedKind({ key, name, seen, meaning }: JsonPlace): SecretKind | null {
  const isValue = meaning.isValue && key !== "content";
  if (name !== null && isValue) {
    if (meaning.isInCookies) return "cookie";
    const kind = meaning.isInParameters ? sensitiveParameter(name) : sensitiveName(name);
    // A name that says nothing takes nothing from what else does: `{name: "x3", type: "password", value: "…"}`.
    if (kind) return kind;
  }
  return meaning.own ?? (isValue ? fieldKind(key, seen) : null) ?? meaning.around;
}

/** What was typed into a page may be anything: by `fill` of a trace, by an action of Skyvern's. */
function isTyped({ key, seen, path, meaning }: JsonPlace, whole: Whole): boolean {
  if (!meaning.mayBeTyped) return false;
  if (whole === "typed" || types(seen, METHODS)) return true;
  // A trace has the method beside `params`, so before them.
  return path.at(-2) === "params" && (key === "text" || seen.selector !== undefined);
}
