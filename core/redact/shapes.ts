import { DOLLAR, NUMBER, PATH, PHRASE, SHAPE } from "./clues";
import type { SecretKind } from "./sensitive-names";

/** Secrets that are known by their form (redaction.md, "Shapes"). Each begins with fixed characters, and repeats over what it can't begin with. */
const SHAPES: readonly (readonly [SecretKind, string])[] = [
  ["token", String.raw`eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{0,2000}`],
  ["key", "(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z2-7]{16}(?![A-Z0-9])"],
  ["key", String.raw`AIza[\w-]{35}`],
  ["token", String.raw`ya29\.[\w-]{20,}`],
  ["token", "gh[pousr]_[A-Za-z0-9]{20,255}"],
  ["token", String.raw`github_pat_\w{20,255}`],
  ["token", String.raw`glpat-[\w-]{20,}`],
  ["token", String.raw`xox[abeoprs]-[\w-]{10,}`],
  ["token", String.raw`xapp-[\w-]{10,}`],
  ["key", "(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}"],
  ["key", "whsec_[A-Za-z0-9+/=]{16,}"],
  ["key", String.raw`sk-(?:proj-|ant-|svcacct-|or-)?[\w-]{20,}`],
  ["token", "npm_[A-Za-z0-9]{30,}"],
  ["token", String.raw`pypi-[\w-]{30,}`],
  ["token", "hf_[A-Za-z0-9]{30,}"],
  ["token", "do[opr]_v1_[a-f0-9]{40,}"],
  ["key", String.raw`SG\.[\w-]{16,32}\.[\w-]{16,64}`],
  ["token", "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"],
  ["token", String.raw`ATATT3[\w=-]{20,}`],
  ["key", "AGE-SECRET-KEY-1[A-Z0-9]{50,}"],
  ["token", String.raw`ops_eyJ[\w-]{50,}`],
  ["token", String.raw`(?:bot)?\d{8,10}:AA[\w-]{20,}`],
  ["token", "dapi[a-f0-9]{32}"],
  ["key", "key-[a-f0-9]{32}"],
  ["token", String.raw`hv[sbr]\.[\w-]{20,}`],
  ["token", String.raw`gl(?:sa|c)_[\w+/=-]{20,}`],
  [
    "key",
    "(?:lin_api|gsk|rubygems|figd|nfp|sbp|r8|pul|tfp|rdme|pscale_(?:tkn|oauth|pw))[_-][A-Za-z0-9._-]{20,}",
  ],
  ["token", "ntn_[A-Za-z0-9]{30,}"],
  [
    "key",
    "(?:PMAK|FLWSECK(?:_TEST)?|NRAK|HRKU-AA|xai|pplx|GOCSPX|xkeysib|sq0(?:atp|csp)|glptt|p8e)-[A-Za-z0-9_-]{18,}",
  ],
  ["token", String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9.]{20,}`],
  ["token", String.raw`sntry[su]_[\w+/=-]{20,}`],
  ["token", String.raw`1\/\/0[\w-]{30,}`],
  ["key", String.raw`[a-f0-9]{32}-us\d{1,2}`],
  ["key", "SK[a-f0-9]{32}"],
  ["key", "AKCp[A-Za-z0-9]{60,}"],
  ["key", "EAACEdEose0cBA[A-Za-z0-9]{10,}"],
  ["key", "LTAI[A-Za-z0-9]{17,21}(?![A-Za-z0-9])"],
  ["password", String.raw`\$(?:2[abxy]?|1|5|6|y|apr1|argon2(?:id|i|d))\$[\w./$=,+-]{20,200}`],
];

const COMBINED = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${SHAPES.map(([, pattern]) => `(${pattern})`).join("|")})`,
  "g",
);
/** The form of the last of them. */
export const HASHED = /\$(?:2[abxy]?|1|5|6|y|apr1|argon2)/;
const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{3,40}-----/g;
const PEM_END = /-----END [A-Z0-9 ]{3,40}-----/g;
/** A private key that is cut off, or stands in a text of another spelling, goes on as long as this. */
const OPEN_PEM = /[A-Za-z0-9+/=\s:,\\-]{0,20000}/y;
const LONGEST_PEM = 20_000;
const CARD = /(?<![\w.-])[3-6]\d{3}(?:(?:(?:[ +\u00a0-]|&nbsp;|%20)?\d){9,15}|(?:\.\d{4}){3})(?![\w-])/g;
const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])/g;
/** Addresses that are a secret by their path. */
const HOOK =
  /(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|[\w-]{1,60}\.webhook\.office\.com\/webhookb2|hooks\.zapier\.com\/hooks\/catch)\/([\w/@-]{8,300})/g;
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
  const out: string[] = [];
  let copied = 0;
  let end = firstFrom(PEM_END, text, 0);
  PEM_BEGIN.lastIndex = 0;
  for (let begin = PEM_BEGIN.exec(text); begin; begin = PEM_BEGIN.exec(text)) {
    const from = begin.index + begin[0].length;
    while (end && end.index < from) end = firstFrom(PEM_END, text, from);
    let to = from;
    if (end && end.index - from <= LONGEST_PEM) to = end.index + end[0].length;
    else if (begin[0].endsWith("PRIVATE KEY-----")) to += firstFrom(OPEN_PEM, text, from)?.[0].length ?? 0;
    if (to === from) continue;
    out.push(text.slice(copied, begin.index), replace(text.slice(begin.index, to)));
    copied = to;
    PEM_BEGIN.lastIndex = to;
  }
  if (copied === 0) return text;
  out.push(text.slice(copied));
  return out.join("");
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
