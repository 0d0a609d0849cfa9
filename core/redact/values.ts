/** What a value looks like: whether it can be a secret at all, and whether it is safe to look for everywhere. */

const DIGIT = 1;
const LOWER = 2;
const UPPER = 3;

function classOf(code: number): number {
  if (code >= 48 && code <= 57) return DIGIT;
  if (code >= 97 && code <= 122) return LOWER;
  if (code >= 65 && code <= 90) return UPPER;
  return 0;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]|$)/;

/**
 * True for what a machine drew by lot: letters and digits mixed within one run, or cases that change as no
 * word's do. Entropy alone is blind to hex, and sees secrets in long words.
 * @param least the fewest characters
 */
export function looksRandom(value: string, least = 16): boolean {
  if (value.length < least || value.length > 16_384 || /[\s<>{}()]/.test(value)) return false;
  if (DATE.test(value)) return false;
  return UUID.test(value) || longestMix(value) >= Math.min(least, 10);
}

/** The length of the longest run of letters and digits that no word or number looks like. */
function longestMix(value: string): number {
  let best = 0;
  let run = 0;
  let changes = 0;
  let flips = 0;
  let last = 0;
  for (let at = 0; at <= value.length; at++) {
    const now = at < value.length ? classOf(value.charCodeAt(at)) : 0;
    if (now === 0) {
      if (isMix(run, changes, flips)) best = Math.max(best, run);
      run = changes = flips = 0;
    } else {
      run++;
      if (last !== 0 && (now === DIGIT) !== (last === DIGIT)) changes++;
      else if (now === UPPER && last === LOWER) flips++;
    }
    last = now;
  }
  return best;
}

function isMix(run: number, changes: number, flips: number): boolean {
  if (run < 6) return false;
  return changes >= 2 || (changes >= 1 && flips >= 1) || (flips >= 3 && flips * 6 >= run);
}

const NOTHING = new Set(["", "true", "false", "null", "none", "nil", "undefined", "nan", "[]", "{}", "n/a"]);
const MASK =
  /^(?:[*•·●.\-_#]+|x{3,}|\[?(?:redacted|masked|hidden|filtered|omitted|removed)\]?|<[^<>]*>|\{\{.*\}\}|\$\{.*\}|\$[A-Z_]+|%\(?\w*\)?s)$/i;
const LABEL_TEXT = /passwor|passcode|required|invalid|forgot|enter |must |please|token|secret|code/i;
/** Identifiers of Skyvern's own (skyvern-api.md §2): without the key they open nothing, and they join the files. */
const SKYVERN_ID = /^(?:[a-z]{1,6}|tsk_v2)_\d{10,20}$/;

/** False for what stands where a secret would, and is none: nothing, a mask, a placeholder, a label's text, an ID. */
export function canBeSecret(value: string): boolean {
  const trimmed = value.length > 64 ? value : value.trim();
  if (NOTHING.has(trimmed.toLowerCase()) || MASK.test(trimmed) || SKYVERN_ID.test(trimmed)) return false;
  return !(/\s/.test(trimmed) && LABEL_TEXT.test(trimmed) && !/\d/.test(trimmed) && trimmed.length < 200);
}

const COMMON = new Set(
  (
    "password passwd passcode secret secrets token tokens admin administrator test testing tester example user " +
    "username login logout guest default public private bearer basic digest session cookie cookies required optional " +
    "string number boolean object enabled disabled hidden unknown invalid missing production development staging " +
    "localhost welcome english deutsch accepted rejected declined allowed denied authorization authentication " +
    "credential credentials anonymous persistent application javascript document function undefined organization"
  ).split(" "),
);
const TIMESTAMP = /^1[4-9]\d{8}(?:\d{3}){0,3}$/;

/**
 * True where a value is worth looking for in all files. Short ones, words, small numbers and dates would take
 * the text along: they go only where a name gave them away.
 * @param chosen the value was picked by a person: a password is one at six characters, a cookie's "dark-1" is not
 */
export function spreads(value: string, chosen: boolean): boolean {
  if (value.length < 6 || value.length > 65_536) return false;
  const lower = value.toLowerCase();
  if (COMMON.has(lower) || COMMON.has(lower.replace(/[\d!?.]+$/, "")) || DATE.test(value)) return false;
  if (/^[\d\s.,:+-]+$/.test(value)) {
    const digits = value.replace(/\D/g, "");
    return chosen ? digits.length >= 9 && !TIMESTAMP.test(digits) : false;
  }
  if (!chosen) return looksRandom(value, 8) || (value.length >= 24 && /\d/.test(value) && !/\s/.test(value));
  if (/\s/.test(value)) return value.length >= 12;
  if (/^[a-z]+$/i.test(value)) return looksRandom(value, 12) || value.length >= 12;
  return true;
}

/** True where no neighbour may be a letter or digit: a short value inside a longer word is another word. */
export function needsBorders(value: string): boolean {
  return value.length < 8;
}

/** Card numbers: issuer, length and Luhn's checksum. */
export function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (
    !/^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35\d{14}|3(?:0[0-5]|[68]\d)\d{11})$/.test(
      digits,
    )
  )
    return false;
  if (/^(\d)\1+$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    const weighed = at % 2 === 1 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

/** International account numbers: the checksum of ISO 13616. */
export function isIban(text: string): boolean {
  const compact = text.replace(/[ -]/g, "").toUpperCase();
  if (!/^[A-Z]{2}\d\d[A-Z0-9]{11,30}$/.test(compact)) return false;
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}
