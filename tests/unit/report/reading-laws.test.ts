import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { harRows } from "@/core/report/har";
import { logLines } from "@/core/report/logs";
import { hitsIn } from "@/core/report/search";

const har = (entries: unknown) => JSON.stringify({ log: { entries } });

describe("a HAR, whatever it holds", () => {
  it("never throws, has a row for each entry that is an object, in the order of time", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (entries) => {
        const rows = harRows(har(entries)) ?? [];
        const objects = entries.filter(
          (entry) => typeof entry === "object" && entry && !Array.isArray(entry),
        );
        expect(rows).toHaveLength(objects.length);
        const starts = rows.map(({ start }) => start);
        expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      }),
    );
  });

  it.each([null, 1, "text", [], {}, { method: 1, url: {} }])(
    "reads %j as a request of which nothing is known",
    (part) => {
      const rows = harRows(har([{ startedDateTime: 5, time: -3, request: part, response: part }]));
      expect(rows).toMatchObject([
        { method: "", url: "", status: 0, mediaType: "", size: null, start: 0, duration: 0 },
      ]);
    },
  );

  it.each(["", "{", "[]", "null", '{"log":{"entries":{}}}', '{"log":null}'])("%j is none", (text) => {
    expect(harRows(text)).toBeNull();
  });
});

describe("any log", () => {
  it("is its lines, whole and in order", () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((line) => !/[\r\n]/.test(line))), (lines) => {
        const read = logLines(lines.map((line) => `${line}\n`).join(""));
        expect(read.map(({ text }) => text)).toEqual(lines);
        expect(read.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
      }),
    );
  });
});

describe("any text", () => {
  it("is found where it stands, however it looks to a pattern", () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (before, word, after) => {
        const whole = before + word + after;
        const [hit] = hitsIn(whole, word, 1);
        expect(hit && whole.slice(hit.at, hit.at + hit.match.length)).toBe(hit?.match);
        expect(hit?.at).toBeLessThanOrEqual(before.length);
      }),
    );
  });
});
