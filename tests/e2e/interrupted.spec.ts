import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { generatedRun } from "../practice/runs/generated";
import type { PracticeServer, RecordedRequest } from "../practice/server";
import type { LaunchOptions } from "./driver";
import { contentCalls, expect, launchWithKey, test } from "./fixtures";
import { actions, filesIn, type Runpack } from "./harness";
import {
  expectFetchedOnce,
  expectWhole,
  FILES,
  IN_FLIGHT,
  sent,
  slowRun,
  start,
  untilFetched,
} from "./slow-export";

/** Fewer here than in the long form, which `npm run test:trust` runs. */
const KILLS = Number(process.env.RUNPACK_KILLS ?? 5);
/** How long the network is gone. */
const GONE_MS = process.env.RUNPACK_LONG === "1" ? 120_000 : 4000;
/** Of a run that is broken in upon once. */
const FEW = 240;

/** A job's journal begins with it; what follows is a record a line, each behind its checksum. */
const JOURNAL = /^[0-9a-f]{8} \{"kind":"journal"/;

/** What the journal on the disk says is whole, while no browser runs; null where there is none (any more). */
function journaled(profile: string): Set<string> | null {
  const journal = readdirSync(profile, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .find((path) => JOURNAL.test(beginningOf(path)));
  if (journal === undefined) return null;
  const records = readFileSync(journal, "latin1").matchAll(
    /^[0-9a-f]{8} \{"kind":"file","key":"([^"]+)".*\}$/gm,
  );
  return new Set([...records].map(([, key]) => key ?? ""));
}

function beginningOf(path: string): string {
  const file = openSync(path, "r");
  const bytes = Buffer.alloc(64);
  const length = readSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  return bytes.toString("latin1", 0, length);
}

function idsOf(calls: RecordedRequest[]): string[] {
  return calls.flatMap(({ path }) => /\/v1\/artifacts\/([^/]+)\/content/.exec(path)?.[1] ?? []);
}

/**
 * One life of the browser against its journal. Nothing that the journal called whole before is asked for again. A lane
 * notes its file before it asks for the next one, and what was written survives a kill: so of all that was asked for,
 * the journal lacks at most one file a lane. Each of them was on its way or had just arrived: none waits to be noted
 * while every other lane is done with two. These alone may be fetched again.
 */
function expectNoneAgain(calls: RecordedRequest[], before: Set<string>, after: Set<string>): void {
  const asked = new Set(idsOf(calls));
  expect([...asked].filter((id) => before.has(id))).toEqual([]);
  expect([...asked].filter((id) => !after.has(id)).length).toBeLessThanOrEqual(IN_FLIGHT);
  const served = calls
    .filter(({ status, sentAt }) => status === 200 && sentAt !== null)
    .sort((a, b) => (a.sentAt ?? 0) - (b.sentAt ?? 0));
  const longAgo = idsOf(served.slice(0, -2 * IN_FLIGHT));
  expect(longAgo.filter((id) => !after.has(id))).toEqual([]);
}

test(`a browser killed ${KILLS} times goes on with its job each time, without the user`, {
  tag: "@short",
}, async ({ launch, server, secondDay }) => {
  test.setTimeout(120_000 + KILLS * 20_000);
  const run = slowRun(server);
  let runpack = await launchWithKey(launch, server, secondDay);
  const { profile, downloads } = runpack;
  await start(runpack, run);
  let whole = new Set<string>();
  let calls = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    await untilFetched(server, Math.min(sent(server).size + 1 + Math.random() * (FILES / KILLS), FILES));
    await sleep(Math.random() * 200);
    await runpack.kill();
    const life = contentCalls(server).slice(calls);
    // The journal of a job that is done is gone with its pack: everything was whole then.
    const now = journaled(profile) ?? new Set(idsOf(contentCalls(server)));
    expectNoneAgain(life, whole, now);
    [whole, calls] = [now, calls + life.length];
    runpack = await launch({ profile, downloads });
  }
  await expectWhole(runpack, server);
  const last = contentCalls(server).slice(calls);
  expectNoneAgain(last, whole, new Set(idsOf(last)));
  await runpack.close();
});

