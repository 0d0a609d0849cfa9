import { fromBase64, toBase64 } from "./base64";
import {
  AT_SIGN,
  BACKSLASH,
  BASE64,
  BEFORE_PARAMETER,
  COLON,
  cluesIn,
  EQUALS,
  OPTION as HAS_OPTION,
  SCHEME as HAS_SCHEME,
  NAME,
  OTHER_NAME,
  PERCENT,
  PHRASE,
} from "./clues";
import { replaced } from "./edits";
import { isTag, looksRandom } from "./known-values";
import { nearNames } from "./near-names";
import { redactCommands } from "./redact-commands";
import { authorization, passwordOf, redactHeader, redactHeaderLines } from "./redact-headers";
import { redactPairs } from "./redact-pairs";
import { redactTable } from "./redact-tables";
import { isMixed, replaceValue, type Sink } from "./replace-value";
import { sensitiveName, sensitiveParameter } from "./sensitive-names";
import { replaceShapes } from "./shapes";
import { Words } from "./words";

/** Begins at the colon, which is rarer than the letters of a scheme. */
const USERINFO = /:\/\/([^/@\s?#"'<>\\]{1,300})@/g;
/** The same without a scheme: `//bob:…@h.example/`. */
const BARE_USERINFO = /(?<![:\w/])\/\/([^/@:\s?#"'<>\\]{1,100}:[^/@\s?#"'<>\\]{1,200})@/g;
/** A tag may stand in a URL already, with its `#`. */
const PARAMETER =
  /([?&#;]|&amp;|%(?:25)*(?:3[Ff]|26))((?:[\w.[\]-]|%(?:5[0-9AaBbDdFf]|[46][1-9A-Fa-f]|7[0-9Aa]|3[0-9]|2[Dd])){1,80})(=|%(?:25)*3[Dd])((?:\[redacted:[^\]]*\]|[^&#;\s"'<>\\])+)/g;
/** What follows a parameter of a path: `;jsessionid=…?page=2`. */
const QUERY = /\?[\w.[\]%-]{1,80}=.*/s;
/** What follows a parameter whose signs are codes: `%3Ftoken%3D…%26page%3D2`. */
const NEXT_ENCODED = /%(?:25)*26.*/s;
const NETRC = /(\bmachine \S{1,200} login \S{1,200} password )(\S{3,200})/g;
/** `setItem("auth_token", "…")`: a name and a value that are handed over together. */
const CALL =
  /(\b(?:\w{0,20}[sS]et\w{0,20}|\w{0,10}[aA]dd\w{0,20}|append|put|header|cookie)\(\s{0,3}["'`])([^"'`\n]{1,80})(["'`]\s{0,3},\s{0,3}["'`])([^"'`\n]{3,2000})/g;
/** "Sign in with bob / …" */
const SIGN_IN =
  /(\b(?:log|sign)(?:g?ing|g?ed|s)?[ -]?in (?:with|as|using) ["'`]?[^\s"'`/:]{2,80}["'`]? ?[/:] ?["'`]?)([^\s"'`,;]{4,80})/gi;
const CODE =
  /(\b(?:your|verification|security|confirmation|login|access|one-time|sms|2fa|mfa|authentication) code(?: is)?[:=]? {1,2}|\bPIN(?: is)?[:=]? {1,2})(\d{4,8})(?![\d.,]*\d)/gi;
const SOCIAL =
  /(\b(?:SSN|social[ -]security(?: (?:number|no\.?))?)(?: is|[:#])? {0,2})(\d{3}-\d{2}-\d{4})(?!\d)/gi;
/** The title of a step in a trace, an action of Skyvern's as its log prints it. */
const FILLED =
  /(\bFill |\bType (?=(["'])(?:(?!\2)[^\n]){1,300}\2 (?:locator|get|page)))(["'])((?:(?!\3)[^\n\\]|\\.){1,300})(?=\3)/g;
const TYPED_ACTION = /(\bInput_?Text[^\n]{0,400}?\btext=(["']))((?:(?!\2)[^\n\\]|\\.){1,300})(?=\2)/gi;
/** JSON in base64, wherever it stands; its first characters are always these. */
const BASE64_JSON = /(?<![A-Za-z0-9+/_.-])(?:eyJ|eyAi|ewog|ewoJ|W3si)[A-Za-z0-9+/_-]{8,}={0,2}(?![.\w])/g;
const LETTER_CODE = /\\+u00([4-7][0-9a-f])/gi;
/** One part of a form: its headers, an empty line, its value. */
const MULTIPART =
  /(form-data;[^\r\n]{0,200}?\bname="?([^"\r\n;]{1,80})"?[^\r\n]{0,300}\r?\n(?:[A-Za-z-]{1,60}:[^\r\n]{0,300}\r?\n){0,5}\r?\n)((?:(?!\r?\n--)[\s\S]){3,20000})/g;
const SCHEME = /\b(Bearer|Basic|Digest|Token|ApiKey)( +)([A-Za-z0-9+/=._~-]{8,4000})/g;
/** "with password x7Kp…": no sign between. */
const SPOKEN = /(\b(?:password|passcode|passphrase|token|api key|secret) )(?![([-])([^\s"'<>,;]{8,100})/gi;
/** "Enter 483921 as the one-time code": the name comes behind. */
const NAMED_BEHIND =
  /(?<![\w.-])([\w!@#$%^*+=-]{4,80})(?= (?:as|is|for) (?:the|your|my|a|his|her|their) (?:[\w-]{1,20} ){0,3}?(password|passcode|passphrase|one-time code|verification code|security code|access code|login code|code|otp|pin|api key|token|secret)\b)/gi;
const MAY_BE_NAMED_BEHIND = / (?:as|is|for) (?:the|your|my|a|his|her|their) /i;
const REACH = { before: 400, after: 700 };
/** A label in a page: with the tag that it stands in, and the tags up to its value. */
const REACH_IN_PAGES = { before: 600, after: 1200 };
/** Most texts in JSON are shorter, and have no name in them: its place is looked for when there is one. */
const SHORT = 1000;
/** What a script types: `page.fill("#password", "…")`, `fill(selector="input[name='p']", value="…", timeout=500)`. */
const TYPED =
  /(\b(?:fill|type|pressSequentially|insertText|input_text)\(\s{0,3}(?:(?:\w{1,30} ?= ?)?(?:"[^"\n]{0,300}"|'[^'\n]{0,300}')\s{0,3},\s{0,3})?(?:(?:value|text) ?= ?)?(["']))((?:(?!\2)[^\n\\]|\\.){1,300})(?=\2\s{0,3}(?:\)|,\s{0,3}(?:\)|\{|(?!value|text)\w{1,30} ?=)))/g;
const ENCODED_ADDRESS = /%(?:25)*3[Aa](?:%(?:25)*2[Ff]){2}[^&]{1,300}?%(?:25)*40/;

/** Rules for what stands near words that name secrets. */
type NearNames = (part: string, sink: Sink) => string;

/** What is known of a text of a page. */
interface OfPage {
  words: Words;
  ofPages: NearNames;
}

/** Takes secrets out of a text: by name, by form and by known value (redaction.md). @param page what HTML adds */
export function redactText(text: string, sink: Sink, page?: OfPage): string {
  if (text.length < 3 || isTag(text)) return text;
  // What is known comes first: a rule might find but a part of it.
  const out = sink.values.replaceIn(text, () => sink.note("known value"));
  const words = page?.words.text === out ? page.words : out.length < SHORT ? null : Words.of(out);
  const clues = words === null ? cluesIn(out) : words.clues;
  return clues === 0 ? out : redactByRules(out, clues, words, sink, page?.ofPages);
}

/** Each rule needs what it can't do without. */
function redactByRules(
  text: string,
  found: number,
  words: Words | null,
  sink: Sink,
  ofPages?: NearNames,
): string {
  let out = text;
  let clues = found;
  const named = NAME | OTHER_NAME;
  // Both signs of a parameter may be percent codes.
  if (clues & EQUALS ? clues & (BEFORE_PARAMETER | PERCENT) : clues & PERCENT && /3d/i.test(out))
    out = redactParameters(out, sink);
  if (clues & AT_SIGN && out.includes("//")) out = redactUserinfo(out, sink);
  if (clues & BASE64) out = out.replace(BASE64_JSON, (whole) => redactBase64Json(whole, sink));
  if (clues & COLON && clues & named) out = redactHeaderLines(out, sink);
  if (clues & PHRASE && out.includes("form-data;")) out = redactMultipart(out, sink);
  if (clues & (named | PHRASE) && clues & HAS_OPTION) out = redactCommands(out, sink);
  if (clues & HAS_SCHEME)
    out = out.replace(SCHEME, (whole, scheme: string, gap: string, value: string) =>
      /\d/.test(value) || value.length > 20 ? `${scheme}${gap}${authorization(value, sink)}` : whole,
    );
  if (clues & PHRASE) out = redactTyped(out, sink);
  if (clues & BACKSLASH && out.includes("\\u00")) {
    out = withoutLetterCodes(out, sink);
    clues = cluesIn(out);
  }
  if (clues & named) out = redactTable(out, sink);
  if (clues & NAME) out = redactNamed(out, words, sink, ofPages);
  if (clues & PHRASE && /in (?:with|as|using) /.test(out))
    out = out.replace(SIGN_IN, (whole, before: string, value: string) =>
      isMixed(value) ? before + replaceValue("password", value, "name near value", sink) : whole,
    );
  return replaceShapes(out, clues, (kind, value) => replaceValue(kind, value, "shape", sink));
}

/** What a script or a trace says was typed. */
function redactTyped(text: string, sink: Sink): string {
  const typed = (value: string) => replaceValue("typed", value, "typed text", sink, looksRandom(value));
  let out = text;
  if (out.includes("("))
    for (const pattern of [TYPED, TYPED_ACTION])
      out = out.replace(pattern, (_, before: string, _quote: string, value: string) => before + typed(value));
  if (out.includes("Fill ") || out.includes("Type "))
    out = out.replace(
      FILLED,
      (_, before: string, _other: unknown, quote: string, value: string) => before + quote + typed(value),
    );
  return out;
}

/** Values beside words that name them. */
function redactNamed(text: string, known: Words | null, sink: Sink, ofPages?: NearNames): string {
  const words = text === known?.text ? known : Words.of(text);
  if (!ofPages) return nearNames(words, REACH, (part) => redactNearName(part, sink));
  return nearNames(words, REACH_IN_PAGES, (part) => redactNearName(ofPages(part, sink), sink));
}

function redactNearName(given: string, sink: Sink): string {
  let text = given;
  if (text.includes("(")) text = redactCalls(text, sink);
  text = text.replace(
    CODE,
    (_, before: string, code: string) => before + replaceValue("otp", code, "name near value", sink),
  );
  text = text.replace(
    SOCIAL,
    (_, before: string, number: string) => before + replaceValue("account", number, "name near value", sink),
  );
  text = text.replace(
    NETRC,
    (_, before: string, value: string) =>
      before + replaceValue("password", value, "name near value", sink, isMixed(value)),
  );
  const spoken = text.replace(SPOKEN, (whole, before: string, value: string) =>
    looksRandom(value) ? before + replaceValue("password", value, "name near value", sink) : whole,
  );
  if (!MAY_BE_NAMED_BEHIND.test(spoken)) return redactPairs(spoken, sink);
  const behind = spoken.replace(NAMED_BEHIND, (value) =>
    /^\d{4,10}$/.test(value) || looksRandom(value) || /\w[!@#$%^*+=]|[a-z]\d{2}/i.test(value)
      ? replaceValue(/^\d+$/.test(value) ? "otp" : "password", value, "name near value", sink)
      : value,
  );
  return redactPairs(behind, sink);
}

/** User name and password in front of a host. */
function redactUserinfo(text: string, sink: Sink): string {
  const replaced = (whole: string, userinfo: string) => {
    replaceValue("password", decoded(passwordOf(userinfo)), "address", sink);
    return whole.replace(userinfo, replaceValue("password", userinfo, "address", sink));
  };
  return text.replace(USERINFO, replaced).replace(BARE_USERINFO, replaced);
}

/** JSON in base64 stays that. */
function redactBase64Json(whole: string, sink: Sink): string {
  const plain = fromBase64(whole);
  if (plain === null) return whole;
  const redacted = redactText(plain, sink);
  return redacted === plain ? whole : toBase64(redacted);
}

/** Letters as codes hide a name: `"p\\u0061ssword"`. Only what is found by them is worth another spelling. */
function withoutLetterCodes(text: string, sink: Sink): string {
  const plain = text.replace(LETTER_CODE, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  // Not noted: the rules come to it anyway.
  const quiet = { values: sink.values, note: () => {} };
  return plain !== text && redactPairs(plain, quiet) !== plain ? plain : text;
}

/** `localStorage.setItem("auth_token", "…")` */
function redactCalls(text: string, sink: Sink): string {
  return text.replace(CALL, (whole, before: string, name: string, between: string, value: string) => {
    const header = redactHeader(name, value, sink);
    return header === null ? whole : before + name + between + header;
  });
}

/** The parameters of a query, a fragment or a form: `a=1&b=2` with whatever stands before. */
export function redactParameters(text: string, sink: Sink): string {
  return replaced(text, PARAMETER, ([, before = "", name = "", equals = "", whole = ""]) => {
    const rest = before === ";" ? QUERY : equals === "=" ? null : NEXT_ENCODED;
    const value = rest === null ? whole : whole.replace(rest, "");
    const redacted = redactParameter(decoded(name), value, sink);
    if (redacted === null && value === whole) return null;
    return before + name + equals + (redacted ?? value) + redactParameters(whole.slice(value.length), sink);
  });
}

/** @returns null where the value stays */
function redactParameter(name: string, value: string, sink: Sink): string | null {
  const kind = sensitiveParameter(name);
  if (!kind) {
    if (!value.includes("%")) return null;
    // JSON in a parameter, or an address, which may have a user, a password and parameters too.
    if (value.includes("%22") || ENCODED_ADDRESS.test(value))
      return redactEncoded(value, decoded(value), sink);
    return /%(?:25)*3[Dd]/.test(value) ? redactParameters(value, sink) : null;
  }
  const plain = decoded(value);
  const byShortName = sensitiveName(name) === null;
  if (byShortName && !looksRandom(plain)) return null;
  return replaceValue(kind, plain, "parameter", sink);
}

function redactEncoded(value: string, plain: string, sink: Sink): string {
  const redacted = redactText(plain, sink);
  return redacted === plain ? value : encodeURIComponent(redacted);
}

function redactMultipart(text: string, sink: Sink): string {
  return text.replace(MULTIPART, (whole, before: string, name: string, value: string) => {
    const kind = sensitiveParameter(name);
    return kind ? before + replaceValue(kind, value, "form", sink) : whole;
  });
}

function decoded(value: string): string {
  if (!value.includes("%") && !value.includes("+")) return value;
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
}
