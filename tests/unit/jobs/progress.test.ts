import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProgressMeter } from "@/core/jobs/progress";

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

  test("stays between 0 and 1, never goes back and never says less than nothing, whatever happens", () => {
    const event = fc.oneof(
      fc.record({ bytes: fc.integer({ min: -2000, max: 5000 }) }),
      fc.record({ files: fc.constant(1) }),
      fc.record({ total: fc.nat(10), bytesTotal: fc.option(fc.nat(9000)) }),
      fc.record({ saved: fc.nat(5000), size: fc.nat(4000) }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat(3000)), { maxLength: 40 }), (events) => {
        const meter = new ProgressMeter();
        let now = 0;
        let before = 0;
        for (const [happened, ms] of events) {
          now += ms;
          if ("bytes" in happened) meter.addBytes(happened.bytes);
          else if ("files" in happened) meter.filesDone++;
          else if ("total" in happened) meter.expect(happened.total, happened.bytesTotal);
          else meter.saving(happened.saved, happened.size);
          const { fraction, speed, timeLeft, filesDone, filesTotal } = meter.view(now);
          expect(fraction).toBeGreaterThanOrEqual(before);
          expect(fraction).toBeLessThanOrEqual(1);
          expect(speed ?? 0).toBeGreaterThanOrEqual(0);
          expect(timeLeft ?? 0).toBeGreaterThanOrEqual(0);
          expect(filesTotal).toBeGreaterThanOrEqual(filesDone);
          before = fraction;
        }
      }),
    );
  });

  test("measures the last seconds, not the whole job", () => {
    const meter = new ProgressMeter();
    meter.expect(1, 1_000_000);
    meter.view(0);
    meter.addBytes(100_000);
    for (let at = 1000; at <= 20_000; at += 1000) {
      meter.addBytes(500);
      meter.view(at);
    }
    expect(meter.view(20_500).speed).toBeLessThan(600);
  });

  test("of saving has neither speed nor time left, and ends at 1", () => {
    const meter = new ProgressMeter();
    meter.expect(1, 100);
    meter.view(0);
    meter.addBytes(100);
    meter.saving(50, 200);
    const half = meter.view(1000);
    expect(half).toMatchObject({ speed: null, timeLeft: null });
    expect(half.fraction).toBeGreaterThan(0.95);
    meter.saving(200, 200);
    expect(meter.view(2000).fraction).toBe(1);
  });
});
