import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseApiAddress } from "@/core/settings/api-address";
import { rawField } from "@/core/skyvern/raw-json";
import { backoff, isRetryable, retryAfter } from "@/core/skyvern/retry";

describe("asking again", () => {
  test.each([408, 409, 425, 429, 500, 502, 503, 504])("may help after %i", (status) => {
    expect(isRetryable(status)).toBe(true);
  });
  test.each([200, 400, 401, 403, 404, 410, 416, 422])("doesn't help after %i", (status) => {
    expect(isRetryable(status)).toBe(false);
  });
  test("waits longer each time, up to 30 seconds", () => {
    expect(backoff(1, 0)).toBe(250);
    expect(backoff(3, 1)).toBe(2000);
    expect(backoff(20, 1)).toBe(30_000);
  });
  test.each([
    ["3", 3000],
    ["0", 0],
    ["Tue, 24 Nov 2026 00:00:10 GMT", 10_000],
    ["Mon, 23 Nov 2026 00:00:00 GMT", 0],
    ["86400", 300_000],
    ["soon", null],
    [null, null],
  ])("Retry-After %s is %s ms", (header, wait) => {
    expect(retryAfter(header, Date.UTC(2026, 10, 24))).toBe(wait);
  });
});

describe("a field of a JSON text", () => {
  test("is that field's text, whatever surrounds it", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.jsonValue(),
        fc.nat(3),
        (others, value, indent) => {
          const text = JSON.stringify({ ...others, wanted: value }, null, indent);
          const raw = rawField(text, "wanted");
          expect(raw === null ? null : JSON.parse(raw)).toEqual(JSON.parse(JSON.stringify(value)));
        },
      ),
    );
  });
  test("keeps the digits of large integers", () => {
    expect(rawField('{"a":{"output":1},"output":{"id":9007199254740993}}', "output")).toBe(
      '{"id":9007199254740993}',
    );
  });
});

describe("an API address", () => {
  test.each([
    ["https://api.skyvern.com", "https://api.skyvern.com"],
    ["https://api.skyvern.com/", "https://api.skyvern.com"],
    ["api.skyvern.com", "https://api.skyvern.com"],
    ["http://localhost:8000/", "http://localhost:8000"],
    ["https://host/prefix/", "https://host/prefix"],
    ["http://api.skyvern.com", null],
    ["https://user:secret@host", null],
    ["ftp://host", null],
    ["", null],
  ])("%s is stored as %s", (typed, stored) => {
    expect(parseApiAddress(typed)).toBe(stored);
  });
});
