import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rawField } from "@/core/skyvern/raw-json";

const name = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('"', "\\", "\u0000", "é", ":", '":'));

describe("rawField", () => {
  it("finds what a parser finds, for any object, field and indent", () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, maxKeys: 4 }),
        fc.nat(),
        fc.nat(4),
        (object, pick, indent) => {
          const keys = Object.keys(object);
          const key = keys[pick % keys.length] ?? "";
          const raw = rawField(JSON.stringify(object, null, indent), key);
          const value: unknown = raw === null ? null : JSON.parse(raw);
          expect(JSON.stringify(value)).toBe(JSON.stringify(object[key]));
        },
      ),
    );
  });

  it.each([
    ["keeps the digits of large integers", '{"a":[9007199254740993]}', "[9007199254740993]"],
    ["keeps the server's spelling", '{"a":{"x" : 1.0,"y":"\\u00e9"}}', '{"x" : 1.0,"y":"\\u00e9"}'],
    ["is not led astray by a value that looks like a field", '{"b":"a","c":"\\"a\\":1","a":2}', "2"],
    ["looks at the top level alone", '{"b":{"a":1},"c":[{"a":2}]}', null],
    ["takes null for absent", '{"a":null}', null],
    ["finds nothing in a list", '["a",1]', null],
    ["doesn't mind space before the colon", `{"a"${" ".repeat(60)}: 1}`, "1"],
    ["knows a field whose name is escaped", '{"\\u0061":1}', "1"],
  ])("%s", (_, text, raw) => {
    expect(rawField(text, "a")).toBe(raw);
  });
});
