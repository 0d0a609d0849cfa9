import { cluesIn, NAME, OTHER_NAME } from "./clues";

/** Kinds of what is taken out; they stand in the tags. */
export type SecretKind =
  | "password"
  | "token"
  | "cookie"
  | "key"
  | "session"
  | "signature"
  | "secret"
  | "card"
  | "account"
  | "otp"
  | "address"
  | "typed"
  | "word"
  | "image"
  | "body";

/** Whole names, joined and in lower case (redaction.md, "Names"). */
const WHOLE = new Map<string, SecretKind>([
  ...kinds("password", "password passwd pwd pw pswd pass passcode passphrase onetimepassword"),
  ...kinds("password", "passwort kennwort contrasena senha motdepasse"),
  ...kinds("otp", "otp totp mfacode pin verificationcode onetimecode totpidentifier totpsecret"),
  ...kinds("secret", "mnemonic seedphrase recoveryphrase recoverykey connectionstring"),
  ...kinds(
    "token",
    "token bearer jwt assertion samlrequest samlresponse codeverifier codechallenge nonce idtoken",
  ),
  ...kinds(
    "session",
    "session sessionid sessid sid phpsessid connectsid jsessionid usersession aspnetsessionid",
  ),
  ...kinds("token", "csrf xsrf csrfmiddlewaretoken authenticitytoken csrftoken xsrftoken"),
  ...kinds("cookie", "cookie setcookie cookies"),
  ...kinds("key", "apikey accesskey privatekey secretkey xapikey sshkey encryptionkey masterkey"),
  ...kinds("secret", "secret clientsecret credential credentials authorization proxyauthorization"),
  ...kinds(
    "signature",
    "sig signature xamzsignature xamzcredential xamzsecuritytoken xgoogsignature xgoogcredential",
  ),
  ...kinds("card", "cvv cvc cvv2 cvc2 cvn securitycode cardnumber creditcard ccnumber cccsc cardno pan"),
  ...kinds("account", "iban ssn socialsecuritynumber accountnumber routingnumber taxid"),
  ...kinds(
    "address",
    "totpverificationurl webhookcallbackurl webhookurl proxyurl proxyserver proxyaddress browseraddress",
  ),
]);
/** A name that holds one of these words is sensitive: `clientSecret`, `x-csrf-token`. */
const PARTS = new Map<string, SecretKind>([
  ...kinds("password", "password passwd pwd passcode passphrase passwort kennwort contrasena"),
  ...kinds("token", "token jwt csrf xsrf bearer"),
  ...kinds("secret", "secret credential credentials authorization"),
  ...kinds("cookie", "cookie cookies"),
  ...kinds("signature", "signature"),
  ...kinds("otp", "otp totp"),
  ...kinds("card", "cvv cvc"),
  ...kinds("account", "ssn iban"),
  ...kinds("key", "apikey"),
]);
/** Two words that are one: `api_key`, `x-auth-token`. */
const PAIRS = new Map<string, SecretKind>([
  ...kinds("key", "api+key access+key private+key secret+key auth+key client+key account+key shared+key"),
  ...kinds("otp", "recovery+code recovery+codes backup+code backup+codes sms+code 2fa+code factor+code"),
  ...kinds("otp", "activation+code login+code access+code device+code auth+code verification+code"),
  ...kinds("otp", "user+pin card+pin account+pin login+pin access+pin security+pin debit+pin atm+pin"),
  ...kinds("secret", "security+answer secret+answer seed+phrase recovery+phrase connection+string"),
  ...kinds(
    "password",
    "user+pass db+pass database+pass smtp+pass mail+pass ftp+pass proxy+pass http+pass admin+pass root+pass mysql+pass",
  ),
  ...kinds("session", "session+id session+key session+token"),
  ...kinds("card", "card+number security+code"),
  ...kinds("account", "account+number"),
]);
/** What is said about a secret, and is none: counts, types, times, and Skyvern's own IDs. */
const ABOUT =
  /(?:count|counts|type|types|name|names|length|limit|usage|cost|price|expiry|expires|field|label|hint|url|uri|path|policy|required|enabled|valid|status|at|order|index|format|title|tokens)$/;
