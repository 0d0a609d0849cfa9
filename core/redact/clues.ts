import { SHAPES } from "./shape-patterns";

/**
 * What a text has in it that a rule of share-safe could begin with. One look at each character tells which rules are
 * worth running: most texts of a run need none of them.
 */

/** A word that names a secret, see STEM. */
export const NAME = 1;
/** A word of a name without such a word in it: `sid`, `routing-number`. */
export const OTHER_NAME = 1 << 1;
/** An attribute of a tag with a value: `value`, `content`, `data-copy`. */
export const ATTRIBUTE = 1 << 2;
/** An element of a form that has its text in it, or another's: `textarea`, `label`. */
export const ELEMENT = 1 << 3;
/** Bits of the clues whose places are worth to know, see Words. */
export const PLACE_BITS = 4;
const PLACED = (1 << PLACE_BITS) - 1;
/** The beginning of a value of a known form. */
export const SHAPE = 1 << 4;
/** Digits and letters as a card's or an account's number begins. */
export const NUMBER = 1 << 5;
/** `/reset/`, `/invite/` and the like, and chat webhooks. */
export const PATH = 1 << 6;
/** A phrase: `Fill `, `Basic `, `-u `, a key block, a form's part. */
export const PHRASE = 1 << 7;
/** JSON in base64. */
export const BASE64 = 1 << 8;
/** A word that tells in JSON what stands beside it: `"method"`, `"queryString"`. */
const JSON_NAME = 1 << 9;
/** How a credential in a header begins: `Bearer `. */
export const SCHEME = 1 << 10;
/** An option of a command: ` --password`. */
export const OPTION = 1 << 11;
const FIRST_CHARACTER = 12;
export const EQUALS = 1 << FIRST_CHARACTER;
export const AT_SIGN = 1 << (FIRST_CHARACTER + 1);
export const PERCENT = 1 << (FIRST_CHARACTER + 2);
export const BACKSLASH = 1 << (FIRST_CHARACTER + 3);
export const COLON = 1 << (FIRST_CHARACTER + 4);
const ANGLE = 1 << (FIRST_CHARACTER + 5);
/** Before a parameter: `?`, `&`, `#`, `;`. */
export const BEFORE_PARAMETER = 1 << (FIRST_CHARACTER + 6);
export const DOLLAR = 1 << (FIRST_CHARACTER + 7);
const CHARACTERS: readonly (readonly [string, number])[] = [
  ["=", EQUALS],
  ["@", AT_SIGN],
  ["%", PERCENT],
  ["\\", BACKSLASH],
  [":", COLON],
  ["<", ANGLE],
  ["?&#;", BEFORE_PARAMETER],
  ["$", DOLLAR],
];

/** What a sensitive name has in it. */
export const STEM =
  /p(?:ass(?:word|wd|code|phrase|wort|\b)|wd|w\b)|s(?:e(?:cret|ss|ed_?phrase|nha)|ignature|sn|ocial[ -]sec)|token|key|auth|otp|c(?:redential|ookie|srf|v[vcn]|ard|ode|sc\b|ontrase)|xsrf|iban|a(?:ccount|ssertion|nswer)|jwt|nonce|pin\b|kennwort|mot_?de_?passe|mnemonic|recovery|connection_?string|bearer/iy;

/** What is known by its middle. */
const INNER_SHAPE = String.raw`_(?:live|test)_[A-Za-z0-9]{10}|\/\/0[\w-]{30}|-us\d|:AA[\w-]{20}`;

/**
 * Words that the rules look for, by the clue: how they begin (`?` is any character, `!` any that no word has, `~` a blank or the like, `*` a letter, `0` a digit), and the
 * whole of them.
 */
