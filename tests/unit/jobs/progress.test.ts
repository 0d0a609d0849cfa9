import { describe, expect, test } from "vitest";
import { canMove, isActive, type JobState } from "@/core/jobs/job";
import { ProgressMeter } from "@/core/jobs/progress";

describe("a job's states", () => {
  test.each<[JobState, JobState, boolean]>([
    ["queued", "listing", true],
    ["listing", "fetching", true],
    ["fetching", "saving", true],
    ["saving", "done", true],
    ["saving", "partial", true],
    ["saving", "cancelled", true],
    ["done", "saving", false],
    ["cancelled", "fetching", false],
    ["queued", "done", false],
  ])("from %s to %s: %s", (from, to, may) => {
    expect(canMove(from, to)).toBe(may);
  });

  test("are active until the job ends", () => {
    const all: JobState[] = [
      "queued",
      "listing",
      "fetching",
      "saving",
      "done",
      "partial",
      "failed",
      "cancelled",
    ];
    expect(all.filter(isActive)).toEqual(["queued", "listing", "fetching", "saving"]);
  });
});

describe("progress", () => {
  test("never goes back, not even when bytes are fetched anew", () => {
    const meter = new ProgressMeter();
    meter.expect(2, 1000);
    meter.addBytes(800);
    const before = meter.view(0).fraction;
    meter.addBytes(-800);
    expect(meter.view(1000).fraction).toBe(before);
  });

  test("is not done before the browser has saved", () => {
    const meter = new ProgressMeter();
    meter.expect(1, 100);
    meter.addBytes(5000);
    meter.filesDone = 1;
    expect(meter.view(0).fraction).toBeLessThan(1);
  });

  test("tells speed and time left after half a second", () => {
    const meter = new ProgressMeter();
    meter.expect(2, 3000);
    expect(meter.view(0).speed).toBeNull();
    meter.addBytes(1000);
    expect(meter.view(1000)).toMatchObject({ speed: 1000, timeLeft: 2 });
  });

  test("has no time left to tell where no size is known", () => {
    const meter = new ProgressMeter();
    meter.expect(2, null);
    meter.view(0);
    meter.addBytes(1000);
    expect(meter.view(1000).timeLeft).toBeNull();
  });
});
