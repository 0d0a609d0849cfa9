import { isTag, type KnownValues, looksRandom } from "./known-values";
import { type SecretKind, sensitiveName, sensitiveParameter } from "./sensitive-names";
import { replaceShapes } from "./shapes";

/** Takes secrets out of one text and notes what it did. */
export interface Sink {
  values: KnownValues;
  /** @param rule which rule found something */
  note(rule: string): void;
}

/** Begins at the colon, which is rarer than the letters of a scheme. */
const USERINFO = /:\/\/([^/@\s?#"'<>\\]{1,300})@/g;
/** A tag may stand in a URL already, with its `#`. */
const PARAMETER =
  /([?&#;]|&amp;|%(?:25)*(?:3[Ff]|26))((?:[\w.[\]-]|%5[BbDd]){1,80})(=|%(?:25)*3[Dd])((?:\[redacted:[^\]]*\]|[^&#;\s"'<>\\])+)/g;
const HEADER =
  /^([ \t]*(?:[<>*] ?|-H ?["']?|--header ?["']?)?)([A-Za-z][A-Za-z0-9-]{2,60})(:[ \t]*)([^\r\n"']{3,4000})/gm;
const CURL_USER = /((?:-u|--user|--proxy-user)[ =]["']?)([^\s"':]{1,100}):([^\s"']{1,200})/g;
/** One part of a form: its headers, an empty line, its value. */
const MULTIPART =
  /(form-data; name="([^"\r\n]{1,80})"[^\r\n]{0,300}\r?\n(?:[A-Za-z-]{1,60}:[^\r\n]{0,300}\r?\n){0,5}\r?\n)((?:(?!\r?\n--)[\s\S]){3,20000})/g;
const SCHEMES = ["Bearer ", "Basic ", "Digest ", "Token ", "ApiKey "];
const SCHEME = /\b(Bearer|Basic|Digest|Token|ApiKey)( +)([A-Za-z0-9+/=._~-]{8,4000})/g;
/** What a sensitive name has in it: looked for first, since every word might be a name. */
const STEM =
  /p(?:ass(?:word|wd|code|phrase)|wd)|s(?:e(?:cret|ss)|ignature|sn)|token|key|auth|otp|c(?:redential|ookie|srf|v[vc]|ard|ode)|xsrf|iban|a(?:ccount|ssertion)|jwt|nonce|\bpin\b/gi;
/** `name=value`, `"name": "value"`, `api key is value`: what follows a name. */
const VALUE =
  /(?:\\?["'])?(\s{0,3}(?:=>|:=|[:=]| is | was )\s{0,3})((?:\\?["'`]|&quot;)?)([^\s"'`<>,;&|(){}\\]{3,300})/y;
const NAME_PART = /[\w.-]/;
/** "with password x7Kp…": no sign between. */
const SPOKEN = /(\b(?:password|passcode|passphrase|token|api key|secret) )([^\s"'<>,;]{8,100})/gi;
/** "Enter 483921 as the one-time code": the name comes behind. */
const NAMED_BEHIND =
  /(?<![\w.-])([\w!@#$%^*+=-]{4,80})(?= (?:as|is|for) (?:the|your|my|a|his|her|their) (?:[\w-]{1,20} ){0,3}?(password|passcode|passphrase|one-time code|verification code|security code|access code|login code|code|otp|pin|api key|token|secret)\b)/gi;
/** Short texts come again and again in a HAR or a tree. */
const LONGEST_REMEMBERED = 120;
const LONGEST_NAME = 60;
const LONGEST_QUOTED = 200;
/** What a script types: `page.fill("#password", "…")`. */
const TYPED =
  /(\b(?:fill|type|pressSequentially|insertText)\((?:\s{0,3}["'][^"'\n]{0,200}["']\s{0,3},)?\s{0,3}(["']))([^"'\n]{1,300})(?=\2\s{0,3}\))/g;
const ENCODED_ADDRESS = /%(?:25)*3[Aa](?:%(?:25)*2[Ff]){2}[^&]{1,300}?%(?:25)*40/;
const COOKIE_PAIR = /([^=;\s]{1,200})=("[^"]*"|[^;]*)/g;
const COOKIE_ATTRIBUTE = /^(?:path|domain|expires|max-age|samesite|priority)$/i;

/** Takes secrets out of a text: by name, by form and by known value (redaction.md). */
export function redactText(text: string, sink: Sink): string {
  if (text.length < 3 || isTag(text)) return text;
  if (text.length > LONGEST_REMEMBERED) return redactAnew(text, sink);
  if (sink.values.isClean(text)) return text;
  const redacted = redactAnew(text, sink);
  if (redacted === text) sink.values.addClean(text);
  return redacted;
}

function redactAnew(text: string, sink: Sink): string {
  // What is known comes first: a rule might find but a part of it.
  let out = sink.values.replaceIn(text, () => sink.note("known value"));
  if (out.includes("=")) out = redactParameters(out, sink);
  if (out.includes("://")) out = redactUserinfo(out, sink);
  if (out.includes(":")) out = out.replace(HEADER, (...match) => redactHeaderLine(match, sink));
  if (out.includes("form-data;")) out = redactMultipart(out, sink);
  if (out.includes(" -u") || out.includes("-user")) out = redactCurl(out, sink);
  if (SCHEMES.some((scheme) => out.includes(scheme)))
    out = out.replace(SCHEME, (whole, scheme: string, gap: string, value: string) =>
      /\d/.test(value) || value.length > 20 ? `${scheme}${gap}${authorization(value, sink)}` : whole,
    );
  if (out.includes("(")) {
    out = out.replace(
      TYPED,
      (_, before: string, _quote: string, value: string) =>
        before + replaceValue("typed", value, "typed text", sink, looksRandom(value)),
    );
  }
  if (holdsName(out)) out = redactNamed(out, sink);
  return replaceShapes(out, (kind, value) => replaceValue(kind, value, "shape", sink));
}

/** Most texts have no word in them that could name a secret. */
export function holdsName(text: string): boolean {
  STEM.lastIndex = 0;
  return STEM.test(text);
}

/** Values beside words that name them. */
function redactNamed(text: string, sink: Sink): string {
  const spoken = text.replace(SPOKEN, (whole, before: string, value: string) =>
    looksRandom(value) ? before + replaceValue("password", value, "name near value", sink) : whole,
  );
  const behind = spoken.replace(NAMED_BEHIND, (value) =>
    /^\d{4,10}$/.test(value) || looksRandom(value) || /\w[!@#$%^*+=]|[a-z]\d{2}/i.test(value)
      ? replaceValue(/^\d+$/.test(value) ? "otp" : "password", value, "name near value", sink)
      : value,
  );
  return redactPairs(behind, sink);
}

/** The value of a header by its name; null where it is none to hide. */
export function redactHeader(name: string, value: string, sink: Sink): string | null {
  const lower = name.toLowerCase();
  if (lower === "cookie" || lower === "set-cookie") return redactCookies(value, lower === "set-cookie", sink);
  if (/authorization$/.test(lower)) return redactAuthorization(value, sink);
  const kind =
    sensitiveName(name) ?? (/(?:^|-)(?:auth|key|session|secret|token)(?:-|$)/.test(lower) ? "token" : null);
  if (!kind || value.length < 3) return null;
  return replaceValue(kind, value, "header", sink);
}

/** A tag in the place of a value, unless it is one already. */
export function replaceValue(
  kind: SecretKind,
  value: string,
  rule: string,
  sink: Sink,
  global = true,
): string {
  if (value === "" || isTag(value)) return value;
  sink.note(`${rule}: ${kind}`);
  return sink.values.tagOf(kind, value, global);
}

/** User name and password in front of a host. */
function redactUserinfo(text: string, sink: Sink): string {
  return text.replace(USERINFO, (whole, userinfo: string) => {
    if (isTag(userinfo)) return whole;
    const password = userinfo.includes(":") ? userinfo.slice(userinfo.indexOf(":") + 1) : userinfo;
    replaceValue("password", decoded(password), "address", sink);
    return `://${replaceValue("password", userinfo, "address", sink)}@`;
  });
}

/** The parameters of a query, a fragment or a form: `a=1&b=2` with whatever stands before. */
export function redactParameters(text: string, sink: Sink): string {
  return text.replace(PARAMETER, (whole, before: string, name: string, equals: string, value: string) => {
    const kind = sensitiveParameter(decoded(name));
    const plain = decoded(value);
    if (!kind && value.includes("%22")) return before + name + equals + redactEncoded(value, plain, sink);
    // An address in a parameter may have a user, a password and parameters too.
    if (!kind && ENCODED_ADDRESS.test(value))
      return before + name + equals + redactEncoded(value, plain, sink);
    if (!kind)
      return /%(?:25)*3[Dd]/.test(value) ? before + name + equals + redactParameters(value, sink) : whole;
    const byShortName = sensitiveName(decoded(name)) === null;
    if (byShortName && !looksRandom(plain)) return whole;
    return `${before}${name}${equals}${replaceValue(kind, plain, "parameter", sink)}`;
  });
}

/** JSON in a parameter. */
function redactEncoded(value: string, plain: string, sink: Sink): string {
  const redacted = redactText(plain, sink);
  return redacted === plain ? value : encodeURIComponent(redacted);
}

function redactHeaderLine(match: unknown[], sink: Sink): string {
  const [whole, before, name, colon, value] = match.map(String);
  if (value === undefined || name === undefined) return whole ?? "";
  const known = /^(?:cookie|set-cookie|(?:proxy-)?authorization)$/i.test(name) || name.includes("-");
  const redacted = known ? redactHeader(name, value, sink) : null;
  return redacted === null ? (whole ?? "") : `${before}${name}${colon}${redacted}`;
}

function redactCurl(text: string, sink: Sink): string {
  return text.replace(
    CURL_USER,
    (_, option: string, user: string, password: string) =>
      `${option}${user}:${replaceValue("password", password, "command", sink)}`,
  );
}

function redactMultipart(text: string, sink: Sink): string {
  return text.replace(MULTIPART, (whole, before: string, name: string, value: string) => {
    const kind = sensitiveParameter(name);
    return kind ? before + replaceValue(kind, value, "form", sink) : whole;
  });
}

function redactAuthorization(value: string, sink: Sink): string {
  const [, scheme = "", gap = "", rest = value] = /^([A-Za-z][\w-]{1,20})( +)(.+)$/s.exec(value) ?? [];
  return `${scheme}${gap}${authorization(rest, sink)}`;
}

/** The rest of an Authorization header; the password in Basic is learnt too. */
function authorization(value: string, sink: Sink): string {
  const plain = fromBase64(value);
  const colon = plain?.indexOf(":") ?? -1;
  if (plain && colon > 0) replaceValue("password", plain.slice(colon + 1), "header", sink);
  return replaceValue("secret", value, "header", sink);
}

function redactCookies(value: string, isSet: boolean, sink: Sink): string {
  let first = true;
  return value.replace(COOKIE_PAIR, (whole, name: string, content: string) => {
    const attribute = isSet && !first && COOKIE_ATTRIBUTE.test(name);
    first = false;
    return attribute ? whole : `${name}=${replaceValue("cookie", content, "header", sink)}`;
  });
}

/** Names near values, in whatever text. */
function redactPairs(text: string, sink: Sink): string {
  const out: string[] = [];
  let copied = 0;
  STEM.lastIndex = 0;
  for (let stem = STEM.exec(text); stem; stem = STEM.exec(text)) {
    const end = wordEnd(text, stem.index + stem[0].length);
    STEM.lastIndex = end;
    VALUE.lastIndex = end;
    const match = VALUE.exec(text);
    if (!match || end < copied) continue;
    const [whole, between = "", open = "", first = ""] = match;
    const value = first + restOfQuoted(text, end + whole.length, open);
    const start = wordStart(text, stem.index);
    const redacted = redactPair(nameBefore(text, start, end), between, value, sink);
    if (redacted === null) continue;
    const valueAt = end + whole.length - first.length;
    out.push(text.slice(copied, valueAt), redacted);
    copied = valueAt + value.length;
    STEM.lastIndex = copied;
  }
  return copied === 0 ? text : out.join("") + text.slice(copied);
}

/** A value in quotes ends with them, blanks and all: `password: "open sesame"`. */
function restOfQuoted(text: string, from: number, open: string): string {
  if (open === "") return "";
  const rest = text.slice(from, from + LONGEST_QUOTED);
  const end = rest.indexOf(open);
  return end < 0 || rest.slice(0, end).includes("\n") ? "" : rest.slice(0, end);
}

/** @returns what the value becomes; null: it is none to hide */
function redactPair(name: string, between: string, value: string, sink: Sink): string | null {
  const kind = sensitiveName(name);
  if (!kind || value.startsWith("[redacted:")) return null;
  const plain = value.replace(/[.!?\]]+$/, "");
  const wordy = /^\s+(?:is|was)\s+$/.test(between);
  if (!isLikelySecret(kind, plain, wordy)) return null;
  const global = looksRandom(plain) || /[^a-z]/i.test(plain);
  return replaceValue(kind, plain, "name near value", sink, global) + value.slice(plain.length);
}

function wordStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && from - at < LONGEST_NAME && NAME_PART.test(text.charAt(at - 1))) at--;
  return at;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && at - from < LONGEST_NAME && NAME_PART.test(text.charAt(at))) at++;
  return at;
}

/** The word, with the one before where they are one name: `api key`, `card number`. */
function nameBefore(text: string, start: number, end: number): string {
  const word = text.slice(start, end);
  if (sensitiveName(word) || text.charAt(start - 1) !== " ") return word;
  return text.slice(wordStart(text, start - 1), end);
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
  return mixed && value.length >= 8;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
}

/** Base64 of UTF-8 text; null for anything else. */
export function fromBase64(value: string): string | null {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return null;
  try {
    const bytes = Uint8Array.from(atob(value.replaceAll("-", "+").replaceAll("_", "/")), (each) =>
      each.charCodeAt(0),
    );
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return /[^\P{Cc}\t\n\v\f\r]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}
