/** What a name says about its value. */
export interface NameVerdict {
  /** For the tag. */
  kind: string;
  /** `random`: the name alone says too little, the value must look drawn by lot; `code`: or be a one-time code. */
  when: "always" | "random" | "code";
  /** True where a person picks the value, or it is known to be short: numbers count too. */
  chosen: boolean;
}

/** Where a name stands: parameters have short names of their own, headers are judged by less. */
export type NamePlace = "field" | "parameter" | "header" | "text";

const verdict = (kind: string, when: NameVerdict["when"], chosen = false): NameVerdict => ({
  kind,
  when,
  chosen,
});

const PASSWORD = verdict("password", "always", true);
const TOKEN = verdict("token", "always");
const SECRET = verdict("secret", "always");
const KEY = verdict("key", "always");
const SESSION = verdict("session", "always");
const CODE = verdict("code", "always", true);
const CARD = verdict("card", "always", true);
const ACCOUNT = verdict("account", "always", true);
const SIGNATURE = verdict("signature", "always");
const COOKIE = verdict("cookie", "always");
const AUTH = verdict("auth", "always");
const ADDRESS = verdict("address", "always");

/** Whole names, lower-case, without separators. */
const WHOLE: ReadonlyMap<string, NameVerdict> = new Map([
  ...rows(
    PASSWORD,
    "password passwd pwd pass passcode passphrase pw pword passwort kennwort contrasena motdepasse mdp senha",
  ),
  ...rows(
    CODE,
    "otp totp totpcode totpidentifier totpsecret otpcode mfacode twofactorcode 2fa 2facode onetimecode onetimepassword verificationcode securitycode cvv cvc cvv2 cvc2 csc pincode smscode authcode backupcode recoverycode accesscode",
  ),
  ...rows(CARD, "cardnumber ccnumber creditcard creditcardnumber pan cardno ccnum"),
  ...rows(ACCOUNT, "accountnumber bankaccount iban ssn socialsecuritynumber routingnumber taxid"),
  ...rows(
    AUTH,
    "authorization proxyauthorization assertion clientassertion samlrequest samlresponse relaystate credential credentials wresult",
  ),
  ...rows(
    TOKEN,
    "codeverifier codechallenge requestverificationtoken viewstate csrf xsrf csrfmiddlewaretoken authenticitytoken ticket magic",
  ),
  ...rows(SESSION, "phpsessid jsessionid aspsessionid connectsid usersession sessionid sessid sessionkey"),
  ...rows(
    SIGNATURE,
    "xamzsignature xamzcredential xgoogsignature xgoogcredential googleaccessid awsaccesskeyid keypairid",
  ),
  ...rows(COOKIE, "cookie setcookie cookieheader documentcookie"),
  ...rows(
    ADDRESS,
    "totpverificationurl totpurl webhookcallbackurl webhookurl webhook webhookuri proxyurl proxyserver proxyaddress httpproxy httpsproxy allproxy proxyhost",
  ),
  ...rows(
    verdict("token", "random"),
    "state nonce auth signature jti hash ticketid authkey secretid tokenid",
  ),
  ...rows(verdict("key", "random"), "key keyid credentialid hmac"),
  ...rows(verdict("session", "random"), "sid session"),
  ...rows(verdict("code", "code", true), "code pin otac"),
]);

/** Whole names that only addresses and forms use in this sense. */
const PARAMETERS: ReadonlyMap<string, NameVerdict> = new Map([
  ...rows(SIGNATURE, "sig signature policy xamzdate xamzsecuritytoken"),
  ...rows(TOKEN, "loginchallenge logincode"),
  ...rows(
    verdict("token", "random"),
    "t tk k key h s state nonce auth hash ticket oobcode invite invitation challenge confirmation",
  ),
]);

function rows(of: NameVerdict, names: string): [string, NameVerdict][] {
  return names.split(" ").map((name) => [name, of]);
}

/** A name that ends so is about a secret, and isn't its value. */
const ABOUT = new Set(
  (
    "count counts type types length len size limit max min maximum minimum expires expiry expiration expired ttl in at " +
    "age time timestamp date url uri urls endpoint endpoints status enabled disabled required valid invalid error errors " +
    "message messages usage budget name names field fields label labels policy method methods strategy format version " +
    "provider providers selector placeholder hint help text title description rate index input output button link page " +
    "form visible visibility strength reset change changed updated created set present exists mode scope scopes prefix " +
    "algorithm alg location locations domain path paths duration timeout manager storage store flow support supported " +
    "lifetime window per total remaining used cost price limits schema class css icon image src ref refs list " +
    "config options settings handler callback event events agent start end first last next requests request " +
    "verified verification validation rules rule requirements confirmed attempts behavior source env header headers"
  ).split(" "),
);

