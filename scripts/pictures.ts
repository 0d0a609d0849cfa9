/** Takes the README's pictures from the practice page: `npm run pictures`. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import { actions } from "../tests/e2e/harness";
import { INVOICE } from "../tests/practice/runs/ids";
import { fail, startPractice } from "./practice-session";

const folder = fileURLToPath(new URL("../docs/images/", import.meta.url));
/** The head of the run's page, beside the sidebar. */
const HEAD = { x: 240, y: 64, width: 1480, height: 250 };

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(5, 5);
  await page.screenshot({ path: `${folder}${name}.png`, clip: HEAD });
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
  } finally {
    await close();
  }
}

pictures().catch(fail);
