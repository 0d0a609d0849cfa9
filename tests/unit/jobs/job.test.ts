import { describe, expect, it } from "vitest";
import { canMove, isActive, isOpen, type JobState } from "@/core/jobs/job";

const STATES: JobState[] = [
  "queued",
  "listing",
  "fetching",
  "saving",
  "paused",
  "done",
  "partial",
  "failed",
  "cancelled",
];

/** Rows: from; columns: to, in the order of STATES. `x`: may. */
const TABLE: [JobState, string][] = [
  //            q l f s P d p f c
  ["queued", ". x . . x . . x x"],
  ["listing", "x . x . x . . x x"],
  ["fetching", "x . . x x . . x x"],
  ["saving", "x . . . x x x x x"],
  ["paused", "x . . . . . . . x"],
  ["done", ". . . . . . . . ."],
  ["partial", ". . . . . . . . ."],
  ["failed", "x . . . . . . . ."],
  ["cancelled", ". . . . . . . . ."],
];

describe("the states of a job", () => {
  it.each(TABLE)("from %s: %s", (from, row) => {
    expect(STATES.map((to) => (canMove(from, to) ? "x" : ".")).join(" ")).toBe(row);
  });

  it("that are active can fail, and those that are open can be cancelled; the others have ended", () => {
    for (const state of STATES) {
      expect(canMove(state, "failed")).toBe(isActive(state));
      expect(canMove(state, "cancelled")).toBe(isOpen(state));
    }
  });
});