/** Of the extension's pages. */
declare const chrome: {
  downloads: { search(query: object): Promise<{ state: string }[]> };
  runtime: { getManifest(): { version: string } };
  storage: { local: { get(key: string): Promise<Record<string, unknown>> } };
};

/** Exports in a browser, kills it as soon as the ZIP lies on the disk, and starts it again. */
async function killedAtTheEnd(
  launch: (options?: LaunchOptions) => Promise<Runpack>,
  server: PracticeServer,
  secondDay: string | undefined,
  files: number,
  seed: number,
): Promise<{ runpack: Runpack; noted: boolean }> {
  const runpack = await launchWithKey(launch, server, secondDay);
  const { profile, downloads } = runpack;
  const run = generatedRun(server.world, { count: files, bytesEach: 20_000, kind: "mixed", seed });
  await start(runpack, run.id);
  await runpack.waitForDownload(/\.zip$/);
  await runpack.kill();
  const next = await launch({ profile, downloads });
  const page = await next.context.newPage();
  await page.goto(next.extensionPage("popup"));
  const [first] = await page.evaluate(() => chrome.downloads.search({ orderBy: ["startTime"] }));
  return { runpack: next, noted: first?.state === "complete" };
}

// Firefox tells an extension of a finished download only as long as it runs.
test("a browser killed as soon as a bundle lies on the disk saves no second copy", {
  tag: "@chromium",
}, async ({ launch, server, secondDay }) => {
  test.setTimeout(180_000);
  const files = 40;
  // A browser that was killed before it noted the end itself can tell nobody: that try says nothing.
  for (let attempt = 1; ; attempt++) {
    const { runpack, noted } = await killedAtTheEnd(launch, server, secondDay, files, attempt);
    if (noted) {
      await expect.poll(() => runpack.packs()).toEqual([]);
      await expectWhole(runpack, server, files);
      expectFetchedOnce(server, 0);
    }
    await runpack.close();
    if (noted) return;
    expect(attempt, "the browser noted no download's end in time").toBeLessThan(6);
  }
});

/** For whoever has to find out why an export doesn't end. */
async function whereItIs(page: Page, server: PracticeServer, stopped: number): Promise<string> {
  const { status, alert } = actions(page);
  const said = await Promise.all([status, alert].map((each) => each.allInnerTexts()));
  return `Stopped ${stopped} times, ${sent(server).size} files sent; the page says ${JSON.stringify(said)}`;
}

test("a background that is stopped again and again loses nothing", async ({ runpack, server }) => {
  test.setTimeout(300_000);
  // Firefox's background holds the job itself, and an alarm opens it anew within a minute.
  const [files, restMs, most] = runpack.firefox ? [300, 8000, 2] : [FEW, 1000, Number.POSITIVE_INFINITY];
  const page = await start(runpack, slowRun(server, files, 400));
  const deadline = Date.now() + 180_000;
  let stopped = 0;
  while (filesIn(runpack.downloads).length === 0) {
    if (Date.now() > deadline) throw new Error(await whereItIs(page, server, stopped));
    if (stopped < most) {
      await runpack.stopBackground();
      stopped++;
    }
    await sleep(restMs);
  }
  expect(stopped).toBeGreaterThanOrEqual(runpack.firefox ? most : 4);
  await expectWhole(runpack, server, files);
  expectFetchedOnce(server, runpack.firefox ? stopped : 0);
});

test("an offscreen document that is closed is opened again at once", async ({ runpack, server }) => {
  test.setTimeout(90_000);
  const page = await start(runpack, slowRun(server, FEW));
  await untilFetched(server, FEW / 3);
  await runpack.stopHost();
  await expect(actions(page).status).toContainText(`Saved ${FEW} files`, { timeout: 60_000 });
  await expectWhole(runpack, server, FEW);
  expectFetchedOnce(server, 1);
});

