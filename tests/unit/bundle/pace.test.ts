import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pace } from "@/core/bundle/pace";

const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How many of so many askers get their turn without anyone leaving. */
async function turns(pace: Pace, askers: number): Promise<number> {
  let entered = 0;
  for (let asker = 0; asker < askers; asker++) void pace.enter(never).then(() => entered++);
  await vi.advanceTimersByTimeAsync(10);
  return entered;
}

describe("the pace of a job", () => {
  it("is whatever is asked, as long as the server doesn't mind", async () => {
    expect(await turns(new Pace(), 24)).toBe(24);
  });

  it("rests for as long as the server wants", async () => {
    const pace = new Pace();
    let entered = false;
    pace.slowDown(5000);
    void pace.enter(never).then(() => {
      entered = true;
    });
    await vi.advanceTimersByTimeAsync(4900);
    expect(entered).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(entered).toBe(true);
  });

  it("is half of what it was after that, however many answers say so at once", async () => {
    const pace = new Pace();
    await turns(pace, 24);
    for (let answer = 0; answer < 24; answer++) pace.slowDown(2000);
    for (let answer = 0; answer < 24; answer++) pace.leave(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await turns(pace, 24)).toBe(12);
  });

  it("grows by one with each round that is served", async () => {
    const pace = new Pace();
    await turns(pace, 4);
    pace.slowDown(0);
    for (let answer = 0; answer < 4; answer++) pace.leave(false);
    await turns(pace, 2);
    for (let answer = 0; answer < 2; answer++) pace.leave(true);
    // 2, then 2.5, then 2.9: the next round is of three.
    expect(await turns(pace, 3)).toBe(3);
    expect(await turns(pace, 1)).toBe(0);
  });

  it("never stops altogether", async () => {
    const pace = new Pace();
    for (let round = 0; round < 10; round++) {
      expect(await turns(pace, 1)).toBe(1);
      pace.slowDown(0);
      pace.leave(false);
      await vi.advanceTimersByTimeAsync(2000);
    }
  });

  it("lets a cancelled job go", async () => {
    const pace = new Pace();
    const stop = new AbortController();
    pace.slowDown(60_000);
    const waiting = expect(pace.enter(stop.signal)).rejects.toThrow();
    stop.abort();
    await waiting;
  });
});
