import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Chunk, chunkScript } from "@/core/report/chunks";
import { fileKind } from "@/core/report/file-kind";
import { harRows } from "@/core/report/har";
import { logLines } from "@/core/report/logs";
import { hitsIn } from "@/core/report/search";
import { parseExact, stringifyExact } from "@/core/skyvern/big-integers";

const entry = (fields: object) => ({ startedDateTime: "2026-11-24T10:00:00.500Z", time: 12.4, ...fields });
const har = (...entries: unknown[]) => JSON.stringify({ log: { entries } });

describe("the table of a HAR", () => {
  it("has a row a request, in the order of their times", () => {
    const first = entry({
      startedDateTime: "2026-11-24T10:00:00Z",
      request: { method: "GET", url: "https://a.example/" },
      response: { status: 200, content: { mimeType: "text/html; charset=utf-8", size: 7 } },
    });
    expect(harRows(har(entry({}), first))).toMatchObject([
      { method: "GET", url: "https://a.example/", status: 200, mediaType: "text/html", size: 7, start: 0 },
      { start: 500, duration: 12.4, size: null },
    ]);
  });

  it.each(["", "{", "null", '{"log": {}}', "[]"])("is none for %j", (text) => {
    expect(harRows(text)).toBeNull();
  });

  it("takes any entry, whatever its fields are", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (entries) => {
        expect(() => harRows(har(...entries))).not.toThrow();
      }),
    );
  });
});

describe("the lines of a log", () => {
  it.each([
    ["[error] x", "error"],
    ["2026-11-24 WARN x", "warning"],
    ["debug: x", "debug"],
    ["x terrors y", "info"],
    [`${"x".repeat(130)} error`, "info"],
  ])("%j is of level %s", (line, level) => {
    expect(logLines(line)).toMatchObject([{ number: 1, level, text: line }]);
  });

  it("end with the last one, not with an empty one", () => {
    expect(logLines("a\r\nb\n").map(({ text }) => text)).toEqual(["a", "b"]);
  });
});

describe("searching a text", () => {
  it("finds what stands there, whatever the case, with the words around", () => {
    expect(hitsIn("The Invoice of March", "invoice", 5)).toEqual([
      { at: 4, before: "The ", match: "Invoice", after: " of March" },
    ]);
  });

  it("takes what is looked for as text, never as a pattern", () => {
    expect(hitsIn("a+b (c)", "+b (", 5)).toHaveLength(1);
    fc.assert(fc.property(fc.string(), fc.string(), (text, query) => void hitsIn(text, query, 3)));
  });

  it("stops where it has enough, and finds nothing for nothing", () => {
    expect(hitsIn("aaaa", "a", 2)).toHaveLength(2);
    expect(hitsIn("aaaa", "", 2)).toEqual([]);
  });
});

describe("the script of a chunk", () => {
  const run = (script: string): unknown => {
    let given: unknown;
    new Function("runpackChunk", script)((_: string, chunk: unknown) => {
      given = chunk;
    });
    return given;
  };

  it("gives back any text, and can't end the script around it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const chunk: Chunk = { kind: "text", texts: { "0": `${text}</script><!--\u2028` } };
        const script = chunkScript("text-1", chunk, (json) => json);
        expect(script).not.toMatch(/<\/script|<!--|\u2028|\u2029/);
        expect(run(script)).toEqual(chunk);
      }),
    );
  });
});

describe("integers past 2^53", () => {
  it("survive being read and written", () => {
    const text =
      '{"a": 9007199254740993123, "b": "9007199254740993123", "c": -1234567890123456789, "d": 1.5}';
    expect(JSON.parse(stringifyExact(parseExact(text)).replaceAll("9007199254740993123", "1"))).toMatchObject(
      {
        a: 1,
        b: "1",
      },
    );
    expect(stringifyExact(parseExact(text))).toContain('"a": 9007199254740993123');
    expect(stringifyExact(parseExact(text))).toContain('"b": "9007199254740993123"');
  });

  it.each([
    "0.0000010000000000000002",
    "1e-0000000000000000012",
    "12345678901234567.5",
    "1.2345678901234567E+20",
  ])("are not the digits of a fraction or an exponent: %s", (number) => {
    expect(parseExact(`{"a": ${number}}`)).toEqual({ a: Number(number) });
  });

  it("change nothing about any other JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(stringifyExact(parseExact(text)))).toEqual(JSON.parse(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("how a file is shown", () => {
  it.each([
    ["har", "data/network/har.har", "har"],
    ["audio", "x.webm", "audio"],
    ["recording", "x.webm", "video"],
    ["download", "x.SVG", "text"],
    ["download", "x.exe", "binary"],
  ] as const)("%s %s as %s", (type, path, kind) => {
    expect(fileKind(type, path)).toBe(kind);
  });
});
