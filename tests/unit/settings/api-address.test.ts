import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_API_ADDRESS, parseApiAddress, parseUiOrigin } from "@/core/settings/api-address";

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
    ["http://127.0.0.1:8000", "http://127.0.0.1:8000"],
    ["http://[::1]:8000", "http://[::1]:8000"],
    ["http://localhost.evil.example", null],
    ["http://192.168.1.5:8000", "http://192.168.1.5:8000"],
    ["http://8.8.8.8:8000", null],
    ["localhost:8000", "http://localhost:8000"],
    ["skyvern.local:8000/api/", "http://skyvern.local:8000/api"],
    ["skyvern.corp.example:8443", "https://skyvern.corp.example:8443"],
    ["  HTTPS://API.Skyvern.com  ", "https://api.skyvern.com"],
    ["https://host/prefix?x=1#y", "https://host/prefix"],
    ["https://", null],
    ["javascript://host/%0aalert(1)", null],
    ["two words", null],
    ["   ", null],
    ["", null],
  ])("%s is stored as %s", (typed, stored) => {
    expect(parseApiAddress(typed)).toBe(stored);
  });

  test("stays as it is when it is stored again", () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ["https"], withQueryParameters: true }), (url) => {
        const stored = parseApiAddress(url);
        expect(stored).not.toBeNull();
        expect(parseApiAddress(stored ?? "")).toBe(stored);
        expect(stored).not.toMatch(/[/?#]$/);
      }),
    );
  });

  test("is Skyvern's own by default", () => {
    expect(parseApiAddress(DEFAULT_API_ADDRESS)).toBe(DEFAULT_API_ADDRESS);
  });
});

test.each([
  ["https://app.skyvern.com/runs/wr_1?active=x", "https://app.skyvern.com"],
  ["localhost:8080", "http://localhost:8080"],
  ["http://ui.example", "http://ui.example"],
  ["file:///home", null],
  ["nothing at all", null],
])("the web UI at %s has the origin %s", (typed, origin) => {
  expect(parseUiOrigin(typed)).toBe(origin);
});
