import { describe, expect, it } from "vitest";
import {
  endOfPlain,
  endOfScalar,
  endOfString,
  isBlank,
  isMark,
  NotJson,
  OpenString,
  parseString,
} from "@/core/redact/json-tokens";

describe("a number or a literal", () => {
  const sound =
    "0 -0 1 7 9 10 -10 123 1.5 0.5 -0.5 10.25 1e3 1E3 1e+3 1.5E-3 -1.25e+30 true false null".split(" ");
  const unsound =
    "01 00 -01 1. 0. 1.2.3 .5 -.5 - -- +1 1e 1e+ e3 1.e3 0x1 1_0 _1 tru True nulL NaN Z az 1a a1 9Z 1- 1+1 true1 truetrue null_".split(
      " ",
    );

  it.each(sound)("%s ends before what is none of it", (raw) => {
    for (const behind of [",", "]", "}", " ", "\n", ":"])
      expect(endOfScalar(`[${raw}${behind}1`, 1, false)).toBe(1 + raw.length);
    expect(endOfScalar(raw, 0, true)).toBe(raw.length);
  });

  it.each([...sound, "1.", "-", "tru", "1e"])("%s may go on where the chunk ends", (raw) => {
    expect(endOfScalar(`[${raw}`, 1, false)).toBe(-1);
  });

  it.each(unsound)("%s is none", (raw) => {
    expect(() => endOfScalar(`[${raw},1`, 1, false)).toThrow(NotJson);
    expect(() => endOfScalar(raw, 0, true)).toThrow(`unexpected ${raw}`);
  });

  it("that is longer than any is refused, though more may come", () => {
    expect(endOfScalar("1".repeat(399), 0, false)).toBe(-1);
    expect(endOfScalar(`,${"1".repeat(399)}`, 1, false)).toBe(-1);
    expect(endOfScalar("1".repeat(400), 0, false)).toBe(400);
    expect(() => endOfScalar("a".repeat(400), 0, false)).toThrow("unexpected aaaaaaaaaa");
  });

  it("is not found in nothing", () => {
    expect(() => endOfScalar("[?", 1, false)).toThrow("unexpected ?");
  });
});

describe("the end of a text", () => {
  it.each([
    ['plain" x', 5],
    ['" x', 0],
    ['é請~ !" x', 5],
    ['\u00a0" x', 1],
    ['a\\nb" x', -1],
    ['a\nb" x', -1],
    ['a\u001fb" x', -1],
    ['a\u007fb" x', -1],
    ['a\u009fb" x', -1],
    ["open", -1],
    ["", -1],
  ])("without codes in it, of %j", (text, end) => {
    expect(endOfPlain(text, 0)).toBe(end);
    expect(endOfPlain(`"${text}`, 1)).toBe(end < 0 ? -1 : end + 1);
  });

  it.each([
    ['a\\"b" x', 4],
    ['a\\\\" x', 3],
    ['a\\\\\\" b" x', 7],
    ['" x', 0],
    ["open\\", -1],
    ['open\\"', -1],
  ])("with codes in it, of %j", (text, end) => {
    expect(endOfString(text, 0)).toBe(end);
    expect(endOfString(`"${text}`, 1)).toBe(end < 0 ? -1 : end + 1);
  });

  it("is known by the backslashes of the chunk before", () => {
    expect([0, 1, 2, 3].map((slashes) => endOfString('" "', 0, slashes))).toEqual([0, 2, 0, 2]);
    expect([0, 1, 2, 3].map((slashes) => endOfString('\\" "', 0, slashes))).toEqual([3, 1, 3, 1]);
    expect([0, 1].map((slashes) => endOfString('a" "', 0, slashes))).toEqual([1, 1]);
  });
});

describe("a text that comes in chunks", () => {
  it.each(['"a\\\\\\"b\\n" rest', '"\\\\" rest', '"" rest', '"a" "b'])("is whole again: %s", (text) => {
    for (let first = 1; first < text.length; first++)
      for (let second = first; second < text.length; second++) {
        const open = new OpenString();
        const parts = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        let taken = "";
        for (const part of parts) {
          open.add(part);
          taken += part;
          if (!open.isOpen) break;
        }
        expect(open.length).toBe(taken.length);
        expect(open.isOpen).toBe(endOfString(taken, 1) < 0);
        expect(open.take()).toBe(taken);
        expect([open.isOpen, open.length, open.take()]).toEqual([false, 0, ""]);
      }
  });

  it("is nothing of the one before", () => {
    const open = new OpenString();
    open.add('"a\\');
    open.take();
    open.add('"');
    open.add('" b');
    expect(open.isOpen).toBe(false);
  });
});

it("a text is read as JSON is; a damaged one is none", () => {
  expect(parseString('"a\\u0062\\n"')).toBe("ab\n");
  expect(() => parseString('"\\x"')).toThrow("a text is damaged");
});

it("blanks and marks are those of JSON and no others", () => {
  const those = (is: (code: number) => boolean) =>
    Array.from({ length: 300 }, (_, code) => code)
      .filter(is)
      .map((code) => String.fromCharCode(code))
      .join("");
  expect(those(isBlank)).toBe("\t\n\r ");
  expect(those(isMark)).toBe(",:[]{}");
});
