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
/** How those begin. Most texts hold none of it, and need no closer look. */
const BEGINNINGS =
  /\$[1256ya]|hv[sbr]\.|gl(?:sa|c)_|lin_api|gsk_|rubygems_|figd|nfp_|sbp_|r8_|pul-|tfp_|rdme|pscale_|ntn_|PMAK|FLWSECK|NRAK|HRKU|xai-|pplx-|GOCSPX|xkeysib|sq0|p8e-|dp\.|sntry|\/\/0|-us\d|SK[a-f0-9]{6}|AKCp|EAAC|LTAI|eyJ|A(?:[KSB]IA|CCA|ROA|IDA|Iza|TATT|GE-)|_(?:live|test|pat|v1|eyJ)|(?:gh[pousr]|npm|hf)_|ya29|glpat|xox|xapp|whsec|sk-|pypi-|:AA|SG\.|shp[acps]|dapi|key-/;
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

/** A value of a known form has as many characters of a word without a break. */
const SHORTEST_RUN = 10;
const IN_RUN = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
  IN_RUN[character.charCodeAt(0)] = 1;

/** False where no value of a known form can be; true is no certainty. */
export function mayHaveShape(text: string): boolean {
  return mayBegin(text) || text.search(CARD) >= 0 || text.search(IBAN) >= 0 || text.search(PATH_TOKEN) >= 0;
}

/** A look at each tenth character finds long words faster than the pattern finds their beginnings. */
function mayBegin(text: string): boolean {
  for (let at = SHORTEST_RUN - 1; at < text.length; at += SHORTEST_RUN) {
    let from = at;
    while (from >= 0 && IN_RUN[text.charCodeAt(from)] === 1) from--;
    if (from === at) continue;
    let to = at + 1;
    while (to < text.length && to - from <= SHORTEST_RUN && IN_RUN[text.charCodeAt(to)] === 1) to++;
    if (to - from > SHORTEST_RUN) return BEGINNINGS.test(text);
  }
  return text.includes("$") && BEGINNINGS.test(text);
}

/** Replaces what has the form of a secret. @param replace gives the tag of a value */
export function replaceShapes(text: string, replace: (kind: SecretKind, value: string) => string): string {
  let out = text;
  if (out.includes("-----BEGIN ")) out = replaceKeyBlocks(out, (block) => replace("key", block));
  if (mayBegin(out)) {
    out = out.replace(COMBINED, (value, ...groups) => {
      const index = groups.indexOf(value);
      return replace(SHAPES[index]?.[0] ?? "secret", value);
    });
  }
  out = out.replace(CARD, (value) => (isCard(value) ? replace("card", value) : value));
  out = out.replace(IBAN, (value) => (isIban(value) ? replace("account", value) : value));
  if (out.includes("hook"))
    out = out.replace(HOOK, (whole, path: string) => whole.replace(path, replace("address", path)));
  if (out.includes("/")) {
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
  return copied === 0 ? text : out.join("") + text.slice(copied);
}

function firstFrom(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

function isCard(value: string): boolean {
  const digits = value.replace(/%20|\D/g, "");
  if (digits.length < 13 || digits.length > 19) return false;
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
