/**
 * What a text has in it that a rule of share-safe could begin with. One look at each character tells which rules are
 * worth running: most texts of a run need none of them.
 */

/** A word that names a secret, see STEM. */
export const NAME = 1;
/** A word of a name without such a word in it: `sid`, `routing-number`. */
export const OTHER_NAME = 1 << 1;
/** The beginning of a value of a known form. */
export const SHAPE = 1 << 2;
/** Digits and letters as a card's or an account's number begins. */
export const NUMBER = 1 << 3;
/** `/reset/`, `/invite/` and the like, and chat webhooks. */
export const PATH = 1 << 4;
/** A phrase: `Fill `, `Basic `, `-u `, a key block, a form's part. */
export const PHRASE = 1 << 5;
/** JSON in base64. */
export const BASE64 = 1 << 6;
/** A word that tells in JSON what stands beside it: `"method"`, `"queryString"`. */
export const JSON_NAME = 1 << 7;
const FIRST_CHARACTER = 8;
export const EQUALS = 1 << FIRST_CHARACTER;
export const AT_SIGN = 1 << (FIRST_CHARACTER + 1);
export const PAREN = 1 << (FIRST_CHARACTER + 2);
export const PERCENT = 1 << (FIRST_CHARACTER + 3);
export const BACKSLASH = 1 << (FIRST_CHARACTER + 4);
export const COLON = 1 << (FIRST_CHARACTER + 5);
export const ANGLE = 1 << (FIRST_CHARACTER + 6);
/** Before a parameter: `?`, `&`, `#`, `;`. */
export const BEFORE_PARAMETER = 1 << (FIRST_CHARACTER + 7);
export const DOLLAR = 1 << (FIRST_CHARACTER + 8);
export const BREAK = 1 << (FIRST_CHARACTER + 9);
export const DASH = 1 << (FIRST_CHARACTER + 10);
const CHARACTERS: readonly (readonly [string, number])[] = [
  ["=", EQUALS],
  ["@", AT_SIGN],
  ["(", PAREN],
  ["%", PERCENT],
  ["\\", BACKSLASH],
  [":", COLON],
  ["<", ANGLE],
  ["?&#;", BEFORE_PARAMETER],
  ["$", DOLLAR],
  ["\n\r", BREAK],
  ["-", DASH],
];

/** What a sensitive name has in it. */
export const STEM =
  /p(?:ass(?:word|wd|code|phrase|wort|\b)|wd|w\b)|s(?:e(?:cret|ss|ed_?phrase|nha)|ignature|sn)|token|key|auth|otp|c(?:redential|ookie|srf|v[vcn]|ard|ode|sc\b|ontrase)|xsrf|iban|a(?:ccount|ssertion|nswer)|jwt|nonce|\bpin\b|kennwort|mot_?de_?passe|mnemonic|recovery|connection_?string|bearer/iy;

