import {
  BEFORE_PARAMETER,
  cluesIn,
  ELEMENT as HAS_ELEMENT,
  ATTRIBUTE as HAS_VALUE,
  holdsName,
  NAME,
  OTHER_NAME,
} from "./clues";
import { type Edit, edited } from "./edits";
import { looksRandom } from "./known-values";
import { redactText } from "./redact-text";
import { replaceValue, type Sink } from "./replace-value";
import { type SecretKind, sensitiveName, sensitiveParameter } from "./sensitive-names";
import { nextEntity, tagAcross } from "./tags";
import { Words } from "./words";

const TAG =
  /<([a-z][\w-]{0,40})((?:\s+[^\s"'<>=/]{1,100}(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>`]+))?){1,100})/iy;
const ATTRIBUTE = /([^\s"'<>=/]{1,100})(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'<>`]+)/g;
/** A label beside a value: `<td>API key</td><td>…</td>`. */
const LABELLED =
  /(>\s{0,20}([A-Za-z][A-Za-z _-]{2,30}):?\s{0,20}<\/[a-z][\w-]{0,20}>\s{0,40}(?:<\/?[a-z][^<>]{0,300}>\s{0,20}){1,3})(\d{3}|[^<>\s]{4,150})(?=\s{0,20}<)/gi;
/** The text right before a field: its label, in whatever elements. A look behind reads backwards, from the field. */
const TEXT_BEFORE =
  /(?<=([A-Za-z][A-Za-z _-]{2,40})\s{0,5}:?\s{0,5}(?:<\/?[a-z][^<>]{0,200}>\s{0,20}){0,4})/iy;
const LABEL = /<label\b[^<>]{0,300}?\sfor=["']?([^\s"'<>]{1,100})[^<>]{0,300}>\s{0,20}([^<>]{2,60})/iy;
const TEXTAREA =
  /(<textarea((?:\s+[^\s"'<>=/]{1,100}(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>`]+))?){0,100})\s*>)([^<]{3,20000})(?=<)/gi;
/** The same with the tags behind the sign: `<b>Password:</b> …`, `Password: <b>…`. */
const SIGNED =
  /(:(?<=([A-Za-z][A-Za-z _-]{2,30}):)\s{0,5}(?:<\/?[a-z][^<>]{0,200}>\s{0,5}){1,3})(\d{3}|[^<>\s]{4,150})(?=\s{0,20}<)/gi;
/** An element with a text alone in it: `<apiKey>…</apiKey>`, `<code id="api-key">…`. */
const ELEMENT = /(<([A-Za-z][\w:.-]{0,60})((?:\s[^<>]{0,500})?)>\s{0,20})([^<>]{3,2000}?)(?=\s{0,20}<\/)/g;
const SELECT = /(<select\b([^<>]{0,500})>)([\s\S]{0,20000}?)(?=<\/select)/gi;
const OPTION_VALUE = /(\bvalue\s{0,3}=\s{0,3}["']?)([^\s"'<>]{3,2000})/gi;
/** Elements of pages, whose own names say nothing. */
const PAGE_ELEMENT = /^(?:label|option|title|button|a|h\d|summary|legend|th|style)$/i;
const COPIED = /data-(?:clipboard|copy|value)/;
const IN_TAGS = NAME | OTHER_NAME | HAS_VALUE;
/** Elements whose values count whatever they are called. */
const FIELD = /input|meta|textarea|option|button|param/i;
/** Names of secrets that have none of the usual words in them, and JSON in an attribute. */
const SAYS_MORE = /&(?:quot|lt|#)|\bvalue\b|sid|pass|bearer|saml|\bpan\b|tax|routing|card|webhook|proxy/i;
/** Another page may stand in an attribute, with its signs or with codes in their place. */
const CODED = /<|&(?:quot|lt|gt|apos|#)/i;

/** True where a text has pieces of a page in it that may hold a secret. */
export function holdsHtml(text: string): boolean {
  return (
    text.includes("<") &&
    /<(?:(?:input|meta|form|label|t[dhr]|textarea|option|html|body|div|span|add|param)\b|\/[a-z])/i.test(text)
  );
}

/** Takes secrets out of HTML; everything else keeps its bytes. */
export function redactHtml(html: string, sink: Sink): string {
  let text = html;
  let words = Words.of(text);
  const { labels, hasFields } = formsIn(words);
  const edits = tagEdits(words, labels, sink);
  if (edits.length > 0) {
    text = edited(text, edits);
    words = words.after(edits, text);
  }
  if (hasFields) text = redactFields(text, labels, sink);
  return redactText(text, sink, { words, ofPages: redactLabelled });
}

/** What stands between the tags of fields. */
function redactFields(html: string, labels: ReadonlyMap<string, string>, sink: Sink): string {
  return html
    .replace(TEXTAREA, (whole, before: string, attributes: string, content: string, offset: number) => {
      const kind = kindOf("textarea", givenIn(attributes), () => textBefore(html, offset), labels);
      return kind ? before + replaceValue(kind, unescaped(content), "field", sink) : whole;
    })
    .replace(SELECT, (whole, before: string, attributes: string, content: string) => {
      const kind = kindOf("select", givenIn(attributes), () => "", labels);
      if (!kind) return whole;
      return (
        before +
        content.replace(OPTION_VALUE, (each, start: string, value: string) =>
          looksRandom(value) ? start + replaceValue(kind, unescaped(value), "field", sink) : each,
        )
      );
    });
}

/** What stands in tags. */
function tagEdits(words: Words, labels: ReadonlyMap<string, string>, sink: Sink): Edit[] {
  const { text } = words;
  const nextWord = words.finder(IN_TAGS);
  const edits: Edit[] = [];
  let word = -1;
  let entity = -1;
  let nearest = -1;
  for (let start = tagAcross(text, 0, nearest); start >= 0; start = tagAcross(text, start, nearest)) {
    if (nearest < start) {
      if (word < start) word = orEnd(nextWord(start), text);
      if (entity < start) entity = orEnd(nextEntity(text, start), text);
      nearest = Math.min(word, entity);
      if (nearest === text.length) break;
      continue;
    }
    TAG.lastIndex = start;
    const [whole = "", element = "", attributes = ""] = TAG.exec(text) ?? [];
    const from = start + 1 + element.length;
    const offset = start;
    start++;
    if (attributes === "" || !mayHold(element, attributes)) continue;
    const tag = { element: element.toLowerCase(), attributes, before: () => textBefore(text, offset) };
    const redacted = redactAttributes(tag, labels, sink);
    if (redacted === attributes) continue;
    start = offset + whole.length;
    edits.push({ from, to: start, text: redacted });
  }
  return edits;
}

function orEnd(at: number, text: string): number {
  return at < 0 ? text.length : at;
}

/** Texts beside or in elements that name them. */
function redactLabelled(html: string, sink: Sink): string {
  return html
    .replace(LABELLED, (whole, before: string, label: string, value: string) => {
      const kind = sensitiveName(label);
      if (!kind || !(isCode(kind, value) || before.includes("</key>"))) return whole;
      return before + replaceValue(kind, unescaped(value), "label", sink);
    })
    .replace(SIGNED, (whole, before: string, label: string, value: string) => {
      const kind = sensitiveName(label);
      return kind && isCode(kind, value)
        ? before + replaceValue(kind, unescaped(value), "label", sink)
        : whole;
    })
    .replace(ELEMENT, (...match) => redactElement(match.map(String), sink));
}

function mayHold(element: string, attributes: string): boolean {
  const clues = cluesIn(attributes);
  if (clues & NAME) return true;
  if (clues & HAS_VALUE) return FIELD.test(element) || SAYS_MORE.test(attributes);
  return (clues & (OTHER_NAME | BEFORE_PARAMETER)) !== 0 && SAYS_MORE.test(attributes);
}

function textBefore(html: string, offset: number): string {
  TEXT_BEFORE.lastIndex = offset;
  return TEXT_BEFORE.exec(html)?.[1] ?? "";
}

/** A text in an element of a telling name, ID, class or label. */
function redactElement(
  [whole = "", before = "", name = "", attributes = "", text = ""]: string[],
  sink: Sink,
): string {
  if (!holdsName(before) || PAGE_ELEMENT.test(name)) return whole;
  const own = sensitiveName(name.slice(name.lastIndexOf(":") + 1));
  if (own && !/\s/.test(text) && (own === "password" || isCode(own, text)))
    return before + replaceValue(own, unescaped(text), "element", sink);
  const given = givenIn(attributes);
  const names = ["id", "name", "aria-label", "data-label", "itemprop", "data-testid"].map(
    (each) => given.get(each) ?? "",
  );
  names.push(...(given.get("class") ?? "").split(/\s/));
  const kind = names.map((each) => sensitiveName(each)).find((each) => each !== null);
  return kind && isCode(kind, text) ? before + replaceValue(kind, unescaped(text), "element", sink) : whole;
}

/** Words beside a label are none; what is mixed is. */
function isCode(kind: SecretKind, value: string): boolean {
  if (/\s/.test(value)) return false;
  return (
    looksRandom(value) ||
    (kind === "password" && /[^a-z]/i.test(value)) ||
    (kind === "otp" && /^\d{4,10}$/.test(value)) ||
    ((kind === "card" || kind === "account") && /\d[\d-]+$/.test(value))
  );
}

/** Texts of labels, by the IDs of the fields that they are for; and whether there are fields with a text in them. */
function formsIn(words: Words): { labels: ReadonlyMap<string, string>; hasFields: boolean } {
  const { text } = words;
  const nextElement = words.finder(HAS_ELEMENT);
  const labels = new Map<string, string>();
  let hasFields = false;
  for (let at = nextElement(0); at >= 0; at = nextElement(at + 1)) {
    if (text.charAt(at - 1) !== "<") continue;
    LABEL.lastIndex = at - 1;
    const match = LABEL.exec(text);
    if (!match) hasFields = true;
    else if (match[1] && match[2]) labels.set(match[1], match[2]);
  }
  return { labels, hasFields };
}

function givenIn(attributes: string): Map<string, string> {
  const given = new Map<string, string>();
  for (const [, name = "", , value = ""] of attributes.matchAll(ATTRIBUTE))
    given.set(name.toLowerCase(), unquoted(value));
  return given;
}

interface Tag {
  element: string;
  attributes: string;
  /** The text before it. */
  before: () => string;
}

function redactAttributes(
  { element, attributes, before }: Tag,
  labels: ReadonlyMap<string, string>,
  sink: Sink,
): string {
  const kind = kindOf(element, givenIn(attributes), before, labels);
  return attributes.replace(ATTRIBUTE, (whole, name: string, equals: string, value: string) => {
    const lower = name.toLowerCase();
    const own = sensitiveName(name.replace(/data-/i, ""));
    const holds = lower === "value" || (element === "meta" && lower === "content");
    const plain = unquoted(value);
    const copied = COPIED.test(lower) && looksRandom(plain) ? sensitiveName(before()) : null;
    const found = (holds ? kind : own) ?? copied;
    if (!found) return CODED.test(plain) ? name + equals + redactEscaped(value, sink) : whole;
    const quote = quoteOf(value);
    // A typed password is learnt as it was typed, not as HTML writes it.
    return `${name}${equals}${quote}${replaceValue(found, unescaped(plain), "field", sink)}${quote}`;
  });
}

/** JSON in an attribute: `data-props="{&quot;apiKey&quot;:…"`. */
function redactEscaped(value: string, sink: Sink): string {
  const plain = unescaped(unquoted(value));
  const redacted = holdsHtml(plain) ? redactHtml(plain, sink) : redactText(plain, sink);
  if (redacted === plain) return value;
  const quote = quoteOf(value);
  const escaped = redacted.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "&#39;") : escaped}${quote}`;
}

/** What the value of a field is, by its type, its names and its label. */
function kindOf(
  element: string,
  given: ReadonlyMap<string, string>,
  before: () => string,
  labels: ReadonlyMap<string, string>,
): SecretKind | null {
  const type = given.get("type")?.toLowerCase();
  if (type === "password") return "password";
  const names = ["name", "id", "key", "autocomplete", "aria-label", "placeholder", "property"].map((name) =>
    given.get(name),
  );
  const named =
    names.map((name) => (name ? sensitiveName(name) : null)).find((kind) => kind !== null) ?? null;
  if (named) return named;
  const value = given.get("value") ?? "";
  if (type === "hidden")
    return looksRandom(value) && (value.length >= 16 || sensitiveParameter(given.get("name") ?? ""))
      ? "token"
      : null;
  const takesText =
    element === "textarea" ||
    (element === "input" && !/submit|button|checkbox|radio|reset|image/.test(type ?? ""));
  return takesText ? sensitiveName(labels.get(given.get("id") ?? "") ?? before()) : null;
}

function unquoted(value: string): string {
  return quoteOf(value) === "" ? value : value.slice(1, -1);
}

function quoteOf(value: string): string {
  return /["']/.exec(value)?.[0] ?? "";
}

function unescaped(value: string): string {
  return value
    .replaceAll(/&quot;/gi, '"')
    .replaceAll(/&apos;/gi, "'")
    .replaceAll(/&#(?:x0*([\da-f]{1,6})|0*(\d{1,7}));/gi, (whole, hex?: string, decimal?: string) => {
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
