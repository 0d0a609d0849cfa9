/**
 * How soon the popup and the background are there, and what the script on Skyvern's pages costs: `npm run bench:surfaces`. A debugger is attached, which makes all of
 * it slower than it is for users.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { launchRunpack, type Runpack } from "../tests/e2e/harness";
import { INVOICE } from "../tests/practice/runs/ids";
import { startPracticeServer } from "../tests/practice/server";
import { pageCost } from "./page-cost";
import { median } from "./results";

const PAST_JOBS = 10_000;
const ROUNDS = 7;

/** Puts many past jobs into the list, like one that there is. */
async function addPastJobs(page: Page): Promise<void> {
  await page.evaluate(async (count) => {
    const opened = indexedDB.open("runpack-jobs");
    await new Promise((resolve) => {
      opened.onsuccess = resolve;
    });
    const store = opened.result.transaction("jobs", "readwrite").objectStore("jobs");
    const all = store.getAll();
    await new Promise((resolve) => {
      all.onsuccess = resolve;
    });
    const [like] = all.result;
    for (let index = 1; index <= count; index++) {
      const id = `past-${index}`;
      const startedAt = like.startedAt - index * 60_000;
      store.put({ ...like, id, startedAt, job: { ...like.job, id, startedAt, endedAt: startedAt } });
    }
    await new Promise((resolve) => {
      store.transaction.oncomplete = resolve;
    });
    opened.result.close();
  }, PAST_JOBS);
}

/** As text: what runs in the page is not compiled for here. */
const WATCH = `
  globalThis.seen = {};
  const look = () => {
    if (document.activeElement?.id === "run") seen.box ??= performance.now();
    if (document.querySelector("li.row[data-state] button")) seen.jobs ??= performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
  document.addEventListener("focusin", look);
`;

/** Milliseconds from the start of the navigation until each part is there. */
async function popupTimes({ context, extensionPage }: Runpack): Promise<{ box: number; jobs: number }> {
  const page = await context.newPage();
  await page.addInitScript(WATCH);
  await page.goto(extensionPage("popup"));
  // The page's own rules forbid to wait in it for text that is code.
  let times: { box?: number; jobs?: number } = {};
  while (times.box === undefined || times.jobs === undefined) {
    await sleep(50);
    times = await page.evaluate<{ box?: number; jobs?: number }>("seen");
  }
  const { box, jobs } = times;
  await page.close();
  return { box, jobs };
}

/** Milliseconds from a question until the answer of a background that was not running. */
async function coldStart({ context, chromium, extensionPage }: Runpack): Promise<number> {
  const page = await context.newPage();
  await page.goto(extensionPage("options"));
  await chromium?.stopBackground();
  const took = await page.evaluate<number>(`(async () => {
    const asked = performance.now();
    await chrome.runtime.sendMessage({ to: "background", type: "batches" });
    return performance.now() - asked;
  })()`);
  await page.close();
  return took;
}

function line(what: string, times: readonly number[], digits = 0): string {
  const all = times.map((time) => time.toFixed(digits)).join(", ");
  return `| ${what} | ${median(times).toFixed(digits)} ms | ${all} |`;
}

async function bench(): Promise<void> {
  const server = await startPracticeServer();
  const runpack = await launchRunpack(server);
  try {
    await runpack.saveKey(server.apiKey);
    const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
    await page.locator("runpack-actions").getByRole("button", { name: "Export bundle", exact: true }).click();
    await runpack.waitForDownload(/\.zip$/);
    await page.goto(runpack.extensionPage("options"));
    await addPastJobs(page);
    await page.close();
    const rounds = Array.from({ length: ROUNDS });
    const popups: { box: number; jobs: number }[] = [];
    for (const _ of rounds) popups.push(await popupTimes(runpack));
    const starts: number[] = [];
    for (const _ of rounds) starts.push(await coldStart(runpack));
    console.log("| | median | all |\n| --- | --- | --- |");
    console.log(
      line(
        "popup: the box takes input",
        popups.map(({ box }) => box),
      ),
    );
    console.log(
      line(
        `popup: the list of ${PAST_JOBS} past exports is there`,
        popups.map(({ jobs }) => jobs),
      ),
    );
    console.log(line("a stopped background answers", starts));
    const { withoutRun, withRun, navigation } = await pageCost(runpack);
    console.log(line("script in a second of a page without a run that renders all the time", withoutRun, 2));
    console.log(line("script in a second of a run's page that renders all the time", withRun, 2));
    console.log(line("script for an in-page navigation to another run", navigation, 2));
  } finally {
    await runpack.close();
    await server.close();
  }
}

bench().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
