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
  ["token", String.raw`\d{8,10}:AA[\w-]{30,}`],
  ["token", "dapi[a-f0-9]{32}"],
  ["key", "key-[a-f0-9]{32}"],
];

const COMBINED = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${SHAPES.map(([, pattern]) => `(${pattern})`).join("|")})`,
  "g",
);
/** How those begin. Most texts hold none of it, and need no closer look. */
const BEGINNINGS =
  /eyJ|A(?:KIA|SIA|BIA|CCA|ROA|IDA|Iza|TATT|GE-)|ya29|gh[pousr]_|github_pat|glpat|xox|xapp|_(?:live|test)_|whsec|sk-|npm_|pypi-|hf_|do[opr]_v1|:AA|SG\.|shp[acps]|ops_|dapi|key-/;
const PEM = /-----BEGIN [A-Z0-9 ]{3,40}-----[\s\S]{0,20000}?-----END [A-Z0-9 ]{3,40}-----/g;
const OPEN_PEM = /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s:,-]{1,20000}/g;
const CARD = /(?<![\w.-])[3-6]\d{3}(?:[ -]?\d){9,15}(?![\w-])/g;
const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])/g;
/** Addresses that are a secret by their path. */
const HOOK =
  /(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|[\w-]{1,60}\.webhook\.office\.com\/webhookb2|hooks\.zapier\.com\/hooks\/catch)\/([\w/@-]{8,300})/g;
const PATH_TOKEN =
  /\/(?:reset|verify|confirm|invite|invitations?|activate|magic|unsubscribe|reset-password|password-reset|verify-email|token)\/([\w.~-]{16,200})/gi;

/** Replaces what has the form of a secret. @param replace gives the tag of a value */
export function replaceShapes(text: string, replace: (kind: SecretKind, value: string) => string): string {
  let out = text;
  if (out.includes("-----BEGIN ")) {
    out = out.replace(PEM, (block) => replace("key", block));
    // A block that is cut off is one to its end.
    out = out.replace(OPEN_PEM, (block) => replace("key", block));
  }
  if (BEGINNINGS.test(out)) {
    out = out.replace(COMBINED, (value, ...groups) => {
      const index = groups.indexOf(value);
      return replace(SHAPES[index]?.[0] ?? "secret", value);
    });
  }
  out = out.replace(CARD, (value) => (isCard(value) ? replace("card", value) : value));
  out = out.replace(IBAN, (value) => (isIban(value) ? replace("account", value) : value));
  if (out.includes("://"))
    out = out.replace(HOOK, (whole, path: string) => whole.replace(path, replace("address", path)));
  if (out.includes("/")) {
    out = out.replace(PATH_TOKEN, (whole, token: string) =>
      /\d/.test(token) ? whole.replace(token, replace("token", token)) : whole,
    );
  }
  return out;
}

function isCard(value: string): boolean {
  const digits = value.replace(/\D/g, "");
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
