import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { backoff, isRetryable, pauseBefore, retryAfter, sleep } from "@/core/skyvern/retry";
import { fakeClock, inNoTime } from "../support/scripted-fetcher";

describe("asking again", () => {
  test.each([408, 409, 425, 429, 500, 502, 503, 504])("may help after %i", (status) => {
    expect(isRetryable(status)).toBe(true);
  });
  test.each([200, 400, 401, 403, 404, 410, 416, 422, 501, 505])("doesn't help after %i", (status) => {
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

describe("the pause before a retry", () => {
  test.each([
    ["the backoff, where the server orders nothing", 3, null, 1000],
    ["what the server orders", 1, 9000, 9000],
    ["the backoff, where the server orders less: tries are few", 3, 0, 1000],
  ])("is %s", (_, attempt, ordered, pause) => {
    expect(pauseBefore(attempt, ordered, 0)).toBe(pause);
  });

  test.each(["1.5", "-5", "step 1"])(
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

  test("lasts its time and leaves no listener", async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    const start = Date.now();
    await inNoTime(sleep(1234, signal));
    expect(Date.now() - start).toBe(1234);
    expect(removed).toHaveBeenCalledOnce();
  });

  test("ends at once when it is cancelled, or was before", async () => {
    const stop = new AbortController();
    const sleeping = sleep(60_000, stop.signal);
    stop.abort(new Error("cancelled"));
    await expect(sleeping).rejects.toThrow("cancelled");
    await expect(sleep(60_000, stop.signal)).rejects.toThrow("cancelled");
    expect(vi.getTimerCount()).toBe(0);
  });
});
