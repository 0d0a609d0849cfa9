import { expect } from "vitest";

const TIMES_LONGER = 4;
/** Between what four times the length takes where time is linear (4), and where it is quadratic (16). */
const MOST = 9;
/** Below this a measurement is noise. */
const LEAST_MS = 40;
const TRIES = 3;

/** Milliseconds of processor time: a busy machine makes work wait, but gives it no more to do. */
function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * Asserts that the time of some work grows by its length alone.
 * @param prepare makes the work of that length; its own time doesn't count
 */
export function expectLinearTime(length: number, prepare: (length: number) => () => void): void {
  // Code that is full of mutants takes its time for them: a measure says nothing.
  if (process.env.RUNPACK_MUTANTS === "1") return;
  const short = prepare(Math.ceil(length / TIMES_LONGER));
  const long = prepare(length);
  let ratio = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && ratio > MOST; tries++)
    ratio = Math.min(ratio, cpuTime(long) / Math.max(cpuTime(short), LEAST_MS));
  expect(ratio, `${TIMES_LONGER} times the length takes so many times as long`).toBeLessThanOrEqual(MOST);
}
