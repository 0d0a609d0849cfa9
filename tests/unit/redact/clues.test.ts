import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ATTRIBUTE, cluesBetween, cluesIn, NAME, NUMBER, OTHER_NAME, SHAPE, STEM } from "@/core/redact/clues";
import { edited } from "@/core/redact/edits";
import { nearNames } from "@/core/redact/near-names";
import { sensitiveName } from "@/core/redact/sensitive-names";
import { Words } from "@/core/redact/words";

/** What the quick look stands for. */
const ANY_STEM = new RegExp(STEM.source, "i");
const AT_STEM = new RegExp(STEM.source, "iy");
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."pw PWD pass key api_key sess ssn cvv csc pin token - _ . = \n > é 1 2026 4111".split(" "),
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("the clues of a text", () => {
  it("hold a name where the pattern of names finds one, and tell where", () => {
    fc.assert(
      fc.property(text, (each) => {
        const at = each.search(ANY_STEM);
        expect((cluesIn(each) & NAME) !== 0).toBe(at >= 0);
        expect(Words.of(each).finder(NAME)(0)).toBe(at);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(
    (
      "password passwd pwd pw pass passcode secret token access_token api_key apikey authorization otp totp mfa_code pin " +
      "code_verifier nonce assertion SAMLRequest session sid csrf xsrf client_secret private_key credentials sig " +
      "signature X-Goog-Credential cvv cvc card_number pan account_number iban ssn routing_number tax_id mnemonic " +
      "social_security_number PHPSESSID connect.sid user_session webhook_url proxy_server browser_address senha jwt " +
      "motdepasse mot_de_passe kennwort passwort contrasena seedphrase seed_phrase mnemonic passphrase passcode"
    ).split(" "),
  )("know the name %s wherever it stands", (name) => {
    expect(sensitiveName(name)).not.toBeNull();
    for (const spelled of [name, name.toUpperCase(), `x ${name}`, `${name}: y`, `é${name}é`])
      expect(cluesIn(spelled) & (NAME | OTHER_NAME), spelled).not.toBe(0);
  });

  it.each([
    ["a card", "4111 1111 1111 1111", NUMBER],
    ["a card with dots", "5500.0000.0000.0004", NUMBER],
    ["a card of the lowest numbers", "378282246310005", NUMBER],
    ["a card of the highest", "6011000990139424", NUMBER],
    ["an account", "DE89 3704 0044 0532 0130 00", NUMBER],
    ["an account of the alphabet's last country", "ZW89 3704 0044 0532 0130 00", NUMBER],
    ["a key", "AKIAIOSFODNN7EXAMPLE", SHAPE],
    ["a token", "ghp_abcdefghijklmnopqrst", SHAPE],
  ])("know %s behind whatever", (_, value, clue) => {
    for (const before of ["", " ", "=", '"', "é"]) expect(cluesIn(before + value) & clue, before).toBe(clue);
  });

  it("are none in ordinary words", () => {
    expect(cluesIn("Invoice 42 of March 2026, paid by transfer")).toBe(0);
  });
});

describe("the words of a text", () => {
  const filler = "lorem ipsum ".repeat(20);
  const long = fc.array(fc.oneof(text, fc.constant(filler)), { maxLength: 8 }).map((parts) => parts.join(""));
  const placesOf = (words: Words) =>
    [NAME, OTHER_NAME, ATTRIBUTE].map((clue) => {
      const next = words.finder(clue);
      const places: number[] = [];
      for (let at = next(0); at >= 0; at = next(at + 1)) places.push(at);
      return places;
    });

  it("stand where a look for each of them finds them, in a text longer than one piece too", () => {
    fc.assert(
      fc.property(long, fc.nat({ max: 60 }), (each, times) => {
        const whole = filler.repeat(times) + each;
        const words = Words.of(whole);
        const names = Array.from({ length: whole.length }, (_, at) => at).filter((at) => {
          AT_STEM.lastIndex = at;
          return AT_STEM.test(whole);
        });
        expect(words.clues).toBe(cluesIn(whole));
        expect(placesOf(words)[0]).toEqual(names);
      }),
      { numRuns: 500 },
    );
  });

  it("are found once, by the part in which they begin", () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 30 }), (each, at) => {
        const places = (...ends: number[]) => {
          const found: number[] = [];
          for (const [index, to] of ends.entries()) cluesBetween(each, ends[index - 1] ?? 0, to, found);
          return found;
        };
        const middle = Math.min(at, each.length);
        expect(places(middle, each.length)).toEqual(places(each.length));
      }),
      { numRuns: 2000 },
    );
  });

  it("are the same after changes as in the changed text", () => {
    fc.assert(
      fc.property(
        long,
        fc.array(fc.tuple(fc.nat(400), fc.oneof(fc.nat(20), fc.nat(300)), text), { maxLength: 6 }),
        (each, given) => {
          let seen = 0;
          const edits = given.flatMap(([gap, length, put]) => {
            const from = seen + gap;
            const to = from + length;
            if (to > each.length) return [];
            seen = to;
            return [{ from, to, text: put }];
          });
          const after = edited(each, edits);
          const words = Words.of(each).after(edits, after);
          expect(placesOf(words)).toEqual(placesOf(Words.of(after)));
          expect(cluesIn(after) & ~words.clues).toBe(0);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("what stands near names", () => {
  it("is whole lines or tags, with all names in it", () => {
    const filler = "lorem ipsum dolor\n".repeat(100);
    const parts: string[] = [];
    const changed = nearNames(
      Words.of(`${filler}the password is x\n${filler}<b>token</b>`),
      { before: 30, after: 30 },
      (part) => {
        parts.push(part);
        return part.toUpperCase();
      },
    );
    expect(parts).toHaveLength(2);
    expect(parts[0]).toMatch(/^(?:lorem ipsum dolor\n)+the password is x\n(?:lorem ipsum dolor\n)+$/);
    expect(changed).toContain("THE PASSWORD IS X");
    expect(changed.toLowerCase()).toBe(`${filler}the password is x\n${filler}<b>token</b>`);
  });

  it.each<[string, string, number, number, string[]]>([
    ["ends with its line", "one\ntwo token three\nfour", 0, 0, ["two token three\n"]],
    ["ends with its tag", "<b>one</b><i>token</i><u>two</u>", 0, 5, ["token</i>"]],
    ["reaches no farther than it is told", "one\ntwo\ntoken\nthree\nfour", 1, 6, ["two\ntoken\n"]],
    ["is one part where the reaches meet", "token\nxx\npassword\nend", 10, 3, ["token\nxx\npassword\n"]],
    [
      "is a part of its own where they do not",
      "token\nxx\nxx\npassword\nend",
      2,
      3,
      ["token\n", "xx\npassword\n"],
    ],
    ["may be the whole text", "token", 9, 9, ["token"]],
  ])("%s", (_, whole, before, after, parts) => {
    const given: string[] = [];
    nearNames(Words.of(whole), { before, after }, (part) => {
      given.push(part);
      return part;
    });
    expect(given).toEqual(parts);
  });

  it("covers every name once, and the rest stays in its place", () => {
    fc.assert(
      fc.property(text, (each) => {
        const marked = nearNames(Words.of(each), { before: 3, after: 3 }, (part) => `‹${part}›`);
        expect(marked.replace(/[‹›]/g, "")).toBe(each);
        expect(marked.replace(/‹[^›]*›/g, "\n").search(ANY_STEM)).toBe(-1);
      }),
      { numRuns: 2000 },
    );
  });
});