/** Words that make a secret of what they are part of. */
const PARTS: ReadonlyMap<string, NameVerdict> = new Map([
  ...rows(PASSWORD, "password passwd pwd passcode passphrase passwort"),
  ...rows(TOKEN, "token jwt csrf xsrf"),
  ...rows(SECRET, "secret secrets"),
  ...rows(KEY, "apikey"),
  ...rows(SESSION, "sessionid sessid"),
  ...rows(COOKIE, "cookie"),
  ...rows(AUTH, "authorization credential credentials bearer"),
  ...rows(CODE, "otp totp mfa cvv cvc"),
  ...rows(ACCOUNT, "ssn iban"),
]);

/** Fused names: `clientsecret`, `txtpassword`, `sessiontoken`. */
const INSIDE =
  /password|passwd|passphrase|apikey|secretkey|accesskey|privatekey|sessionid|sessid|authtoken|accesstoken|refreshtoken|csrf|xsrf|clientsecret|cardnumber/;
const ENDING = /^.+(?:token|secret|pwd)$/;

/** What a `key` must open to be one: keyboards, maps and tables have keys too. */
const KEYS = new Set(
  "api access secret private encryption signing master service subscription shared license auth client ssh function admin write consumer app account storage hmac session publishable deploy host vault".split(
    " ",
  ),
);
const CODES = new Set(
  "verification security otp auth authorization mfa sms pin access recovery backup confirmation login time factor".split(
    " ",
  ),
);
const NUMBERS = new Set("card account credit debit routing".split(" "));

const CACHE_SIZE = 20_000;
const caches: Record<NamePlace, Map<string, NameVerdict | null>> = {
  field: new Map(),
  parameter: new Map(),
  header: new Map(),
  text: new Map(),
};

/** What the name of a field, parameter or header says; null where it says nothing. */
export function judgeName(name: string, place: NamePlace): NameVerdict | null {
  const cache = caches[place];
  const known = cache.get(name);
  if (known !== undefined) return known;
  const found = name.length > 120 ? null : judge(name, place);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(name, found);
  return found;
}

function judge(name: string, place: NamePlace): NameVerdict | null {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined) return null;
  const fused = words.join("");
  const whole = place === "parameter" ? (PARAMETERS.get(fused) ?? WHOLE.get(fused)) : WHOLE.get(fused);
  // In running text these say nothing: "state: open", "code: 7".
  if (whole) return place === "text" && whole.when !== "always" ? null : whole;
  if (place === "header") return judgeHeader(words, fused);
  if (ABOUT.has(last)) return null;
  return judgeWords(words) ?? judgeFused(words);
}

/** Any header with one of these words is taken for one that authorizes. */
function judgeHeader(words: string[], fused: string): NameVerdict | null {
  const found = judgeWords(words) ?? judgeFused(words);
  if (found) return found;
  if (fused === "idempotencykey" || fused.endsWith("policy") || fused.startsWith("accesscontrol"))
    return null;
  if (words.some((word) => /^(?:x?auth|session|key|signature|sig|nonce)$/.test(word))) return KEY;
  return null;
}

function judgeWords(words: string[]): NameVerdict | null {
  const last = words.at(-1) ?? "";
  const before = words.at(-2) ?? "";
  if (last === "key" && KEYS.has(before)) return KEY;
  if (last === "id" && before === "session") return SESSION;
  if (last === "id" && before === "key" && words.includes("access")) return KEY;
  if (last === "code" && CODES.has(before)) return CODE;
  if (last === "number" && NUMBERS.has(before))
    return before === "card" || before === "credit" ? CARD : ACCOUNT;
  if (last === "signature" && words[0] === "x") return SIGNATURE;
  if (last === "id" || last === "ids") return null;
  for (let at = words.length - 1; at >= 0; at--) {
    const found = PARTS.get(words[at] ?? "");
    if (found) return found;
  }
  if (last === "tokens") return verdict("token", "random");
  if (last === "session" || last === "auth") return verdict(last, "random");
  if (last === "pin" && words.length > 1) return verdict("code", "code", true);
  return null;
}

function judgeFused(words: string[]): NameVerdict | null {
  for (const word of words) {
    if (word.length < 5) continue;
    if (INSIDE.test(word)) return /pass/.test(word) ? PASSWORD : /card/.test(word) ? CARD : SECRET;
    if (ENDING.test(word)) return word.endsWith("pwd") ? PASSWORD : TOKEN;
  }
  return null;
}

/** The words of camelCase, kebab-case, snake_case, dotted and bracketed names, lower-case; digits at the end fall. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => (/^(?:cvv|cvc)2$|^2fa$/.test(word) ? word : word.replace(/(?<=\D)\d{1,3}$/, "")))
    .filter((word) => word !== "");
}
