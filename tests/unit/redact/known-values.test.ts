import { describe, expect, it } from "vitest";
import { isTag, KnownValues, looksRandom } from "@/core/redact/known-values";
import type { SecretKind } from "@/core/redact/sensitive-names";

/** What stands for itself alone in the tests: letters of every kind, and all that some encoding writes in its own way. */
const VALUE = `Zq7'v"R<8>w&K/6 é!(ü~)*`;
const NONE = () => {};

/** What is left of a text where some values are known. */
function hidden(text: string, value: string, kind: SecretKind = "secret"): string {
  const values = new KnownValues();
  values.tagOf(kind, value);
  values.seal();
  return values.replaceIn(text, NONE);
}
const isSought = (value: string, kind: SecretKind = "secret"): boolean => {
  const values = new KnownValues();
  values.tagOf(kind, value);
  values.seal();
  return values.isIn(`in ${value} there`);
};
const html = (text: string, apostrophe: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", apostrophe);
const json = (text: string): string => JSON.stringify(text).slice(1, -1);
const url = encodeURIComponent;
const codes = (text: string, write: (code: number) => string): string =>
  Array.from(text, (character) => write(character.charCodeAt(0))).join("");
const escaped = (text: string, code: (digits: string) => string): string =>
  text.replace(/[^ -~]/g, (character) => code(character.charCodeAt(0).toString(16).padStart(4, "0")));
const strict = (text: string): string =>
  text.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
const hex = (text: string, encoding: BufferEncoding = "utf8"): string =>
  Buffer.from(text, encoding).toString("hex");

describe("a known value is found", () => {
  it.each([
    ["as it is", VALUE],
    ["in JSON", json(VALUE)],
    ["in JSON in JSON", json(json(VALUE))],
    ["in JSON of ASCII alone", escaped(json(VALUE), (digits) => `\\u${digits}`)],
    ["the same with codes in capitals", escaped(json(VALUE), (digits) => `\\u${digits.toUpperCase()}`)],
    ["in JSON for a script in a page", VALUE.replaceAll("/", "\\/")],
    ["in HTML", html(VALUE, "&#39;")],
    ["in HTML by Python", html(VALUE, "&#x27;")],
    ["in XML", html(VALUE, "&apos;")],
    ["in HTML, each character by its number", codes(VALUE, (code) => `&#${code};`)],
    ["the same in hexadecimal", codes(VALUE, (code) => `&#x${code.toString(16)};`)],
    ["in an address", url(VALUE)],
    ["in a form", url(VALUE).replaceAll("%20", "+")],
    ["in an address, by the letter of RFC 3986", strict(url(VALUE))],
    ["in a path", url(VALUE).replaceAll("%2F", "/")],
    ["in an address in an address", url(url(VALUE))],
    ["in a form in an address", url(url(VALUE).replaceAll("%20", "+"))],
    ["in an address with codes in small letters", url(VALUE).replace(/%../g, (code) => code.toLowerCase())],
    ["in hexadecimal", hex(VALUE)],
    ["in hexadecimal, in capitals", hex(VALUE).toUpperCase()],
    ["as UTF-16 in hexadecimal", hex(VALUE, "utf16le")],
    ["with a zero behind each character", codes(VALUE, (code) => `${String.fromCharCode(code)}\0`)],
  ])("%s", (_, spelled) => {
    expect(hidden(`before ${spelled} behind`, VALUE)).toBe("before [redacted:secret#1] behind");
  });
});

describe("in base64 a known value is found", () => {
  /** Bytes that the encoding has signs of its own for: `+` and `/`. */
  const value = "Zq7>>>~~~???請vR8w";

  it.each<BufferEncoding>(["utf8", "utf16le"])("wherever it stands in %s", (encoding) => {
    for (const before of ["", "a", "ab", "abc"])
      for (const behind of ["", "?", "??"]) {
        const bytes = Buffer.concat([Buffer.from(before), Buffer.from(value, encoding), Buffer.from(behind)]);
        for (const spelled of [bytes.toString("base64"), bytes.toString("base64url")]) {
          const left = hidden(spelled, value);
          expect(left, spelled).toMatch(/^.{0,4}\[redacted:secret#1\].{0,7}$/);
        }
      }
  });

  it("but a piece of less than eight characters is none: it stands in other texts too", () => {
    expect(hidden(btoa("aZq7v8x"), "Zq7v8x")).toBe(btoa("aZq7v8x"));
    expect(hidden("WnE3djg5", "Zq7v89")).toBe("[redacted:secret#1]");
  });
});

describe("a value that was learnt from an address", () => {
  it("is found as it was before it was encoded", () => {
    expect(hidden("seen Zq7/vR8&wK6 here", "Zq7%2FvR8%26wK6")).toBe("seen [redacted:secret#1] here");
  });

  it.each([
    ["with a broken code", "Zq7%2FvR8%zz", "Zq7/vR8%zz"],
    ["that is everyday when decoded", "user%6eame", "username"],
  ])("%s is found as it is alone", (_, value, decoded) => {
    expect(hidden(`${value} ${decoded}`, value)).toBe(`[redacted:secret#1] ${decoded}`);
  });
});

describe("a value", () => {
  it.each([
    ["of six characters", "Zq7v#8"],
    ["of nine digits", "483920175"],
    ["of sixteen letters", "opensesameplease"],
    ["of letters in both cases", "sesameOpen"],
    ["of twelve digits with signs", "4839 2017-5612"],
    ["with a common word in it", "admin1"],
    ["of digits first and letters then", "4Zq7vR8w"],
    ["that has no form in an address", "Zq7\ud800vR8w"],
    ["with text behind a tag", "[redacted:token#1] Zq7vR8"],
  ])("%s is looked for everywhere", (_, value) => {
    expect(isSought(value)).toBe(true);
  });

  it.each([
    ["of five characters", "Zq7v#"],
    ["of eight digits", "48392017"],
    ["of fifteen letters", "opensesameplea"],
    ["of letters that begin with a capital", "Opensesame"],
    ["of capitals", "OPENSESAME"],
    ["of eleven digits with signs", "483-920-175-61"],
    ["that is a date", "2026-11-26"],
    ["that is a word of the language", "LocalHost"],
    ["that is a tag", "[redacted:token#1]"],
    ["that is two tags", " [redacted:token#1] [redacted:secret#23] "],
  ])("%s is hidden in its place alone", (_, value) => {
    expect(isSought(value)).toBe(false);
  });

  it("that is a password may be of letters alone, from eight on", () => {
    expect(isSought("sunshine", "password")).toBe(true);
    expect(isSought("sunshin", "password")).toBe(false);
    expect(isSought("Password", "password")).toBe(false);
    expect(isSought("[redacted:token#1]", "password")).toBe(false);
    expect(isSought("sunshine", "token")).toBe(false);
  });

  it.each(
    (
      "password secret bearer session cookie username example redacted undefined localhost string object default " +
      "unknown required"
    ).split(" "),
  )("%s is too common to be looked for", (word) => {
    expect(isSought(word, "password")).toBe(false);
  });

  it("that its place alone gives away is not looked for", () => {
    const values = new KnownValues();
    expect(values.tagOf("typed", "Zq7vR8wK", false)).toBe("[redacted:typed#1]");
    values.seal();
    expect(values.isIn("Zq7vR8wK")).toBe(false);
  });

  it("has the same tag every time, by the kind that it was met as first", () => {
    const values = new KnownValues();
    const tags = [
      values.tagOf("token", "one"),
      values.tagOf("key", "two"),
      values.tagOf("token", "three"),
      values.tagOf("key", "one"),
    ];
    expect(tags).toEqual([
      "[redacted:token#1]",
      "[redacted:key#1]",
      "[redacted:token#2]",
      "[redacted:token#1]",
    ]);
  });

  it("of many megabytes has a tag of its own too", () => {
    const values = new KnownValues();
    const long = "a".repeat(20_000);
    const others = [`${long}b`, `b${long}`, `${long.slice(1)}b`, `b${long.slice(1)}`, long.slice(1)];
    expect(new Set([long, ...others].map((each) => values.tagOf("image", each, false))).size).toBe(6);
    expect(values.tagOf("image", "a".repeat(20_000), false)).toBe("[redacted:image#1]");
  });
});

describe("of known values in a text", () => {
  function known(...given: string[]): KnownValues {
    const values = new KnownValues();
    for (const each of given) values.addWord(each);
    values.seal();
    return values;
  }

  it.each([
    [
      "all are replaced, side by side too",
      "abcdabcd abcd",
      "[redacted:word#1][redacted:word#1] [redacted:word#1]",
    ],
    ["the longest counts where several begin", "abcdefgh abcdef", "[redacted:word#3] [redacted:word#2]"],
    [
      "one is found behind the beginning of another",
      "abcabcd ababcd",
      "abc[redacted:word#1] ab[redacted:word#1]",
    ],
    ["one is found at the beginning and at the end", "wxyz, wxyz", "[redacted:word#4], [redacted:word#4]"],
    ["a tag stays", "[redacted:word#1] abcd", "[redacted:word#1] [redacted:word#1]"],
    ["a beginning alone is none", "abc wxy", "abc wxy"],
    ["a longer beginning alone is none either", "efghij, efghi.", "[redacted:word#5], efghi."],
    ["a word of three characters is none", "seen xyz", "seen xyz"],
    ["a text may be shorter than each", "abc", "abc"],
    ["nothing is found in nothing", "", ""],
  ])("%s", (_, text, out) => {
    const values = known("abcd", "abcdef", "abcdefgh", "wxyz", "efghij", "xyz");
    let hits = 0;
    expect(values.replaceIn(text, () => hits++)).toBe(out);
    expect(values.isIn(text)).toBe(out !== text);
    expect(hits).toBe(out.split("[redacted").length - text.split("[redacted").length);
  });

  it.each([4, 5, 11, 12, 13, 40])(
    "each is found wherever it stands, the shortest with %i characters",
    (length) => {
      const value = "Zq7vR8wK63tM4xB1pL9sD2fG5hJ0cN6yT3uEaWoQ".slice(0, length);
      const values = known(value, `${value}, and more`, "another that is long");
      for (let before = 0; before < 30; before++) {
        const text = "-".repeat(before);
        expect(values.replaceIn(`${text}${value}${text}`, NONE)).toBe(`${text}[redacted:word#1]${text}`);
      }
    },
  );

  it("none is found before all are learnt", () => {
    const values = new KnownValues();
    values.addWord("abcd");
    expect(values.replaceIn("abcd", NONE)).toBe("abcd");
  });

  it("names of parameters are found as they are written", () => {
    const values = new KnownValues();
    expect([values.hasName("portal_login"), values.mayHoldName("the portal_login")]).toEqual([false, false]);
    values.addName("portal_login");
    expect([values.hasName("portal_login"), values.mayHoldName("the portal_login")]).toEqual([true, true]);
    expect([values.hasName("portal"), values.mayHoldName("the portal")]).toEqual([false, false]);
  });
});

it.each([
  ["[redacted:token#1]", true],
  ["  [redacted:token#1] [redacted:password#12]\n", true],
  ["\u00a0[redacted:token#1]", true],
  ["[redacted:token#1]x", false],
  ["x[redacted:token#1]", false],
  ["[redacted:token#]", false],
  ["[redacted:#1]", false],
  ["[redacted]", false],
  ["[]", false],
  [" ", false],
  ["", false],
])("that %j is a tag and nothing else: %s", (text, is) => {
  expect(isTag(text)).toBe(is);
});

it.each([
  ["Zq7vR8wK", true],
  ["abcdef12", true],
  ["123456ab", true],
  ["1234567a", false],
  ["abcdefg1", false],
  ["Zq7vR8w", false],
  ["Zq7v R8wK", false],
  ["12345678", false],
  ["aaaa1111", false],
  ["abab1212abab", false],
  ["abcdef11", true],
  ["ABCDEF12", true],
  ["aabb1122aabb", false],
])("that %j looks drawn at random: %s", (text, does) => {
  expect(looksRandom(text)).toBe(does);
});
