/**
 * A disk that has no room left for another byte. `npm run test:trust -- --long` runs this: it takes the right to make
 * disks.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { makeProfile } from "../../scripts/profile";
import { generatedRun } from "../practice/runs/generated";
import type { PracticeServer } from "../practice/server";
import { test as base, expect, launchWithKey } from "./fixtures";
import { actions, filesIn, type Runpack } from "./harness";
import { expectFetchedOnce, expectWhole, sent, start, untilFetched } from "./slow-export";
import { makeDisk, type SmallDisk } from "./small-disk";

const MB = 1_000_000;
const FILES = 60;
/** Chromium's own files take some 30 MB of it. */
const SMALL = 400 * MB;
/** The disk is filled before a file that is so late comes. */
const LATE_MS = 8000;
const LARGE = 1000 * MB;

const test = base.extend<{ disk: SmallDisk; cramped: Runpack }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from it what a fixture needs.
  disk: async ({}, use) => {
    const disk = makeDisk(SMALL);
    await use(disk);
    disk.remove();
  },
  /** A browser whose profile stands on that disk, and its downloads on another. */
  cramped: async ({ disk, launch, secondDay }, use) => {
    const downloads = mkdtempSync(join(tmpdir(), "runpack-downloads-"));
    const runpack = await launch({ profile: makeProfile(downloads, secondDay, disk.path), downloads });
    await use(runpack);
    await runpack.close();
  },
});

async function expectFull(page: Page): Promise<void> {
  await expect(actions(page).status).toContainText("not enough disk space", { timeout: 60_000 });
}

async function resume(page: Page): Promise<void> {
  await actions(page).host.getByRole("button", { name: "Resume" }).click();
}

function tests(): void {
  for (const [what, left] of [
    ["some bytes are left", 5 * MB],
    ["none is left, for the browser's own databases neither", 0],
  ] as const)
    test(`a disk that gets full in the midst of fetching: ${what}`, async ({ disk, cramped, server }) => {
      server.world.contentLatencyMs = 300;
      const run = generatedRun(server.world, { count: FILES, bytesEach: 2 * MB, kind: "media" });
      const page = await start(cramped, run.id);
      await untilFetched(server, FILES / 3);
      disk.fill(left);
      await expectFull(page);
      expect(sent(server).size).toBeLessThan(FILES);
      disk.makeRoom(LARGE);
      await resume(page);
      await expectWhole(cramped, server, FILES);
      expectFetchedOnce(server, 1);
    });

  for (const [what, archives] of [
    ["the report comes last", undefined],
    ["a bundle of many pieces is copied", { membersEach: 10 }],
  ] as const)
    test(`a disk that gets full when all files are there: ${what}`, async ({ disk, cramped, server }) => {
      const count = 150;
      const run = generatedRun(server.world, { count, bytesEach: MB / 5, kind: "mixed", archives });
      const late = lastOf(server, run.id);
      server.world.faults.set(late, { kind: "stall-before-headers", ms: LATE_MS, times: 1 });
      const page = await start(cramped, run.id);
      const each = archives?.membersEach ?? 1;
      await expect(actions(page).status).toContainText(`${count - each} of ${count} files`);
      // What is late finds its place; what comes then does not.
      disk.fill(archives ? 25 * MB : MB / 2);
      await expectFull(page);
      expect(sent(server).size).toBe(count / each);
      expect(JSON.stringify(await cramped.packs()).includes(".zip")).toBe(archives !== undefined);
      disk.makeRoom(LARGE);
      await resume(page);
      await expectWhole(cramped, server, count);
      expectFetchedOnce(server, 0);
    });

  test("a disk that gets full while the bundle is saved", async ({ disk, launch, server, secondDay }) => {
    const downloads = join(disk.path, "downloads");
    const runpack = await launchWithKey((options) => launch({ ...options, downloads }), server, secondDay);
    const run = generatedRun(server.world, { count: FILES, bytesEach: MB, kind: "media" });
    disk.fill((FILES / 2) * MB);
    const page = await start(runpack, run.id);
    await expectFull(page);
    expect(filesIn(downloads)).toEqual([]);
    disk.makeRoom(LARGE);
    await resume(page);
    await expectWhole(runpack, server, FILES);
    expectFetchedOnce(server, 0);
    await runpack.close();
  });
}

/** The file or archive at the end of the run's list. */
function lastOf({ world }: PracticeServer, run: string): string {
  const own = world.artifactsOf(run).filter(({ body }) => body.kind !== "member");
  return own.at(-1)?.row.artifact_id ?? "";
}

if (process.env.RUNPACK_DISK === "1") tests();
