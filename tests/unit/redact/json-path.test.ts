import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonPath } from "@/core/redact/json-path";

/** Walks a document as a reader of JSON does. @returns each value's keys, as the paths have them and as they are */
function placesIn(value: unknown, path: JsonPath, keys: string[] = []): [readonly string[], string[]][] {
  if (Array.isArray(value))
    return value.flatMap((item) => [
      [path.items().keys, [...keys, "[]"]] as [readonly string[], string[]],
      ...placesIn(item, path.items(), [...keys, "[]"]),
    ]);
  if (typeof value !== "object" || value === null) return [];
  const found: [readonly string[], string[]][] = [];
  let previous = path;
  for (const [key, inner] of Object.entries(value)) {
    const child = path.child(key, previous);
    found.push([child.keys, [...keys, key]], ...placesIn(inner, child, [...keys, key]));
    previous = child;
  }
  return found;
}

describe("the place of a value in JSON", () => {
  const key = fc.constantFrom("a", "b", "c", "__proto__x", "");
  const { documents } = fc.letrec<{ value: unknown; object: unknown; documents: unknown[] }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.constant(0), tie("object"), fc.array(tie("value"), { maxLength: 3 })),
    object: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    documents: fc.array(tie("value"), { maxLength: 4 }),
  }));

  it("has the keys that lead there, in whatever documents it was met before", () => {
    fc.assert(
      fc.property(documents, (each) => {
        for (const document of [...each, ...each])
          for (const [has, is] of placesIn(document, JsonPath.root())) expect(has).toEqual(is);
      }),
      { numRuns: 500 },
    );
  });

  it("is no neighbour's of the same key", () => {
    for (let times = 0; times < 2; times++)
      for (const [has, is] of placesIn({ a: { b: 1, c: { a: 2 } }, b: 2, c: 3 }, JsonPath.root()))
        expect(has).toEqual(is);
  });

  it("within an array goes by the array's key; the document itself has none", () => {
    const root = JsonPath.root();
    expect([root.key, root.items().key]).toEqual(["", ""]);
    expect(root.child("tokens", root).items()).toMatchObject({ key: "tokens", keys: ["tokens", "[]"] });
  });

  it.each([
    ["plain é 請", true],
    ['a"b', false],
    ["a\\nb", false],
    ["a\nb", false],
    ["a\u0085b", false],
  ])("is told whether its key %j stands in JSON as it is: %s", (key, isPlain) => {
    const root = JsonPath.root();
    expect(root.child(key, root).isPlain).toBe(isPlain);
  });

  it("is one object for all values there", () => {
    const root = JsonPath.root();
    const [first, second] = ["one", "other"].map((name) => root.child(name, root));
    expect(root.child("one", root)).toBe(first);
    expect(root.child("other", root)).toBe(second);
    expect(root.items()).toBe(root.items());
    expect(JsonPath.root()).toBe(root);
  });

  it("is forgotten where an object has as many keys as a table has rows, and where there are too many in all", () => {
    const root = JsonPath.root();
    const table = root.child("table", root);
    const kept = (row: number) => {
      const [first] = [table.child(`row ${row}`, table), table.child("between", table)];
      return table.child(`row ${row}`, table) === first;
    };
    for (let row = 0; row < 1000; row++) table.child(`row ${row}`, table);
    expect([0, 400, 600, 999].map(kept)).toEqual([true, true, false, false]);
    expect(table.child("row 999", table).keys).toEqual(["table", "row 999"]);
    expect(JsonPath.root()).toBe(root);
    for (let row = 0; row < 21_000; row++) table.child(`row ${row}`, table);
    expect(JsonPath.root()).not.toBe(root);
    expect(JsonPath.root()).toBe(JsonPath.root());
  });
});