const NEVER = new Set(["browsersessionid", "persistentbrowsersessionid"]);
/** In the query of a URL and in forms alone: elsewhere these are everyday words. */
const IN_URLS = new Map<string, SecretKind>([
  ...kinds("token", "code state auth key se sp sv st ticket t hash"),
  ...kinds("signature", "sr spr sks ske skt"),
]);

const NAMES = NAME | OTHER_NAME;
/** Names come again and again: a HAR has a dozen in a million places. */
const KNOWN_NAMES = new Map<string, SecretKind | null>();
const KNOWN_HEADERS = new Map<string, HeaderKind | null>();
const MOST_KNOWN_NAMES = 5000;
/** A part of a header's name that tells of a secret. */
const HEADER_PART = /(?:^|-)(?:auth|key|session|secret|token|dpop)(?:-|$)/;

const FUSED = /(password|passwd|accesstoken|refreshtoken|authtoken|apikey|secretkey|clientsecret)\d*$/;

/** What kind of secret stands under a name; null for none. */
export function sensitiveName(name: string): SecretKind | null {
  if (name.length > 80 || !mayBeSensitive(name)) return null;
  const known = KNOWN_NAMES.get(name);
  if (known !== undefined) return known;
  const kind = kindOfName(name);
  if (KNOWN_NAMES.size >= MOST_KNOWN_NAMES) KNOWN_NAMES.clear();
  KNOWN_NAMES.set(name, kind);
  return kind;
}

/** A look at its characters is quicker than to remember each name that says nothing: `row-123`. */
function mayBeSensitive(name: string): boolean {
  if ((cluesIn(name) & NAMES) !== 0) return true;
  return /[^A-Za-z0-9]/.test(name) && (cluesIn(name.replace(/[^A-Za-z0-9]/g, "")) & NAMES) !== 0;
}

function kindOfName(name: string): SecretKind | null {
  const words = wordsOf(name);
  const joined = words.join("");
  if (NEVER.has(joined)) return null;
  const whole = WHOLE.get(joined) ?? WHOLE.get(joined.replace(/\d{1,3}$/, ""));
  if (whole) return whole;
  // Names without any seam: `txtpassword`, `useraccesstoken`.
  const fused = FUSED.exec(joined)?.[1];
  if (fused) return WHOLE.get(fused) ?? "token";
  const last = words.at(-1) ?? "";
  if (ABOUT.test(last)) return null;
  for (const [index, word] of words.entries()) {
    const pair = PAIRS.get(`${word}+${words[index + 1] ?? ""}`) ?? PARTS.get(word);
    if (pair) return pair;
  }
  return null;
}

/** What the value of a header is, where it may be secret. */
export type HeaderKind = SecretKind | "cookies" | "set-cookie" | "authorization" | "protocol";

/** What the value of a header is; null: nothing to hide. */
export function headerKind(name: string): HeaderKind | null {
  const known = KNOWN_HEADERS.get(name);
  if (known !== undefined) return known;
  const kind = kindOfHeader(name);
  if (KNOWN_HEADERS.size >= MOST_KNOWN_NAMES) KNOWN_HEADERS.clear();
  KNOWN_HEADERS.set(name, kind);
  return kind;
}

function kindOfHeader(name: string): HeaderKind | null {
  const lower = name.toLowerCase();
  if (lower === "sec-websocket-protocol") return "protocol";
  if (lower === "cookie") return "cookies";
  if (lower === "set-cookie") return "set-cookie";
  if (/(?:authorization|authentication)$/.test(lower)) return "authorization";
  return sensitiveName(name) ?? (HEADER_PART.test(lower) ? "token" : null);
}

/** The same for the query of a URL and for forms, where short names count too. */
export function sensitiveParameter(name: string): SecretKind | null {
  return sensitiveName(name) ?? IN_URLS.get(name.toLowerCase()) ?? null;
}

/** `clientSecret`, `client-secret`, `CLIENT_SECRET` → client, secret. */
function wordsOf(name: string): string[] {
  return withoutMarks(name)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** `contraseña` → contrasena. */
function withoutMarks(name: string): string {
  return /[^\0-\x7f]/.test(name) ? name.normalize("NFD").replace(/\p{M}/gu, "") : name;
}

function kinds(kind: SecretKind, names: string): [string, SecretKind][] {
  return names.split(" ").map((name) => [name, kind]);
}
