import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, expect, test } from "@playwright/test";
import { z } from "zod";
import { findChromium } from "../../scripts/browser";
import { writeReport } from "../report-sample/make";
import { openReport, showTab, TABS, violations } from "./report-page";

/** The bar of the issue; measured and told, since a busy machine is no reason to fail. */
const OPENS_WITHIN_MS = 1000;
/** 60 frames a second, with a millisecond for the clock. */
const FRAME_MS = 17.7;

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

test("a run of 1,000 steps and 1,500 files opens at once, and few of its rows are in the page", async () => {
  const { files, items } = await writeReport(folder, 1000);
  expect(files).toBeGreaterThan(1500);
  const { page } = await openFromDisk();
  await page.addInitScript({ content: OPENING });
  await page.reload();
  await page.waitForFunction("window.shownAfter !== undefined");
  const shownAfter = z.number().parse(await page.evaluate("window.shownAfter"));
  const took = `timeline of ${items} items shown after ${Math.round(shownAfter)} ms`;
  test
    .info()
    .annotations.push({ type: shownAfter < OPENS_WITHIN_MS ? "opens" : "opens slowly", description: took });
  const frame = z.number().parse(await page.evaluate(SCROLLING));
  test.info().annotations.push({
    type: frame <= FRAME_MS ? "scrolls" : "scrolls slowly",
    description: `the middle frame of 120 takes ${frame.toFixed(1)} ms`,
  });
  expect(await page.getByRole("option").count()).toBeLessThan(100);
  expect(await page.locator(".film img").count()).toBeLessThan(60);
  await page.close();
});

/** Scrolls the timeline through 120 frames; gives how long the middle one took, in ms. */
const SCROLLING = `new Promise((resolve) => {
  const list = document.querySelector("[role=listbox]");
  const frames = [];
  let last = performance.now();
  const next = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    list.scrollTop += 240;
    if (frames.length < 120) requestAnimationFrame(next);
    else resolve(frames.sort((a, b) => a - b)[60]);
  };
  requestAnimationFrame(next);
})`;

/** Goes to the timeline as soon as there is one, and notes when its first row stands; from the navigation's start. */
const OPENING = `
  const look = () => {
    document.getElementById("tab-timeline")?.click();
    if (document.querySelector("[role=listbox] [role=option]")) window.shownAfter = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);`;
