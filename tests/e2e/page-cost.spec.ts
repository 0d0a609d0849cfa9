import type { CDPSession, Page } from "@playwright/test";
import { FAILED, INVOICE } from "../practice/runs/ids";
import { expect, exportBundle, test } from "./fixtures";
import { APP, actions } from "./harness";

// The cost is read from Chromium's profiler; Firefox's tells an extension's functions from the page's to people alone.
const MEASURED = { tag: "@chromium" };

/** On a page without a run the script is there, and hears nothing. A sample may fall into its very start. */
test("does nothing while a page without a run renders all the time", MEASURED, async ({ runpack }) => {
  const page = await runpack.context.newPage();
  await page.goto(`${APP}/settings`);
  expect(await leastCost(page, () => renderForASecond(page))).toBe(0);
});

test(
  "takes less than half a millisecond of each second that a run's page renders all the time",
  MEASURED,
  async ({ runpack }) => {
    const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
    await expect(actions(page).exportBundle).toBeVisible();
    expect(await leastCost(page, () => renderForASecond(page))).toBeLessThan(0.5);
  },
);

test("takes less than 5 ms for an in-page navigation", MEASURED, async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const runs = [FAILED, INVOICE, FAILED, INVOICE, FAILED].values();
  const cost = await leastCost(page, async () => {
    const id = runs.next().value ?? INVOICE;
    await page.evaluate((runId) => {
      history.pushState(null, "", `/runs/${runId}/overview`);
      dispatchEvent(new PopStateEvent("popstate"));
    }, id);
    await expect(page.locator("main header h2")).toHaveText(id);
    await expect(actions(page).exportBundle).toBeVisible();
  });
  expect(cost).toBeLessThan(5);
});

test("moves nothing of the page by being there", async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await expect(actions(page).exportBundle).toBeVisible();
  const moved = await page.evaluate(() => {
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
  expect(moved).toEqual([]);
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

/** Between two samples that lie further apart, somebody else had the processor. */
const SAMPLE_US = 100;
/** Functions of the browser that first bring the page's own layout up to date. */
const LAYOUT =
  /^(?:getBoundingClientRect|get (?:client|scroll)(?:Width|Height)|getPropertyValue|get display)$/;

/** What a page does that shows a running run: something new in every frame. */
async function renderForASecond(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const box = document.createElement("div");
    document.body.append(box);
    for (const end = performance.now() + 1000; performance.now() < end; ) {
      box.replaceChildren(...Array.from({ length: 20 }, () => document.createElement("p")));
      await new Promise(requestAnimationFrame);
    }
    box.remove();
  });
}

/**
 * Milliseconds in our script, with what it calls but for the layout of the page, which is owed anyway, in the cheapest of
 * five times: a busy machine makes any of them dear.
 */
async function leastCost(page: Page, work: () => Promise<void>): Promise<number> {
  const profiler = await page.context().newCDPSession(page);
  await profiler.send("Profiler.enable");
  await profiler.send("Profiler.setSamplingInterval", { interval: SAMPLE_US });
  const costs: number[] = [];
  for (let time = 0; time < 5; time++) costs.push(await costOf(profiler, work));
  await profiler.detach();
  return Math.min(...costs);
}

async function costOf(profiler: CDPSession, work: () => Promise<void>): Promise<number> {
  await profiler.send("Profiler.start");
  await work();
  const { profile } = await profiler.send("Profiler.stop");
  const ours = new Set<number>();
  const layout = new Set<number>();
  // Parents come before their children.
  for (const { id, callFrame, children = [] } of profile.nodes) {
    if (callFrame.url.includes("content-scripts/")) ours.add(id);
    if (LAYOUT.test(callFrame.functionName) && callFrame.url === "") layout.add(id);
    if (ours.has(id)) for (const child of children) ours.add(child);
  }
  const { samples = [], timeDeltas = [] } = profile;
  return (
    samples.reduce(
      (sum, id, at) =>
        sum + (ours.has(id) && !layout.has(id) ? Math.min(timeDeltas[at] ?? 0, 4 * SAMPLE_US) : 0),
      0,
    ) / 1000
  );
}
