/** What the content script costs the page that it is on, by Chromium's profiler. */
import type { CDPSession, Page } from "@playwright/test";
import { goInPage, renderForASecond } from "../tests/e2e/busy-page";
import { APP, actions, type Runpack } from "../tests/e2e/harness";
import { FAILED, INVOICE } from "../tests/practice/runs/ids";

const ROUNDS = 7;
/** Between two samples that lie further apart, somebody else had the processor. */
const SAMPLE_US = 100;
/** Functions of the browser that first bring the page's own layout up to date. */
const LAYOUT =
  /^(?:getBoundingClientRect|get (?:client|scroll)(?:Width|Height)|getPropertyValue|get display)$/;

export interface PageCost {
  /** Milliseconds of each second in which a page renders all the time. */
  withoutRun: number[];
  withRun: number[];
  /** Milliseconds for an in-page navigation to another run. */
  navigation: number[];
}

export async function pageCost({ context, openRun }: Runpack): Promise<PageCost> {
  const other = await context.newPage();
  await other.goto(`${APP}/settings`);
  const withoutRun = await costs(other, () => renderForASecond(other));
  await other.close();
  const page = await openRun(`/runs/${INVOICE}/overview`);
  await actions(page).exportBundle.waitFor();
  const withRun = await costs(page, () => renderForASecond(page));
  let shown = INVOICE;
  const navigation = await costs(page, async () => {
    shown = shown === INVOICE ? FAILED : INVOICE;
    await goInPage(page, shown);
  });
  await page.close();
  return { withoutRun, withRun, navigation };
}

/**
 * Milliseconds in our script, with what it calls but for the layout of the page, which is owed anyway.
 */
async function costs(page: Page, work: () => Promise<void>): Promise<number[]> {
  const profiler = await page.context().newCDPSession(page);
  await profiler.send("Profiler.enable");
  await profiler.send("Profiler.setSamplingInterval", { interval: SAMPLE_US });
  const times: number[] = [];
  for (let time = 0; time < ROUNDS; time++) times.push(await costOf(profiler, work));
  await profiler.detach();
  return times;
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