/** Words that the rules look for, by the clue: how they begin (`?` is any character), and the whole of them. */
const WORDS: readonly (readonly [clue: number, beginnings: string, pattern: RegExp])[] = [
  [
    NAME,
    "pas pwd pw? sec ses see sen sig ssn tok key aut otp cre coo csr cvv cvc cvn car cod csc con xsr iba acc ass ans jwt non pin ken mot mne rec bea",
    STEM,
  ],
  [
    OTHER_NAME,
    "pas sid sig pan sam soc rou tax web pro bro dpo",
    /pass|sid|sig|pan|saml|social|routing|tax|web_?(?:hook|socket)|proxy|browser_?address|dpop/iy,
  ],
  [
    JSON_NAME,
    "sta tic num met api act sel par for pos que hea ext",
    /(?:state|ticket|number|method|apiname|action_type|selector|params|form|formdata|postdata|querystring|headers)"|extra_?http/iy,
  ],
  [
    SHAPE,
    "eyj aki asi abi acc aro aid aiz ya2 ghp gho ghu ghs ghr git glp xox xap _li _te whs sk- ska skb skc skd ske skf sk0 npm pyp hf_ dop doo dor sg. shp ata age ops dap key hvs hvb hvr gls glc lin gsk rub fig nfp sbp r8_ pul tfp rdm psc ntn pma flw nra hrk xai ppl goc xke sq0 glp p8e dp. snt //0 -us akc eaa lta :aa",
    /eyJ[\w-]{10}|A(?:KIA|SIA|BIA|CCA|ROA|IDA)[A-Z2-7]{16}|AIza|ya29|gh[pousr]_|github_pat|glpat|xox[a-z]-|xapp-|_(?:live|test)_[A-Za-z0-9]{10}|whsec_|sk-[\w-]{20}|npm_[A-Za-z0-9]{30}|pypi-|hf_[A-Za-z0-9]{30}|do[opr]_v1_|SG\.[\w-]{16}|shp(?:at|ca|pa|ss)_|ATATT3|AGE-SECRET|ops_eyJ|dapi[a-f0-9]{32}|key-[a-f0-9]{32}|hv[sbr]\.[\w-]{20}|gl(?:sa|c)_|lin_api|gsk[_-]|rubygems|figd[_-]|nfp[_-]|sbp[_-]|r8[_-]|pul[_-]|tfp[_-]|rdme[_-]|pscale_|ntn_|PMAK-|FLWSECK|NRAK-|HRKU-|xai-|pplx-|GOCSPX-|xkeysib-|sq0(?:atp|csp)-|glptt-|p8e-|dp\.(?:pt|st|ct|sa|scim|audit)\.|sntry[su]_|\/\/0[\w-]{30}|-us\d|SK[a-f0-9]{32}|AKCp|EAAC|LTAI|:AA[\w-]{20}/y,
  ],
  // Cards and accounts; where they may begin is told apart by their characters.
  [
    NUMBER,
    "",
    /(?<![\w.-])[3-6]\d{3}(?:(?:(?:[ +\u00a0-]|&nbsp;|%20)?\d){9}|(?:\.\d{4}){3})|(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2}/y,
  ],
  [
    PATH,
    "/re /ve /co /in /ac /ma /un /se /to /ne /lo /pa /em hoo",
    /\/(?:reset|verify|confirm|invit|activate|magic|unsub|unlock|recover|set|accept|token|new|login|password|email|account)|hook/iy,
  ],
  [
    PHRASE,
    "--- for fil typ pre ins inp in? bas dig -u? -b? -p? -us pla awh ara",
    /-----|form-data|[Ff]ill[ ("]|[Tt]ype[ (]|pressSequentially\(|[Ii]nsert_?[Tt]ext|[Ii][Nn][Pp][Uu][Tt]_?[Tt][Ee][Xx][Tt]|in (?:with|as|using) |Basic |Digest |base64|(?<![\S])-[ubp]|-u[ =]|-user|playwright|awHeaders|arameter/y,
  ],
  [BASE64, "eyj eya ewo w3s", /eyJ|eyAi|ewog|ewoJ|W3si/y],
];

/** Letters fold into 1…26, digits into one; what is left of the five bits goes to signs that words begin with. */
const DIGIT = 27;
const SIGNS = new Map([
  ["-", 28],
  ["_", 28],
  [".", 29],
  ["/", 30],
  [":", 31],
]);
const CODES = 32;
const CODE_BITS = 5;
const CODE_MASK = CODES - 1;
const TRIPLE_MASK = CODES ** 3 - 1;
/** By the character: its code, and above it what it is a clue of by itself. */
const CLASSES = new Uint32Array(128);
/** By three codes: which words begin so. */
const TRIPLES = new Uint8Array(CODES ** 3);

for (let code = 0; code < CLASSES.length; code++)
  CLASSES[code] = codeOf(String.fromCharCode(code).toLowerCase());
for (const [characters, clue] of CHARACTERS)
  for (const character of characters) {
    const code = character.charCodeAt(0);
    CLASSES[code] = (CLASSES[code] ?? 0) | (clue << CODE_BITS);
  }
for (const [clue, beginnings] of WORDS)
  for (const each of beginnings.split(" ")) if (each !== "") mark(each, clue);
for (let first = 1; first <= 26; first++)
  for (let second = 1; second <= 26; second++) setTriple(first, second, DIGIT, NUMBER);
setTriple(DIGIT, DIGIT, DIGIT, NUMBER);

function codeOf(character: string): number {
  if (/[a-z]/.test(character)) return character.charCodeAt(0) - 96;
  return /\d/.test(character) ? DIGIT : (SIGNS.get(character) ?? 0);
}

/** @param beginning three characters; `?` is any */
function mark(beginning: string, clue: number): void {
  const [first = 0, second = 0, third = 0] = Array.from(beginning, codeOf);
  if (!beginning.endsWith("?")) setTriple(first, second, third, clue);
  else for (let each = 0; each < CODES; each++) setTriple(first, second, each, clue);
}

function setTriple(first: number, second: number, third: number, clue: number): void {
  const index = (first << (CODE_BITS * 2)) | (second << CODE_BITS) | third;
  TRIPLES[index] = (TRIPLES[index] ?? 0) | clue;
}

/** @returns the clues that the text holds, ORed */
export function cluesIn(text: string): number {
  let clues = 0;
  let signs = 0;
  let triple = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const own = code < 128 ? (CLASSES[code] ?? 0) : 0;
    signs |= own;
    triple = ((triple << CODE_BITS) | (own & CODE_MASK)) & TRIPLE_MASK;
    const words = (TRIPLES[triple] ?? 0) & ~clues;
    if (words !== 0) clues |= confirmed(text, Math.max(at - 2, 0), words);
  }
  // The shortest name has two characters, and may be the last.
  const words = (TRIPLES[(triple << CODE_BITS) & TRIPLE_MASK] ?? 0) & ~clues;
  if (words !== 0) clues |= confirmed(text, Math.max(text.length - 2, 0), words);
  return clues | (signs >>> CODE_BITS);
}

/** Most texts have no word in them that could name a secret. */
export function holdsName(text: string): boolean {
  return nextName(text, 0) >= 0;
}

/** @returns where the next word begins that names a secret; -1 where none does */
export function nextName(text: string, from: number): number {
  let triple = 0;
  for (let at = from; at < text.length + 1; at++) {
    // Behind the end too: the shortest name has two characters.
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const own = code < 128 ? (CLASSES[code] ?? 0) : 0;
    triple = ((triple << CODE_BITS) | (own & CODE_MASK)) & TRIPLE_MASK;
    if (((TRIPLES[triple] ?? 0) & NAME) === 0 || at - 2 < from) continue;
    STEM.lastIndex = at - 2;
    if (STEM.test(text)) return at - 2;
  }
  return -1;
}

/** @returns which of the words really begin there */
function confirmed(text: string, at: number, words: number): number {
  let found = 0;
  for (const [clue, , pattern] of WORDS) {
    if ((words & clue) === 0 || (clue === NUMBER && !mayBeNumber(text, at))) continue;
    pattern.lastIndex = at;
    if (pattern.test(text)) found |= clue;
  }
  return found;
}

/** Digits and letters before a digit are many; so few begin a number of a card or an account. */
function mayBeNumber(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  if (before >= 0x30 && before <= 0x39) return false;
  return (code >= 0x33 && code <= 0x36) || (code >= 0x41 && code <= 0x5a);
}
