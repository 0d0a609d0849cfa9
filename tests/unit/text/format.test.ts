import { describe, expect, it } from "vitest";
import { count, formatBytes, formatDuration, formatPercent, groupDigits } from "@/core/text/format";

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
    expect(formatBytes(bytes)).toBe(text);
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
    expect(formatDuration(seconds)).toBe(text);
  });
});

it("says 100% at the end alone", () => {
  expect([0, 0.999, 1, 1.2, -1].map(formatPercent)).toEqual(["0%", "99%", "100%", "100%", "0%"]);
});

it("groups digits and counts things", () => {
  expect([7, 999, 1000, 1234567].map(groupDigits)).toEqual(["7", "999", "1,000", "1,234,567"]);
  expect([count(1, "file", "files"), count(0, "file", "files"), count(2000, "file", "files")]).toEqual([
    "1 file",
    "0 files",
    "2,000 files",
  ]);
});
