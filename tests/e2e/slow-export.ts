/** An export that takes long enough to break in upon, and what must come of it. */
import { generatedRun } from "../practice/runs/generated";
import type { PracticeServer } from "../practice/server";
import { expect } from "./fixtures";
import { actions, filesIn, type Runpack } from "./harness";
import { type Checked, checkZip } from "./verify-zip";

export const FILES = 500;
/** Downloads that are under way at once: what a kill may cost. */
export const IN_FLIGHT = 24;

/** A run that takes some seconds. */
export function slowRun(server: PracticeServer, count = FILES, latency = 150): string {
  server.world.contentLatencyMs = latency;
  return generatedRun(server.world, { count, bytesEach: 20_000, kind: "mixed" }).id;
}

/** How often each artifact's bytes were sent whole. */
export function sent(server: PracticeServer): Map<string, number> {
  const times = new Map<string, number>();
  for (const { path, status, headers } of server.requests) {
    const id = /\/v1\/artifacts\/([^/]+)\/content/.exec(path)?.[1];
    if (id && status === 200 && headers["sec-fetch-dest"] === "empty")
      times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}

export async function start(runpack: Runpack, run: string) {
  const page = await runpack.openRun(`/runs/${run}/overview`);
  await actions(page).start("Export bundle");
  return page;
}

export async function untilFetched(server: PracticeServer, files: number): Promise<void> {
  await expect
    .poll(() => sent(server).size, { timeout: 60_000, intervals: [20] })
    .toBeGreaterThanOrEqual(files);
}

/** The one ZIP, whole and true to the server. */
export async function expectWhole(runpack: Runpack, server: PracticeServer, files = FILES): Promise<Checked> {
  const checked = await checkZip(await runpack.waitForDownload(/\.zip$/, 120_000), server);
  expect(checked.name).not.toContain("_partial");
  expect(checked.report.counts).toEqual({ found: files, written: files, missing: 0, left_out: 0 });
  expect(filesIn(runpack.downloads)).toHaveLength(1);
  await expect.poll(() => runpack.packs()).toEqual([]);
  return checked;
}

/** Fetched twice is at most what was on its way at each interruption. */
export function expectFetchedOnce(server: PracticeServer, interruptions: number): void {
  const twice = [...sent(server).values()].reduce((sum, times) => sum + times - 1, 0);
  expect(twice).toBeLessThanOrEqual(interruptions * IN_FLIGHT);
}
