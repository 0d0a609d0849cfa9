import type { Page } from "@playwright/test";
import { FAILED, INVOICE } from "../practice/runs/ids";
import { FRAMES, goInPage, renderForASecond } from "./busy-page";
import { expect, exportBundle, sharing as test } from "./fixtures";
import { APP, actions } from "./harness";

// Calls are counted by Chromium's profiler; Firefox's tells an extension's functions from the page's to people alone.
const COUNTED = { tag: "@chromium" };

/** On a page without a run the script is there, and hears nothing. */
test("does nothing while a page without a run renders all the time", COUNTED, async ({ runpack }) => {
  const page = await runpack.context.newPage();
  await page.goto(`${APP}/settings`);
  expect(await callsDuring(page, () => renderForASecond(page))).toBe(0);
});

test("does little while a run's page renders all the time", COUNTED, async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await expect(actions(page).exportBundle).toBeVisible();
  // Of 40 changes in each frame.
  expect(await callsDuring(page, () => renderForASecond(page))).toBeLessThan(10 * FRAMES);
});

test("does no more where it shows what came of an export", COUNTED, async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await exportBundle(page, runpack, server);
  expect(await callsDuring(page, () => renderForASecond(page))).toBeLessThan(6 * FRAMES);
});

test("does little for an in-page navigation", COUNTED, async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  expect(await callsDuring(page, () => goInPage(page, FAILED))).toBeLessThan(2000);
});

test("moves nothing of the page by being there, and has its words, however wide the window", async ({
  runpack,
}) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  for (const width of [1920, 1440, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(actions(page).exportBundle).toHaveText("Export bundle", { useInnerText: true });
    // Where the page has come to rest, so have the buttons.
    await expect.poll(() => movedByUs(page), { message: `at ${width} px` }).toEqual([]);
  }
});

test("leaves nothing open and no alarm set without a job", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const idle = { documents: 0, alarms: 0 };
  const watch = await runpack.context.newPage();
  await watch.goto(runpack.extensionPage("options"));
  expect(await atWork(watch)).toEqual(idle);
  await page.bringToFront();
  await exportBundle(page, runpack, server);
  await expect.poll(() => atWork(watch)).toEqual(idle);
});

/** Asked as text: the types of this file don't know the extension's API. Firefox needs no document of our own. */
function atWork(page: Page): Promise<unknown> {
  return page.evaluate(`(async () => ({
    documents: chrome.offscreen
      ? (await chrome.runtime.getContexts({ contextTypes: ["OFFSCREEN_DOCUMENT"] })).length
      : 0,
    alarms: (await chrome.alarms.getAll()).length,
  }))()`);
}

/** How often functions of our script were called meanwhile: the same on every machine. Times: `npm run bench:surfaces`. */
async function callsDuring(page: Page, work: () => Promise<void>): Promise<number> {
  const profiler = await page.context().newCDPSession(page);
  await profiler.send("Profiler.enable");
  await profiler.send("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  await work();
  const { result } = await profiler.send("Profiler.takePreciseCoverage");
  await profiler.detach();
  return result
    .filter(({ url }) => url.includes("content-scripts/"))
    .flatMap(({ functions }) => functions)
    .reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0);
}

/** What of the page stands elsewhere because of us. */
function movedByUs(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const host = document.querySelector<HTMLElement>("runpack-actions");
    const leaves = [...document.querySelectorAll("main *")].filter(
      (element) => element.childElementCount === 0 && element !== host,
    );
    const places = () =>
      leaves.map((leaf) => {
        const { x, y, width, height } = leaf.getBoundingClientRect();
        return [x, y, width, height].join();
      });
    const withUs = places();
    host?.style.setProperty("display", "none", "important");
    const without = places();
    host?.style.removeProperty("display");
    return leaves.filter((_, at) => withUs[at] !== without[at]).map((leaf) => leaf.outerHTML);
  });
}
