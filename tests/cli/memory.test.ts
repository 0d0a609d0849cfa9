import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generatedRun } from "../practice/runs/generated";
import { type Desk, openDesk } from "./command";

/** The most memory that the command has while it exports so many bytes, in bytes. */
async function peak(desk: Desk, count: number, bytesEach: number): Promise<number> {
  const run = generatedRun(desk.server.world, { count, bytesEach, kind: "media", seed: count });
  const { process, ended } = desk.start(["export", run.id, "--out", join(desk.folder, "out")]);
  let most = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${process.pid}/status`, "utf8");
      most = Math.max(most, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It has ended.
    }
  }, 50);
  const { code } = await ended;
  clearInterval(timer);
  expect(code).toBe(0);
  return most;
}

test.runIf(process.platform === "linux")("ten times the bytes take no more memory", async () => {
  const desk = await openDesk();
  const small = await peak(desk, 3, 10_000_000);
  const big = await peak(desk, 30, 10_000_000);
  expect(small).toBeGreaterThan(30_000_000);
  expect(big - small).toBeLessThan(60_000_000);
  await desk.close();
});
