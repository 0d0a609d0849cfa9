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
  STEM,
} from "./clues";
import { type Edit, edited, replaced } from "./edits";
import { isTag, type KnownValues, looksRandom } from "./known-values";
import { nearNames } from "./near-names";
import { headerKind, type SecretKind, sensitiveName, sensitiveParameter } from "./sensitive-names";
import { replaceShapes } from "./shapes";
import { Words } from "./words";

/** Takes secrets out of one text and notes what it did. */
export interface Sink {
  values: KnownValues;
  /** @param rule which rule found something */
  note(rule: string): void;
}

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
/** A value may have texts in quotes in it: `a="…"; b=…`; a quote alone ends it. */
const HEADER =
  /^([ \t]*(?:[<>*] ?)?)([A-Za-z][A-Za-z0-9-]{2,60})(:[ \t]*["']?)([^\r\n"'=]{0,4000}(?:=(?:"[^\r\n"]*"|'[^\r\n']*')?[^\r\n"'=]{0,4000}){0,400})/gm;
/** `curl -H "X-Api-Key: …"`, `wget --header=…` */
const HEADER_OPTION =
  /((?:^|\s)(?:-H ?|--header[ =])\\{0,3})("[^\r\n"\\]{3,4000}|'[^\r\n']{3,4000}|[^\s"']{3,4000})/g;
const HEADER_GIVEN = /^(["']?)([A-Za-z][A-Za-z0-9-]{2,60})(:[ \t]*)(.{3,})/;
const CURL_USER =
  /((?:-u|--user|--proxy-user)[ =]["']?|\bcurl\b[^\n]{0,300}? -u["']?)([^\s"':]{1,100}):([^\s"']{0,200})/g;
const CURL_COOKIE = /((?:(?:^|\s)-b|--cookie)[ =]["']?)([^\s"'=]{1,100}=[^\n"']{1,4000})/g;
/** `--password …`: what an option is called tells as much as a field. */
const OPTION = /((?:^|\s)--?([A-Za-z][\w-]{2,40})[ =]["']?)(?!-)([^\s"']{3,300})/g;
const SHORT_OPTION =
  /(\b(?:mysql\w{0,10}|mariadb|sshpass|mongo\w{0,10})\b[^\n|;&]{0,200}? -p ?["']?)([^\s"']{3,200})/g;
const NETRC = /(\bmachine \S{1,200} login \S{1,200} password )(\S{3,200})/g;
/** `setItem("auth_token", "…")`: a name and a value that are handed over together. */
const CALL =
  /(\b(?:\w{0,20}[sS]et\w{0,20}|\w{0,10}[aA]dd\w{0,20}|append|put|header|cookie)\(\s{0,3}["'`])([^"'`\n]{1,80})(["'`]\s{0,3},\s{0,3}["'`])([^"'`\n]{3,2000})/g;
/** The first line of a table with columns of secrets. */
const TABLE_HEAD = /^\ufeff?["\w .-]{1,60}(?:([,;\t])["\w .-]{1,60}){1,100}\r?\n/;
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
/** `name=value`, `"name": "value"`, `api key is value`: what follows a name. */
const VALUE =
  /(?:\\{0,7}["'`]?\]?)((?:\p{Cc}\[[\d;]{0,8}m){0,3}[*_]{0,3}\s{0,3}(?:=>|:=|->|[:=|]| (?:was |is )?set to | is | was |[ \t](?=["'`]))[*_]{0,3}(?:\p{Cc}\[[\d;]{0,8}m){0,3}(?:[ \t]{0,3}\r?\n[ \t]{2,12}|\s{0,3})(?:[A-Za-z_][\w.]{0,30}\((?=["']))?)((?:\\{0,7}["'`]|&quot;)?)([^\s"'`<>,;&|(){}\\\p{Cc}]{3,300})/uy;
/** A value, or a cookie with its name, that another rule took out. */
const TAGGED = /^(?:[^\s=]{1,200}=)?\[redacted:/;
/** Goes on a name: `account number: …`, `session ID: …`. */
const SECOND_WORD = / (?:number|id)\b/iy;
const NAME_PART = /[\w.-]/;
const ENTITY = /&(?:\w{2,8}|#\w{1,6});/y;
const REST = /&[^\s"'`<>,;|(){}\\]{1,200}/y;
/** "with password x7Kp…": no sign between. */
const SPOKEN = /(\b(?:password|passcode|passphrase|token|api key|secret) )(?![([-])([^\s"'<>,;]{8,100})/gi;
/** "Enter 483921 as the one-time code": the name comes behind. */
const NAMED_BEHIND =
  /(?<![\w.-])([\w!@#$%^*+=-]{4,80})(?= (?:as|is|for) (?:the|your|my|a|his|her|their) (?:[\w-]{1,20} ){0,3}?(password|passcode|passphrase|one-time code|verification code|security code|access code|login code|code|otp|pin|api key|token|secret)\b)/gi;
const MAY_BE_NAMED_BEHIND = / (?:as|is|for) (?:the|your|my|a|his|her|their) /i;
const REACH = { before: 400, after: 700 };
/** A label in a page: with the tag that it stands in, and the tags up to its value. */
const REACH_IN_PAGES = { before: 600, after: 1200 };
const LONGEST_NAME = 60;
/** Most texts in JSON are shorter, and have no name in them: its place is looked for when there is one. */
const SHORT = 1000;
const LONGEST_QUOTED = 200;
/** What a script types: `page.fill("#password", "…")`, `fill(selector="input[name='p']", value="…", timeout=500)`. */
const TYPED =
  /(\b(?:fill|type|pressSequentially|insertText|input_text)\(\s{0,3}(?:(?:\w{1,30} ?= ?)?(?:"[^"\n]{0,300}"|'[^'\n]{0,300}')\s{0,3},\s{0,3})?(?:(?:value|text) ?= ?)?(["']))((?:(?!\2)[^\n\\]|\\.){1,300})(?=\2\s{0,3}(?:\)|,\s{0,3}(?:\)|\{|(?!value|text)\w{1,30} ?=)))/g;
const ENCODED_ADDRESS = /%(?:25)*3[Aa](?:%(?:25)*2[Ff]){2}[^&]{1,300}?%(?:25)*40/;
const COOKIE_PAIR = /([^=;\s]{1,200})=("[^"]*"|[^;]*)/g;
/** Several headers that set cookies are given as one: `a=…; Path=/, b=…`. */
const NEXT_COOKIE = /(\n|, ?)(?=[^=;,\s]{1,200}=)/;
const COOKIE_ATTRIBUTE = /^(?:path|domain|expires|max-age|samesite|priority)$/i;

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
  if (clues & COLON && clues & named) out = replaced(out, HEADER, (match) => redactHeaderLine(match, sink));
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

/** The value of a header by its name; null where it is none to hide. */
export function redactHeader(name: string, value: string, sink: Sink): string | null {
  const kind = headerKind(name);
  if (kind === null) return null;
  switch (kind) {
    case "protocol":
      return value.replace(/[\w.~+/=-]{12,}/g, (part) =>
        looksRandom(part) ? replaceValue("token", part, "header", sink) : part,
      );
    case "cookies":
    case "set-cookie":
      return redactCookies(value, kind === "set-cookie", sink);
    case "authorization":
      return redactAuthorization(value, sink);
    default:
      return value.length < 3 ? null : replaceValue(kind, value, "header", sink);
  }
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
  const replaced = (whole: string, userinfo: string) => {
    replaceValue("password", decoded(passwordOf(userinfo)), "address", sink);
    return whole.replace(userinfo, replaceValue("password", userinfo, "address", sink));
  };
  return text.replace(USERINFO, replaced).replace(BARE_USERINFO, replaced);
}

/** `sk_live_…:` is a key that stands in the user's place. */
function passwordOf(userinfo: string): string {
  const colon = userinfo.indexOf(":");
  return userinfo.slice(colon + 1) || userinfo.slice(0, colon);
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

/** The first line of a table of which some column holds secrets; empty where the text is none. */
export function tableHead(text: string): string {
  return tableOf(text)?.head ?? "";
}

function tableOf(text: string): { head: string; sign: string; kinds: (SecretKind | null)[] } | null {
  const [head = "", sign] = TABLE_HEAD.exec(text) ?? [];
  if (sign === undefined) return null;
  const kinds = head.split(sign).map((cell) => sensitiveName(cell));
  return kinds.some((kind) => kind !== null) ? { head, sign, kinds } : null;
}

/** Columns whose heads name a secret: `user,password`. */
function redactTable(text: string, sink: Sink): string {
  const table = tableOf(text);
  if (!table) return text;
  const { head, sign, kinds } = table;
  const lines = text
    .slice(head.length)
    .split("\n")
    .map((line) => {
      const ways = [cellsOf(line, sign), line.split(sign)];
      const cells = ways.find(({ length }) => length === kinds.length);
      if (!cells) return line;
      return cells
        .map((cell, index) => {
          const [, open = "", value = "", close = ""] = /(\s*"?)(.*?)("?\s*)$/s.exec(cell) ?? [];
          const kind = kinds[index];
          return kind && value.length >= 3 ? open + replaceValue(kind, value, "column", sink) + close : cell;
        })
        .join(sign);
    });
  return head + lines.join("\n");
}

/** A sign in quotes ends no cell: `"Meier, Bob",…`. */
function cellsOf(line: string, sign: string): string[] {
  const cells: string[] = [];
  let open = "";
  for (const piece of line.split(sign)) {
    const cell = open + piece;
    open = cell.split('"').length % 2 === 0 ? cell + sign : "";
    if (open === "") cells.push(cell);
  }
  return cells;
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

function redactHeaderLine(
  [, before = "", name = "", colon = "", value = ""]: readonly string[],
  sink: Sink,
): string | null {
  if (!name.includes("-") && !/(?:cookie|authorization)$/i.test(name)) return null;
  const redacted = redactHeader(name, value, sink);
  return redacted === null ? null : before + name + colon + redacted;
}

/** What is handed to a command: `curl -u bob:…`, `--password …`. */
function redactCommands(text: string, sink: Sink): string {
  const hidden = (_: string, before: string, value: string) =>
    before + replaceValue("password", value, "command", sink);
  return text
    .replace(HEADER_OPTION, (whole, before: string, given: string) => {
      const header = HEADER_GIVEN.exec(given);
      return header === null ? whole : before + (redactHeaderLine(header, sink) ?? given);
    })
    .replace(CURL_USER, (_, option: string, user: string, password: string) =>
      password === ""
        ? `${option}${replaceValue("password", user, "command", sink)}:`
        : `${option}${user}:${replaceValue("password", password, "command", sink)}`,
    )
    .replace(
      CURL_COOKIE,
      (_, before: string, cookies: string) => before + redactCookies(cookies, false, sink),
    )
    .replace(OPTION, (whole, before: string, name: string, value: string) => {
      const kind = sensitiveName(name);
      return kind && !TAGGED.test(value)
        ? before + replaceValue(kind, value, "command", sink, isMixed(value))
        : whole;
    })
    .replace(SHORT_OPTION, hidden);
}

function redactMultipart(text: string, sink: Sink): string {
  return text.replace(MULTIPART, (whole, before: string, name: string, value: string) => {
    const kind = sensitiveParameter(name);
    return kind ? before + replaceValue(kind, value, "form", sink) : whole;
  });
}

function redactAuthorization(value: string, sink: Sink): string {
  const [, scheme = "", gap = "", rest = value] = /^([A-Za-z][\w-]{1,20})( +)(.+)/s.exec(value) ?? [];
  return `${scheme}${gap}${authorization(rest, sink)}`;
}

/** The rest of an Authorization header; the password in Basic is learnt too. */
function authorization(value: string, sink: Sink): string {
  const plain = fromBase64(value);
  if (plain?.includes(":")) replaceValue("password", passwordOf(plain), "header", sink);
  return replaceValue("secret", value, "header", sink);
}

function redactCookies(value: string, isSet: boolean, sink: Sink): string {
  if (!isSet) return redactCookiePairs(value, false, sink);
  return value
    .split(NEXT_COOKIE)
    .map((each) => redactCookiePairs(each, true, sink))
    .join("");
}

function redactCookiePairs(value: string, isSet: boolean, sink: Sink): string {
  let first = true;
  return value.replace(COOKIE_PAIR, (whole, name: string, content: string) => {
    const attribute = isSet && !first && COOKIE_ATTRIBUTE.test(name);
    first = false;
    return attribute ? whole : `${name}=${replaceValue("cookie", content, "header", sink)}`;
  });
}

/** Names near values, in whatever text. */
function redactPairs(text: string, sink: Sink): string {
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

/** As passwords are, and words are not. */
function isMixed(value: string): boolean {
  return looksRandom(value) || (/[A-Za-z]/.test(value) && /[\d!@#$%^&*+=]/.test(value) && value.length >= 6);
}

function decoded(value: string): string {
  if (!value.includes("%") && !value.includes("+")) return value;
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
}
