import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, expect, test } from "@playwright/test";
import { findChromium } from "../../scripts/browser";
import { openingCost, scrollingCost } from "../report-sample/cost";
import { writeReport } from "../report-sample/make";
import { openReport, showTab, TABS, violations } from "./report-page";

/** Of the page's own thread: what the clock says is told, since a busy machine is no reason to fail. */
const OPENS_WITHIN_MS = 1000;
/** 60 frames a second. */
const FRAME_MS = 1000 / 60;

let folder: string;
let browser: Browser;

test.beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
});
test.afterAll(() => browser.close());
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "runpack-sample-"));
});
test.afterEach(() => rm(folder, { recursive: true, force: true }));

async function openFromDisk(colorScheme: "light" | "dark" = "light") {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
  return { page, ...(await openReport(page, folder)) };
}

test("a report of hostile texts runs none of them and reaches no network", async () => {
  await writeReport(folder, 30);
  const { page, asked, said } = await openFromDisk();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("<img src=x onerror=");
  for (const tab of TABS) {
    await showTab(page, tab);
    if (tab !== "Timeline") continue;
    for (let step = 0; step < 8; step++) {
      await page.keyboard.press("ArrowDown");
      for (const part of await page.locator(".parts [role=tab]").all()) await part.click();
    }
  }
  await page.keyboard.press("/");
  await page.keyboard.type("__pwned = 6");
  await expect(page.getByRole("region", { name: "Search results" })).toContainText("__pwned = 6");
  expect(await page.evaluate("window.__pwned")).toBeUndefined();
  expect({ asked, said }).toEqual({ asked: [], said: [] });
  await page.close();
});

test("the keyboard alone walks a run of many steps", async () => {
  await writeReport(folder, 200);
  const { page, said } = await openFromDisk();
  await page.keyboard.press("f");
  const chosen = page.getByRole("listbox", { name: "Timeline" }).getByRole("option", { selected: true });
  await expect(chosen).toHaveClass(/failed/);
  const first = await chosen.getAttribute("id");
  await page.keyboard.press("f");
  await expect(chosen).not.toHaveAttribute("id", first ?? "");
  await page.keyboard.press("F");
  await expect(chosen).toHaveAttribute("id", first ?? "");
  await page.keyboard.press("ArrowDown");
  await expect(chosen).not.toHaveAttribute("id", first ?? "");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("3");
  await expect(page.getByRole("main")).toContainText("601 requests");
  // A key right behind the dialog's end, before the page heard of it.
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.evaluate(() => {
    document.querySelector("dialog")?.close();
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "4" }));
  });
  await expect(page.getByRole("tab", { name: "Logs", exact: true })).toHaveAttribute("aria-selected", "true");
  expect(said).toEqual([]);
  await page.close();
});

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing wrong with a report of a failed run (${scheme})`, async () => {
    await writeReport(folder, 60);
    const { page } = await openFromDisk(scheme);
    for (const tab of TABS) {
      await showTab(page, tab);
      expect([tab, await violations(page)]).toEqual([tab, []]);
    }
    await page.close();
  });
}

test("a run of 1,000 steps and 1,500 files opens at once, and scrolls without a stop", async () => {
  const { files, items } = await writeReport(folder, 1000);
  expect(files).toBeGreaterThan(1500);
  expect(items).toBeGreaterThan(1000);
  const { page } = await openFromDisk();
  const opening = await openingCost(page);
  expect(opening.tasks).toBeLessThan(OPENS_WITHIN_MS);
  const { tasks, frames, elements } = await scrollingCost(page);
  expect(tasks).toBeLessThan(FRAME_MS);
  const ms = (value = 0) => `${value.toFixed(1)} ms`;
  test
    .info()
    .annotations.push(
      { type: "opens", description: `after ${ms(opening.shownAfter)}, ${ms(opening.tasks)} of work` },
      { type: "scrolls", description: `${ms(frames[60])} a frame, ${ms(tasks)} of work` },
    );
  // However far it was scrolled, few of its rows are in the page.
  expect(elements).toBeLessThan(3000);
  expect(await page.getByRole("option").count()).toBeLessThan(100);
  expect(await page.locator(".film img").count()).toBeLessThan(60);
  await page.close();
});
