/** Takes the pictures of README and docs/surfaces.md from the practice page: `npm run pictures`. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { APP, actions, type Runpack } from "../tests/e2e/harness";
import { FAILED, GAPS, INVOICE, RUNNING } from "../tests/practice/runs/ids";
import { fail, startPractice } from "./practice-session";

const folder = fileURLToPath(new URL("../docs/images/", import.meta.url));
const REPORT = [
  ["report", "dark", "2"],
  ["report-overview", "light", "1"],
  ["report-network", "light", "3"],
] as const;
const OWN_PAGES = [
  ["options", 720, null],
  ["welcome", 720, null],
  ["popup", 420, INVOICE],
] as const;
/** The head of the run's page, beside the sidebar. */
const HEAD = { x: 240, y: 64, width: 1480, height: 250 };

/** The bottom of a list of runs, where its bar stands. */
const LIST = { x: 240, y: 240, width: 1360, height: 660 };

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(5, 5);
  await page.screenshot({ path: `${folder}${name}.png`, clip: HEAD });
}

/** The bundle as a user unzips it. @returns its root folder */
function unzipped(zip: string): string {
  const target = mkdtempSync(join(tmpdir(), "runpack-pictures-"));
  execFileSync("unzip", ["-q", zip, "-d", target]);
  return join(target, INVOICE);
}

async function reportPictures({ context }: Runpack, root: string): Promise<void> {
  for (const [name, scheme, key] of REPORT) {
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`file://${root}/index.html`);
    await expect(page.getByRole("tab", { name: "Overview" })).toBeVisible();
    await page.keyboard.press(key);
    if (key === "2") for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowDown");
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: `${folder}${name}.png` });
    await page.close();
  }
  rmSync(root, { recursive: true, force: true });
}

/** Every surface, dark and light, as a user sees it. */
async function surfacePictures(runpack: Runpack): Promise<void> {
  for (const scheme of ["dark", "light"] as const) {
    for (const [name, width, query] of OWN_PAGES) {
      const page = await runpack.context.newPage();
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 600 });
      await page.goto(runpack.extensionPage(name));
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      if (query !== null) {
        await page.getByRole("textbox", { name: "Run ID or link" }).fill(query);
        await page.getByRole("button", { name: "Look up" }).click();
        await expect(page.getByRole("button", { name: "Export bundle" })).toBeVisible();
      }
      // Without a scroll bar, which would take its width from the page.
      const height = z.number().parse(await page.evaluate("document.documentElement.scrollHeight"));
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: `${folder}${name}-${scheme}.png` });
      await page.close();
    }
    const page = await runpack.context.newPage();
    await page.addInitScript(`localStorage.setItem("skyvern-theme", "${scheme}")`);
    await page.setViewportSize({ width: 1600, height: 900 });
    await page.goto(`${APP}/runs/${RUNNING}/overview`);
    await expect(page.getByRole("button", { name: "API & Webhooks" })).toBeVisible();
    await actions(page).more.click();
    await expect(actions(page).host.getByRole("button", { name: "Export when finished" })).toBeVisible();
    await page.screenshot({ path: `${folder}panel-${scheme}.png` });
    await page.goto(`${APP}/runs`);
    await listPictures(page, scheme);
    await page.close();
    await agentRunsPicture(runpack, scheme);
  }
}

/** The button in the page's own bar with the exports under way, and its panel. */
async function listPictures(page: Page, scheme: string): Promise<void> {
  const bar = page.locator("runpack-list");
  const cards = page.locator("runpack-batches");
  for (const id of [INVOICE, FAILED, GAPS])
    await page.locator(`tr[data-run="${id}"] td.box`).click({ modifiers: ["ControlOrMeta"] });
  await bar.getByRole("button", { name: "Export 3 runs", exact: true }).click();
  await expect(cards).toContainText("Saved 3 runs", { timeout: 30_000 });
  await page.mouse.move(5, 5);
  await page.screenshot({ path: `${folder}list-${scheme}.png`, clip: LIST });
  await cards.getByRole("button", { name: "Dismiss" }).click();
  await bar.getByRole("button", { name: "More export options" }).click();
  await page.screenshot({ path: `${folder}list-panel-${scheme}.png`, clip: LIST });
}

/** All runs of an agent, in the popup. */
async function agentRunsPicture(
  { context, extensionPage }: Runpack,
  scheme: "dark" | "light",
): Promise<void> {
  const page = await context.newPage();
  await page.emulateMedia({ colorScheme: scheme });
  await page.setViewportSize({ width: 420, height: 2600 });
  await page.goto(extensionPage("popup"));
  await page.getByRole("textbox", { name: "Run ID or link" }).fill(FAILED);
  await page.getByRole("button", { name: "Look up" }).click();
  const agent = page.locator(".agent-runs");
  await agent.getByText("All runs of this agent").click();
  await agent.getByLabel("Since").fill("2026-02-01");
  await agent.getByRole("button", { name: "Find runs" }).click();
  await expect(agent.getByRole("button", { name: /^Export \d+ run/ })).toBeVisible();
  const box = await agent.boundingBox();
  if (!box) throw new Error("The dialogue is not there");
  const clip = { x: 0, y: box.y - 16, width: 420, height: box.height + 32 };
  await page.screenshot({ path: `${folder}agent-runs-${scheme}.png`, clip });
  await page.close();
}

async function pictures(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { runpack, close } = await startPractice({});
  try {
    const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
    await page.setViewportSize({ width: HEAD.x + HEAD.width, height: 900 });
    await expect(page.getByRole("link", { name: "Rerun" })).toBeVisible();
    await expect(actions(page).exportBundle).toBeVisible();
    await take(page, "buttons");
    await actions(page).start("Export bundle");
    await expect(actions(page).status).toContainText(/Saved \d/, { timeout: 60_000 });
    await take(page, "saved");
    const zip = await runpack.waitForDownload(/\.zip$/);
    await reportPictures(runpack, unzipped(zip));
    await surfacePictures(runpack);
  } finally {
    await close();
  }
}

pictures().catch(fail);