test("an extension that is updated in the midst of a job goes on, as the later version", async ({
  launch,
  server,
}) => {
  test.setTimeout(90_000);
  const files = 200;
  const runpack = await launch({ ownBuild: true });
  await runpack.saveKey(server.apiKey);
  const popup = await runpack.context.newPage();
  await popup.goto(runpack.extensionPage("popup"));
  const previousVersion = await popup.evaluate(() => chrome.runtime.getManifest().version);
  await popup.close();
  const page = await start(runpack, slowRun(server, files));
  await untilFetched(server, files / 3);
  const told = "chrome.runtime.onInstalled.addListener((about) => chrome.storage.local.set({ about }))";
  await runpack.updateExtension("9.9", told);
  server.world.contentLatencyMs = 0;
  const { report, entries } = await expectWhole(runpack, server, files);
  expectFetchedOnce(server, 1);
  // The page that was open already needs no reload.
  await expect(actions(page).host).toHaveCount(1);
  await expect(actions(page).status).toContainText(`Saved ${files} files`);
  expect(report.extension_version).toBe("9.9");
  expect(entries.get("bag-info.txt")?.head.toString()).toContain("Runpack for Skyvern 9.9\n");
  const later = await runpack.context.newPage();
  await later.goto(runpack.extensionPage("popup"));
  const { about } = await later.evaluate(() => chrome.storage.local.get("about"));
  expect(about).toMatchObject({ reason: "update", previousVersion });
  await runpack.close();
});

test("a network that is gone for a while costs no file, and is said to be gone", async ({
  runpack,
  server,
}) => {
  test.setTimeout(150_000 + GONE_MS);
  const page = await start(runpack, slowRun(server, FEW));
  await untilFetched(server, FEW / 3);
  server.cut(true);
  await expect(actions(page).status).toContainText("can't be reached", { timeout: 60_000 });
  await sleep(GONE_MS);
  server.cut(false);
  await expect(actions(page).status).toContainText(`Saved ${FEW} files`, { timeout: 60_000 });
  await expectWhole(runpack, server, FEW);
  expectFetchedOnce(server, 1);
});

test("a computer that sleeps until every signature has expired goes on when it wakes", async ({
  runpack,
  server,
}) => {
  test.setTimeout(90_000);
  const seconds = 5;
  server.world.signing.secondsToLive = seconds;
  const files = 150;
  const page = await start(runpack, slowRun(server, files, 100));
  await untilFetched(server, files / 5);
  const wake = runpack.putToSleep();
  server.cut(true);
  await sleep(seconds * 1000);
  server.cut(false);
  wake();
  await expect(actions(page).status).toContainText(`Saved ${files} files`, { timeout: 60_000 });
  await expectWhole(runpack, server, files);
  expectFetchedOnce(server, 1);
  expect(server.requests.some(({ path, status }) => path.includes("sig=") && status === 403)).toBe(true);
});

test("a job can be paused, and goes on where it was, even in another life of the browser", async ({
  launch,
  server,
  secondDay,
}) => {
  test.setTimeout(120_000);
  const run = slowRun(server, FEW);
  let runpack = await launchWithKey(launch, server, secondDay);
  const { profile, downloads } = runpack;
  const page = await start(runpack, run);
  await untilFetched(server, FEW / 3);
  await actions(page).host.getByRole("button", { name: "Pause" }).click();
  await expect(actions(page).status).toContainText("Paused");
  // The pressed button is gone; whoever uses the keyboard is still in its card.
  await expect(actions(page).host.getByRole("button", { name: "Resume" })).toBeFocused();
  const before = sent(server).size;
  await sleep(1500);
  expect(sent(server).size).toBe(before);
  await runpack.kill();
  runpack = await launch({ profile, downloads });
  const again = await runpack.openRun(`/runs/${run}/overview`);
  await expect(actions(again).status).toContainText("Paused");
  expect(sent(server).size).toBe(before);
  await actions(again).host.getByRole("button", { name: "Resume" }).click();
  await expectWhole(runpack, server, FEW);
  expectFetchedOnce(server, 1);
  await runpack.close();
});