const WORDS: readonly (readonly [clue: number, beginnings: string, pattern: RegExp])[] = [
  [
    NAME,
    "pass pwd? pw! secr sess seed senh sign ssn? soci toke key? auth otp? cred cook csrf cvv? cvc? cvn? card code csc! cont xsrf iban acco asse answ jwt? nonc pin! kenn mot_ motd mnem reco conn bear",
    STEM,
  ],
  [
    OTHER_NAME,
    "pass sid? sig? pan? saml soci rout tax? web_ webh webs prox brow dpop",
    /pass|sid|sig|pan|saml|social|routing|tax|web_?(?:hook|socket)|proxy|browser_?address|dpop/iy,
  ],
  [
    JSON_NAME,
    "stat tick numb meth apin acti sele para form post quer head extr argu args inpu type",
    /(?:type|action)\\*"\s*:\s*\\*"type|(?:arguments|args|input)\\*"\s*:|(?:state|ticket|number|method|apiname|action_type|selector|params|form|formdata|postdata|querystring|headers)\\*"|extra_?http/iy,
  ],
  [
    SHAPE,
    "eyj? akia asia abia acca aroa aida aiza ya29 ghp_ gho_ ghu_ ghs_ ghr_ gith glpa xox? xapp _liv _tes whse sk-? ska? skb? skc? skd? ske? skf? sk0? npm_ pypi hf_? dop_ doo_ dor_ sg.? shpa shpc shpp shps atat age- ops_ dapi key- hvs. hvb. hvr. glsa glc_ lin_ gsk_ ruby figd nfp_ sbp_ r8_? pul_ tfp_ rdme psca ntn_ pmak flws nrak hrku xai- pplx gocs xkey sq0a sq0c glpt p8e- dp.? sntr //0? -us0 akcp eaac ltai :aa?",
    new RegExp(`${SHAPES.map(([, pattern]) => pattern).join("|")}|${INNER_SHAPE}`, "y"),
  ],
  [
    NUMBER,
    "0000 **00",
    /(?<![\w.-])[3-6]\d{3}(?:(?:(?:[ +\u00a0-]|&nbsp;|%20)?\d){9}|(?:\.\d{4}){3})|(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2}/y,
  ],
  [
    PATH,
    "/res /ver /con /inv /act /mag /uns /unl /rec /set /acc /tok /new /log /pas /ema hook",
    /\/(?:reset|verify|confirm|invit|activate|magic|unsub|unlock|recover|set|accept|token|new|login|password|email|account)|hook/iy,
  ],
  [
    PHRASE,
    "---- form fill type pres inse inpu in~w in~a in~u basi base dige ~-u? ~-b? ~-p? -u~? -use play awhe aram",
    /-----|form-data|[Ff]ill[ ("]|[Tt]ype[ (]|pressSequentially\(|[Ii]nsert_?[Tt]ext|[Ii][Nn][Pp][Uu][Tt]_?[Tt][Ee][Xx][Tt]|in (?:with|as|using) |Basic |Digest |base64|(?:^|\s)-[ubp]|-u[ =]|-user|playwright|awHeaders|arameter/y,
  ],
  [ATTRIBUTE, "valu cont data", /value|content|data-c/iy],
  [ELEMENT, "labe text sele", /label|textarea|select/iy],
  [SCHEME, "bear basi dige toke apik", /(?:Bearer|Basic|Digest|Token|ApiKey) /y],
  [OPTION, "~-*? ~--* -u?? -use -coo", /(?:^|\s)--?[A-Za-z]|-u[ =]|-user|-cookie/y],
  [BASE64, "eyj? eya? ewo? w3si", /eyJ|eyAi|ewog|ewoJ|W3si/y],
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
/** Other signs and blanks are 0. The sign of an underscore is a dash's too. */
const NO_WORD = [0, 28, 29, 30, 31];
const CODES = 32;
const CODE_BITS = 5;
const CODE_MASK = CODES - 1;
const EVERY_CODE = Array.from({ length: CODES }, (_, code) => code);
const FOUR_MASK = CODES ** 4 - 1;
/** By the character: its code, and above it what it is a clue of by itself. */
const CLASSES = new Uint32Array(128);
/** By four codes: which words begin so. */
const FOURS = new Uint16Array(CODES ** 4);
/** By the clue's bit. */
const PATTERNS: RegExp[] = [];

for (let code = 0; code < CLASSES.length; code++)
  CLASSES[code] = codeOf(String.fromCharCode(code).toLowerCase());
for (const [characters, clue] of CHARACTERS)
  for (const character of characters) {
    const code = character.charCodeAt(0);
    CLASSES[code] = (CLASSES[code] ?? 0) | (clue << CODE_BITS);
  }
for (const [clue, beginnings, pattern] of WORDS) {
  PATTERNS[bitOf(clue)] = pattern;
  for (const each of beginnings.split(" ")) markAll(codesOf(each), clue);
}

function codeOf(character: string): number {
  if (/[a-z]/.test(character)) return character.charCodeAt(0) - 96;
  return /\d/.test(character) ? DIGIT : (SIGNS.get(character) ?? 0);
}

/** @returns for each of the four places: which codes may stand there */
function codesOf(beginning: string): number[][] {
  return Array.from(beginning.padEnd(4, "?"), (character) => {
    if (character === "?") return EVERY_CODE;
    if (character === "*") return EVERY_CODE.slice(1, 27);
    return character === "!" ? NO_WORD : [codeOf(character)];
  });
}

function markAll([codes = [], ...others]: number[][], clue: number, before = 0): void {
  for (const code of codes) {
    const four = (before << CODE_BITS) | code;
    if (others.length > 0) markAll(others, clue, four);
    else FOURS[four] = (FOURS[four] ?? 0) | clue;
  }
}

function bitOf(clue: number): number {
  return 31 - Math.clz32(clue);
}

/** What the loops over all characters need, as their own: what belongs to a module is looked up each time. */
const TABLES = { classes: CLASSES, fours: FOURS, bits: CODE_BITS, codes: CODE_MASK, all: FOUR_MASK };

/** @returns the clues that the text holds, ORed */
export function cluesIn(text: string): number {
  return cluesBetween(text, 0, text.length, null);
}

/**
 * The clues of the words that begin in a part of a text. Words may go on behind it.
 * @param places takes where the words of PLACED begin, in their order: the offset above PLACE_BITS, below it the clues
 */
export function cluesBetween(text: string, from: number, to: number, places: number[] | null): number {
  const { classes, fours, bits, codes, all } = TABLES;
  const { length } = text;
  // The shortest name has two characters, and may stand at the end.
  const end = Math.min(to + 3, length + 2);
  let clues = 0;
  /** Clues that are found are not looked for again, but for those whose places are asked for. */
  let wanted = -1;
  let signs = 0;
  let four = 0;
  for (let at = from; at < end; at++) {
    const code = at < length ? text.charCodeAt(at) : 0;
    const own = code < 128 ? (classes[code] ?? 0) : 0;
    signs |= own;
    four = ((four << bits) | (own & codes)) & all;
    const words = (fours[four] ?? 0) & wanted;
    if (words === 0) continue;
    clues |= found(text, at - 3, words, places);
    wanted = places === null ? ~clues : ~clues | PLACED;
  }
  return clues | (signs >>> bits);
}

function found(text: string, at: number, words: number, places: number[] | null): number {
  const clues = confirmed(text, at, words);
  if (places !== null && (clues & PLACED) !== 0) places.push((at << PLACE_BITS) | (clues & PLACED));
  return clues;
}

/** Most texts have no word in them that could name a secret. */
export function holdsName(text: string): boolean {
  return (cluesIn(text) & NAME) !== 0;
}

/** @returns which of the words really begin there */
function confirmed(text: string, at: number, words: number): number {
  const start = Math.max(at, 0);
  if (words === NUMBER && !mayBeNumber(text, start)) return 0;
  let found = 0;
  for (let rest = words; rest !== 0; rest &= rest - 1) {
    const pattern = PATTERNS[bitOf(rest & -rest)];
    if (!pattern) continue;
    pattern.lastIndex = start;
    if (pattern.test(text)) found |= rest & -rest;
  }
  return found;
}

/** Digits and letters before a digit are many; so few begin a number of a card or an account. */
function mayBeNumber(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) {
    if (code < 0x33 || code > 0x36) return false;
  } else if (code > 0x5a) return false;
  const before = at > 0 ? text.charCodeAt(at - 1) : 0;
  return before < 0x30 || before > 0x39;
}
