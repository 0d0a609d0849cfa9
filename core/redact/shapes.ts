import { DOLLAR, NUMBER, PATH, PHRASE, SHAPE } from "./clues";
import { type Edit, edited } from "./edits";
import type { SecretKind } from "./sensitive-names";
import { SHAPES } from "./shape-patterns";

const COMBINED = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${SHAPES.map(([, pattern]) => `(${pattern})`).join("|")})`,
  "g",
);
/** How the last of them begins; a price doesn't. */
export const HASHED = /\$\w{1,8}\$/;
const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{3,40}-----/g;
const PEM_END = /-----END [A-Z0-9 ]{3,40}-----/g;
/** A private key that is cut off, or stands in a text of another spelling, goes on as long as this. */
const OPEN_PEM = /[A-Za-z0-9+/=\s:,\\-]{0,20000}/y;
const LONGEST_PEM = 20_000;
const CARD = /(?<![\w.-])[3-6]\d{3}(?:(?:(?:[ +\u00a0-]|&nbsp;|%20)?\d){9,15}|(?:\.\d{4}){3})(?![\w-])/g;
const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7} ?[A-Z0-9]{1,4}(?![A-Za-z0-9])/g;
/** Addresses that are a secret by their path. */
const HOOK =
  /(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|(?<=[\w-])\.webhook\.office\.com\/webhookb2|hooks\.zapier\.com\/hooks\/catch)\/([\w/@-]{8,300})/g;
const PATH_TOKEN =
  /\/(?:reset|verify|confirm|invite|invitations?|activate|magic|unsubscribe|unlock|recover|set|accept|token|(?:reset|set|new|verify|confirm|accept|activate|magic|login|password|email|account)-?(?:password|reset|e?mail|link|invit(?:e|ation)|account|confirm(?:ation)?|verif(?:y|ication)|activat(?:e|ion)))\/([\w.~-]{16,200})/gi;

/** Replaces what has the form of a secret. @param clues of the text @param replace gives the tag of a value */
export function replaceShapes(
  text: string,
  clues: number,
  replace: (kind: SecretKind, value: string) => string,
): string {
  let out = text;
  if (clues & PHRASE && out.includes("-----BEGIN "))
    out = replaceKeyBlocks(out, (block) => replace("key", block));
  if (clues & SHAPE || (clues & DOLLAR && HASHED.test(out))) {
    out = out.replace(COMBINED, (value, ...groups) => {
      const index = groups.indexOf(value);
      return replace(SHAPES[index]?.[0] ?? "secret", value);
    });
  }
  if (clues & NUMBER) {
    out = out.replace(CARD, (value) => (isCard(value) ? replace("card", value) : value));
    out = out.replace(IBAN, (value) => (isIban(value) ? replace("account", value) : value));
  }
  if (clues & PATH) {
    if (out.includes("hook"))
      out = out.replace(HOOK, (whole, path: string) => whole.replace(path, replace("address", path)));
    out = out.replace(PATH_TOKEN, (whole, token: string) =>
      /\d/.test(token) || /^[A-Za-z]{20,}$/.test(token)
        ? whole.replace(token, replace("token", token))
        : whole,
    );
  }
  return out;
}

/** Blocks of PEM, and private keys that are cut off. Looks at each place once, however many blocks begin. */
function replaceKeyBlocks(text: string, replace: (block: string) => string): string {
  const edits: Edit[] = [];
  let end = firstFrom(PEM_END, text, 0);
  PEM_BEGIN.lastIndex = 0;
  for (let begin = PEM_BEGIN.exec(text); begin; begin = PEM_BEGIN.exec(text)) {
    const from = begin.index + begin[0].length;
    while (end && end.index < from) end = firstFrom(PEM_END, text, from);
    let to = from;
    if (end && end.index - from <= LONGEST_PEM) to = end.index + end[0].length;
    else if (begin[0].endsWith("PRIVATE KEY-----")) to += firstFrom(OPEN_PEM, text, from)?.[0].length ?? 0;
    if (to === from) continue;
    edits.push({ from: begin.index, to, text: replace(text.slice(begin.index, to)) });
    PEM_BEGIN.lastIndex = to;
  }
  return edited(text, edits);
}

function firstFrom(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

/** The check digit of ISO 7812 (Luhn) is right. */
function isCard(value: string): boolean {
  const digits = value.replace(/%20|\D/g, "");
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ISO 13616: the remainder of 97 is 1. */
function isIban(value: string): boolean {
  const plain = value.replaceAll(" ", "");
  if (plain.length < 15 || plain.length > 34) return false;
  const moved = plain.slice(4) + plain.slice(0, 4);
  let remainder = 0;
  for (const character of moved) {
    const code = character.charCodeAt(0);
    const number = code >= 65 ? String(code - 55) : character;
    for (const digit of number) remainder = (remainder * 10 + Number(digit)) % 97;
  }
  return remainder === 1;
}
