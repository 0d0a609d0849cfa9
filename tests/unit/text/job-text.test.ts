import { describe, expect, it } from "vitest";
import { type GapGroup, type JobResult, NO_PROGRESS } from "@/core/jobs/job";
import {
  gapExamples,
  gapSentence,
  progressMilestone,
  progressParts,
  resultSentence,
} from "@/core/text/job-text";
import { english } from "../support/words";

const RESULT: JobResult = {
  runs: [],
  found: 91,
  written: 91,
  missing: 0,
  leftOut: 0,
  bytes: 5_600_000,
  proofs: { checksum: 3, crc32: 81, length: 7, none: 0 },
  gaps: [],
  warnings: [],
  savedAs: "",
};

describe("how an export ended", () => {
  it.each<[Partial<JobResult>, string]>([
    [{}, "Saved 91 files (5.6 MB)"],
    [{ written: 88, missing: 3 }, "Saved 88 of 91 files"],
    [{ written: 0, missing: 1, found: 1 }, "Saved 0 of 1 file"],
    [{ written: 1, bytes: 12 }, "Saved 1 file (12 bytes)"],
    [{ found: 0, written: 0, bytes: 0 }, "Saved 0 files"],
    // What a preset leaves out is no gap.
    [{ written: 2, leftOut: 89, bytes: 1000 }, "Saved 2 files (1 KB)"],
    [{ written: 12_000 }, "Saved 12,000 files (5.6 MB)"],
  ])("%o → %s", (change, sentence) => {
    expect(resultSentence(english, { ...RESULT, ...change })).toBe(sentence);
  });
});

describe("progress", () => {
  it("leaves out what isn't known yet", () => {
    expect(progressParts(english, NO_PROGRESS)).toEqual([]);
    const known = { filesDone: 34, filesTotal: 91, bytes: 2_100_000, speed: 1_200_000, timeLeft: 80 };
    expect(progressParts(english, { ...NO_PROGRESS, ...known })).toEqual([
      "34 of 91 files",
      "2.1 MB",
      "1.2 MB/s",
      "1 min 20 s left",
    ]);
  });

  it("is spoken in steps of ten percent", () => {
    const spoken = [0, 0.09, 0.1, 0.19, 0.5, 1].map((fraction) =>
      progressMilestone(english, { ...NO_PROGRESS, fraction }),
    );
    expect(spoken).toEqual([
      "",
      "",
      "10 percent done",
      "10 percent done",
      "50 percent done",
      "100 percent done",
    ]);
  });
});

describe("gaps", () => {
  it("name the reason, the number and some files", () => {
    const examples = [
      { type: "har", id: "a_1" },
      { type: "new_type", id: "a_2" },
    ];
    const gap: GapGroup = { reason: "damaged", count: 5, examples };
    expect(gapSentence(english, gap)).toBe("Damaged inside its archive on Skyvern's side: 5 files");
    expect(gapExamples(english, gap)).toBe("HAR a_1, new type a_2 and 3 more");
    expect(gapExamples(english, { ...gap, count: 2 })).toBe("HAR a_1, new type a_2");
    expect(gapExamples(english, { ...gap, examples: [] })).toBeNull();
  });

  it("of what has no ID say what to do, and show none that we made up", () => {
    const examples = [{ type: "entry", id: "unreadable-1" }];
    const gap: GapGroup = { reason: "unreadable-row", count: 1, examples };
    expect(gapSentence(english, gap)).toMatch(/^Not in the export, .*export again later.*: 1 file$/);
    expect(gapExamples(english, gap)).toBeNull();
  });
});
