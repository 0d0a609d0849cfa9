import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fromBase64,
  isBase64,
  isBase64Body,
  isOfBase64,
  replacePictures,
  toBase64,
} from "@/core/redact/base64";

const base64 = (bytes: string | number[]): string => Buffer.from(bytes as string).toString("base64");

describe("base64", () => {
  it("is made of letters, digits and four signs, two of them in addresses alone", () => {
    const those = Array.from({ length: 300 }, (_, code) => code).filter(isOfBase64);
    expect(String.fromCharCode(...those)).toBe(
      "+-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    );
  });

  it.each<[string, number, boolean]>([
    ["QUJD", 4, true],
    ["QUJD", 5, false],
    ["Q-_D", 4, true],
    ["QUI=", 3, true],
    ["QUI=", 4, false],
    ["QQ==", 2, true],
    ["Q===", 1, false],
    ["QU=D", 2, false],
    ["QUJD\n", 1, false],
    ["QU JD", 1, false],
    ["=QUJD", 0, false],
  ])("%j of %i characters at least: %s", (text, shortest, is) => {
    expect(isBase64(text, shortest)).toBe(is);
  });

  it.each([
    ["QUJDREVGR0hJ", true],
    ["QUJDREVGR0hJQQ==", true],
    ["QUJDREVGR0hJQUI=", true],
    ["QUJDREVG", false],
    ["QUJDREVGR0g=", false],
    ["QUJDREVGR0hJQ", false],
    ["QUJDREVGR0hJQQ=", false],
    ["QUJDREVGR0-J", false],
    ["QUJDREVGR0 J", false],
  ])("of a body has whole bytes, and the alphabet of files: %j, %s", (text, is) => {
    expect(isBase64Body(text)).toBe(is);
  });
});

describe("a text in base64", () => {
  it("is read as it was, in either alphabet and without its padding too", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."aZ09 ~?>é€😀\t\n"), minLength: 1, maxLength: 700 }),
        (text) => {
          const encoded = toBase64(text);
          expect(encoded).toBe(base64(text));
          expect(fromBase64(encoded)).toBe(text);
          expect(fromBase64(Buffer.from(text).toString("base64url"))).toBe(text);
        },
      ),
    );
  });

  it.each(["a", "é", "€", "😀"])("may be long, and of several bytes for each character: %s", (character) => {
    for (const before of ["", "a", "ab", "abc"]) {
      const text = before + character.repeat(20_000);
      expect(toBase64(text)).toBe(base64(text));
      expect(fromBase64(base64(text))).toBe(text);
    }
  });

  it.each<[string, string]>([
    ["another sign", "QUJD!"],
    ["a piece of a byte", "QUJDR"],
    ["nothing", ""],
    ["a control character", base64("a\u0008b")],
    ["a control character of the other end", base64("a\u000eb")],
    ["a last control character", base64("a\u001fb")],
    ["a deletion", base64("a\u007fb")],
    ["a control character of two bytes", base64("a\u0085b")],
    ["another encoding", base64([0x61, 0xe9, 0x62])],
    ["a character that is cut off", base64([0x61, 0xc3])],
    ["a long picture", base64(Array.from({ length: 900 }, (_, at) => (at * 37 + 128) % 256))],
    ["a text with bytes behind it", base64([...Buffer.from("a".repeat(900)), 0xff, 0x80, 0xff])],
  ])("is none with %s", (_, encoded) => {
    expect(fromBase64(encoded)).toBeNull();
  });

  it("has line ends and tabs", () => {
    expect(fromBase64(base64("a\t\n\u000b\u000c\r b"))).toBe("a\t\n\u000b\u000c\r b");
  });
});

describe("a picture in an address", () => {
  const PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB";
  const replaced = (text: string): [string, string[]] => {
    const found: string[] = [];
    const out = replacePictures(text, (each) => {
      found.push(each);
      return `[${found.length}]`;
    });
    return [out, found];
  };

  it.each<[string, string, string[]]>([
    [`data:image/png;base64,${PICTURE}`, "data:image/png;base64,[1]", [PICTURE]],
    [`data:;base64,${PICTURE}`, "data:;base64,[1]", [PICTURE]],
    [
      `data:image/svg+xml;charset=utf-8;base64,${PICTURE}`,
      "data:image/svg+xml;charset=utf-8;base64,[1]",
      [PICTURE],
    ],
    [`data:font/woff2;a=b;c;base64,${PICTURE}`, "data:font/woff2;a=b;c;base64,[1]", [PICTURE]],
    [`url(data:image/png;base64,${PICTURE}==) no`, "url(data:image/png;base64,[1]) no", [`${PICTURE}==`]],
    [
      `<data:a/b;base64,${PICTURE}><data:a/b;base64,x${PICTURE}>`,
      "<data:a/b;base64,[1]><data:a/b;base64,[2]>",
      [PICTURE, `x${PICTURE}`],
    ],
    [`data:image/png;base64,${PICTURE.slice(1)}.`, `data:image/png;base64,${PICTURE.slice(1)}.`, []],
    [`data:image/png,${PICTURE}`, `data:image/png,${PICTURE}`, []],
    [`data:image/png;base64 ,${PICTURE}`, `data:image/png;base64 ,${PICTURE}`, []],
  ])("is replaced, and nothing else: %s", (text, out, found) => {
    expect(replaced(text)).toEqual([out, found]);
    expect(replaced(text)).toEqual([out, found]);
  });
});
