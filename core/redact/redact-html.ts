import { looksRandom } from "./known-values";
import { redactText, replaceValue, type Sink } from "./redact-text";
import { type SecretKind, sensitiveName } from "./sensitive-names";

const TAG =
  /<(input|meta|[a-z][\w-]{0,40})((?:\s+[^\s"'<>=/]{1,100}(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>`]+))?){1,100})/gi;
const ATTRIBUTE = /([^\s"'<>=/]{1,100})(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'<>`]+)/g;
/** A label beside a value: `<td>API key</td><td>…</td>`. */
const LABELLED =
  /(>\s{0,20}([A-Za-z][A-Za-z _-]{2,30}):?\s{0,20}<\/[a-z][\w-]{0,20}>\s{0,40}(?:<\/?[a-z][^<>]{0,300}>\s{0,20}){1,3})([^<>\s]{4,150})(?=\s{0,20}<)/gi;
/** What these hold is looked at by the rules for texts alone. */
const PLAIN_ATTRIBUTES = new Set([
  "name",
  "id",
  "class",
  "type",
  "for",
  "placeholder",
  "autocomplete",
  "aria-label",
  "title",
]);

/** True where a text has pieces of a page in it that may hold a secret. */
export function holdsHtml(text: string): boolean {
  return (
    text.includes("<") && /<(?:input|meta|form|label|t[dhr]|textarea|option|html|body|div|span)\b/i.test(text)
  );
}

/** Takes secrets out of HTML; everything else keeps its bytes. */
export function redactHtml(html: string, sink: Sink): string {
  const tags = html.replace(TAG, (whole, element: string, attributes: string) => {
    const redacted = redactAttributes(element.toLowerCase(), attributes, sink);
    return redacted === attributes ? whole : `<${element}${redacted}`;
  });
  const labelled = tags.replace(LABELLED, (whole, before: string, label: string, value: string) => {
    const kind = sensitiveName(label);
    if (!kind || !(looksRandom(value) || (kind === "password" && /[^a-z]/i.test(value)))) return whole;
    return before + replaceValue(kind, value, "label", sink);
  });
  return redactText(labelled, sink);
}

function redactAttributes(element: string, attributes: string, sink: Sink): string {
  const given = new Map<string, string>();
  for (const [, name = "", , value = ""] of attributes.matchAll(ATTRIBUTE))
    given.set(name.toLowerCase(), unquoted(value));
  const kind = kindOf(element, given);
  return attributes.replace(ATTRIBUTE, (whole, name: string, equals: string, value: string) => {
    const lower = name.toLowerCase();
    const own = PLAIN_ATTRIBUTES.has(lower) ? null : sensitiveName(name.replace(/^data-/i, ""));
    const holds = lower === "value" || (element === "meta" && lower === "content");
    const found = holds ? kind : own;
    const plain = unquoted(value);
    if (!found || plain === "") return whole;
    const quote = value.startsWith('"') ? '"' : value.startsWith("'") ? "'" : "";
    // A typed password is learnt as it was typed, not as HTML writes it.
    return `${name}${equals}${quote}${replaceValue(found, unescaped(plain), "field", sink)}${quote}`;
  });
}

/** What the value of a field is, by its type and names. */
function kindOf(element: string, given: ReadonlyMap<string, string>): SecretKind | null {
  const type = given.get("type")?.toLowerCase();
  if (type === "password") return "password";
  const names = ["name", "id", "autocomplete", "aria-label", "placeholder", "property"].map((name) =>
    given.get(name),
  );
  const named =
    names.map((name) => (name ? sensitiveName(name) : null)).find((kind) => kind !== null) ?? null;
  if (named) return named;
  const value = given.get("value") ?? "";
  return element === "input" && type === "hidden" && looksRandom(value) && value.length >= 16
    ? "token"
    : null;
}

function unquoted(value: string): string {
  return /^["']/.test(value) ? value.slice(1, -1) : value;
}

function unescaped(value: string): string {
  return value
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
