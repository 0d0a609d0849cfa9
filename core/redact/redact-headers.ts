import { fromBase64 } from "./base64";
import { replaced } from "./edits";
import { looksRandom } from "./known-values";
import { replaceValue, type Sink } from "./replace-value";
import { headerKind } from "./sensitive-names";

/** A value may have texts in quotes in it: `a="…"; b=…`; a quote alone ends it. */
const HEADER =
  /^([ \t]*(?:[<>*] ?)?)([A-Za-z][A-Za-z0-9-]{2,60})(:[ \t]*["']?)([^\r\n"'=]{0,4000}(?:=(?:"[^\r\n"]*"|'[^\r\n']*')?[^\r\n"'=]{0,4000}){0,400})/gm;
const COOKIE_PAIR = /([^=;\s]{1,200})=("[^"]*"|[^;]*)/g;
/** Several headers that set cookies are given as one: `a=…; Path=/, b=…`. */
const NEXT_COOKIE = /(\n|, ?)(?=[^=;,\s]{1,200}=)/;
const COOKIE_ATTRIBUTE = /^(?:path|domain|expires|max-age|samesite|priority)$/i;

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

/** Lines such as `Cookie: …`. */
export function redactHeaderLines(text: string, sink: Sink): string {
  return replaced(text, HEADER, (match) => redactHeaderLine(match, sink));
}

/** @returns null where it is no header, or its value stays */
export function redactHeaderLine(
  [, before = "", name = "", colon = "", value = ""]: readonly string[],
  sink: Sink,
): string | null {
  if (!name.includes("-") && !/(?:cookie|authorization)$/i.test(name)) return null;
  const redacted = redactHeader(name, value, sink);
  return redacted === null ? null : before + name + colon + redacted;
}

function redactAuthorization(value: string, sink: Sink): string {
  const [, scheme = "", gap = "", rest = value] = /^([A-Za-z][\w-]{1,20})( +)(.+)/s.exec(value) ?? [];
  return `${scheme}${gap}${authorization(rest, sink)}`;
}

/** The rest of an Authorization header; the password in Basic is learnt too. */
export function authorization(value: string, sink: Sink): string {
  const plain = fromBase64(value);
  if (plain?.includes(":")) replaceValue("password", passwordOf(plain), "header", sink);
  return replaceValue("secret", value, "header", sink);
}

export function redactCookies(value: string, isSet: boolean, sink: Sink): string {
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

/** `sk_live_…:` is a key that stands in the user's place. */
export function passwordOf(userinfo: string): string {
  const colon = userinfo.indexOf(":");
  return userinfo.slice(colon + 1) || userinfo.slice(0, colon);
}
