import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pauseBefore, retryAfter, sleep } from "@/core/skyvern/retry";
import { fakeClock, inNoTime } from "../support/scripted-fetcher";

describe("the pause before a retry", () => {
  it.each([
    ["the backoff, where the server orders nothing", 3, null, 1000],
    ["what the server orders", 1, 9000, 9000],
    ["the backoff, where the server orders less: tries are few", 3, 0, 1000],
  ])("is %s", (_, attempt, ordered, pause) => {
    expect(pauseBefore(attempt, ordered, 0)).toBe(pause);
  });

  it.each(["1.5", "-5", "step 1"])(
    "is not read out of Retry-After %s, though engines take it for a date",
    (header) => {
      expect(retryAfter(header, Date.UTC(2026, 10, 24))).toBeNull();
    },
  );
});

describe("sleep", () => {
  beforeEach(() => fakeClock());
  afterEach(() => {
    vi.useRealTimers();
  });

  it("lasts its time and leaves no listener", async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    const start = Date.now();
    await inNoTime(sleep(1234, signal));
    expect(Date.now() - start).toBe(1234);
    expect(removed).toHaveBeenCalledOnce();
  });

  it("ends at once when it is cancelled, or was before", async () => {
    const stop = new AbortController();
    const sleeping = sleep(60_000, stop.signal);
    stop.abort(new Error("cancelled"));
    await expect(sleeping).rejects.toThrow("cancelled");
    await expect(sleep(60_000, stop.signal)).rejects.toThrow("cancelled");
    expect(vi.getTimerCount()).toBe(0);
  });
});
