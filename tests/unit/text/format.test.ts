import { describe, expect, it } from "vitest";
import { localeOf } from "@/core/text/words";
import { english } from "../support/words";

describe("bytes", () => {
  it.each<[number, string]>([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1 KB"],
    [1499, "1.5 KB"],
    [99_940, "99.9 KB"],
    [99_960, "100 KB"],
    [999_499, "999 KB"],
    [999_500, "1 MB"],
    [5_600_000, "5.6 MB"],
    [5_120_000_000, "5.1 GB"],
    [2_500_000_000_000_000, "2500 TB"],
    [-5, "0 bytes"],
  ])("%d → %s", (bytes, text) => {
    expect(english.bytes(bytes)).toBe(text);
  });
});

describe("durations", () => {
  it.each<[number, string]>([
    [0, "0 s"],
    [0.2, "1 s"],
    [59.4, "1 min"],
    [60, "1 min"],
    [80, "1 min 20 s"],
    [3599.5, "1 h"],
    [7500, "2 h 5 min"],
    [-3, "0 s"],
  ])("%d s → %s", (seconds, text) => {
    expect(english.duration(seconds)).toBe(text);
  });
});

it("says 100% at the end alone", () => {
  expect([0, 0.999, 1, 1.2, -1].map(english.percent)).toEqual(["0%", "99%", "100%", "100%", "0%"]);
});

it("groups digits and counts things", () => {
  expect([7, 999, 1000, 1234567].map(english.number)).toEqual(["7", "999", "1,000", "1,234,567"]);
  expect([1, 0, 2000].map((amount) => english.count("count_files", amount))).toEqual([
    "1 file",
    "0 files",
    "2,000 files",
  ]);
});

it.each([
  ["de", "de-AT", "de-AT"],
  ["en", "en-GB", "en-GB"],
  // Words in English with a French comma would be neither.
  ["en", "fr", "en"],
])("texts in %s for a user of %s are written as in %s", (language, user, locale) => {
  expect(localeOf(language, user)).toBe(locale);
});