test("a save that the browser broke off is done again from what is there", async ({ runpack, server }) => {
  test.setTimeout(90_000);
  const run = generatedRun(server.world, { count: 40, bytesEach: 20_000, kind: "mixed" }).id;
  const page = await runpack.openRun(`/runs/${run}/overview`);
  await runpack.breakNextDownload();
  await actions(page).start("Export bundle");
  const again = actions(page).alert.getByRole("button", { name: "Try again" });
  await again.click({ timeout: 30_000 });
  await expect(actions(page).status).toContainText("Saved 40 files", { timeout: 30_000 });
  await expectWhole(runpack, server, 40);
  expectFetchedOnce(server, 0);
});

/** In the list of jobs on the disk, which a background that starts reads. @returns the job's ID */
async function endedBefore(runpack: Runpack, run: string, hours: number): Promise<string> {
  const popup = await runpack.context.newPage();
  await popup.goto(runpack.extensionPage("popup"));
  const id = await popup.evaluate(
    async ([run, endedAt]) => {
      const done = <Result>(request: IDBRequest<Result>) =>
        new Promise<Result>((resolve) => {
          request.onsuccess = () => resolve(request.result);
        });
      const db = await done(indexedDB.open("runpack-jobs"));
      const jobs = db.transaction("jobs", "readwrite").objectStore("jobs");
      const record = await done(jobs.index("runIds").get(run));
      await done(jobs.put({ ...record, job: { ...record.job, endedAt } }));
      db.close();
      return record.id;
    },
    [run, Date.now() - hours * 3_600_000] as const,
  );
  await popup.close();
  return id;
}

test("what a failed export has on the disk waits a day for another try", async ({ runpack, server }) => {
  const failed = async (seed: number) => {
    const run = generatedRun(server.world, { count: 5, bytesEach: 2000, kind: "mixed", seed });
    await runpack.breakNextDownload();
    const page = await start(runpack, run.id);
    const again = actions(page).alert.getByRole("button", { name: "Try again" });
    await expect(again).toBeVisible();
    return { run: run.id, page, again };
  };
  const [old, young] = [await failed(1), await failed(2)];
  const gone = await endedBefore(runpack, old.run, 25);
  const kept = await endedBefore(runpack, young.run, 23);
  const onDisk = async () => new Set(String(await runpack.packs()).match(/[0-9a-f]{32}/g));
  expect(await onDisk()).toEqual(new Set([gone, kept]));
  await runpack.stopBackground();
  await expect.poll(onDisk).toEqual(new Set([kept]));
  await young.page.bringToFront();
  await young.again.click();
  await expect(actions(young.page).status).toContainText("Saved 5 files");
  expectFetchedOnce(server, 0);
});

// Firefox has no way to make the room of one origin small.
test("a disk without room pauses the job, which goes on when there is room", { tag: "@chromium" }, async ({
  runpack,
  server,
}) => {
  test.setTimeout(90_000);
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  const storage = await runpack.context.newCDPSession(options);
  const origin = runpack.extensionOrigin;
  await storage.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1_000_000 });
  const page = await start(runpack, slowRun(server, FILES, 0));
  await expect(actions(page).status).toContainText("not enough disk space", { timeout: 30_000 });
  await storage.send("Storage.overrideQuotaForOrigin", { origin });
  await actions(page).host.getByRole("button", { name: "Resume" }).click();
  await expectWhole(runpack, server);
  expectFetchedOnce(server, 0);
});
