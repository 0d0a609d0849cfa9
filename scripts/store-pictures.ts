/** Takes the stores' pictures, 1280 × 800, from the real product: `npm run pictures:store`. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { actions, fillKey } from "../tests/e2e/harness";
import { startLocalSkyvern } from "../tests/practice/local";
import { INVOICE } from "../tests/practice/runs/ids";
import { fail, type PracticeSession, startPractice } from "./practice-session";

const FOLDER = fileURLToPath(new URL("../docs/store/images/", import.meta.url));
const SIZE = { width: 1280, height: 800 };

/** @param zoom over 1: as on a wider screen, drawn smaller */
async function take(page: Page, name: string, zoom = 1): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setDeviceMetricsOverride", {
    width: SIZE.width * zoom,
    height: SIZE.height * zoom,
    deviceScaleFactor: 1 / zoom,
    mobile: false,
  });
  await page.mouse.move(2, 2);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "png" });
  writeFileSync(`${FOLDER}${name}.png`, Buffer.from(data, "base64"));
}

async function runPage({ runpack }: PracticeSession): Promise<string> {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await page.setViewportSize({ width: 1600, height: 1000 });
  await expect(page.getByRole("link", { name: "Rerun" })).toBeVisible();
  await actions(page).start("Export bundle");
  await expect(actions(page).status).toContainText(/Saved \d/, { timeout: 60_000 });
  await take(page, "run-page", 1.25);
  return runpack.waitForDownload(/\.zip$/);
}

async function report(context: BrowserContext, zip: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "runpack-pictures-"));
  execFileSync("unzip", ["-q", zip, "-d", folder]);
  for (const [name, scheme, key] of [
    ["report-steps", "dark", "2"],
    ["report-network", "light", "3"],
  ] as const) {
    const page = await context.newPage();
    await page.setViewportSize(SIZE);
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(`file://${folder}/${INVOICE}/index.html`);
    await expect(page.getByRole("tab", { name: "Overview" })).toBeVisible();
    await page.keyboard.press(key);
    if (key === "2") for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowDown");
    await page.waitForLoadState("networkidle");
    await take(page, name);
    await page.close();
  }
  rmSync(folder, { recursive: true, force: true });
}

async function options({ runpack, server }: PracticeSession): Promise<void> {
  const local = await startLocalSkyvern(server);
  try {
    await runpack.allowHosts([local.uiOrigin, local.apiAddress]);
    const page = await runpack.context.newPage();
    await page.setViewportSize(SIZE);
    await page.goto(runpack.extensionPage("options"));
    await page.getByRole("textbox", { name: "API address" }).fill(local.apiAddress);
    await page.getByRole("textbox", { name: "Address of the web page" }).fill(local.uiOrigin);
    await fillKey(page, local.apiKey);
    await expect(page.getByRole("status")).toContainText("Connected");
    await take(page, "options");
    await page.close();
  } finally {
    await local.close();
  }
}

/** A popup is small: it stands on a plain ground. */
async function popup({ runpack }: PracticeSession): Promise<void> {
  const page = await runpack.context.newPage();
  await page.setViewportSize({ width: 400, height: 600 });
  await page.goto(runpack.extensionPage("popup"));
  await page.getByRole("textbox", { name: "Run ID or link" }).fill(INVOICE);
  await page.getByRole("button", { name: "Look up" }).click();
  await expect(page.getByRole("button", { name: "Export bundle" })).toBeVisible();
  const picture = await page.locator("body").screenshot();
  await page.goto("about:blank");
  await page.setViewportSize(SIZE);
  await page.setContent(
    `<body style="margin:0;height:100vh;display:grid;place-items:center;background:#dbe6fb">
       <img style="max-height:740px;border-radius:8px;box-shadow:0 8px 40px #0f172a40"
            src="data:image/png;base64,${picture.toString("base64")}">`,
  );
  await take(page, "popup");
  await page.close();
}

async function pictures(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const session = await startPractice({});
  try {
    const zip = await runPage(session);
    await report(session.runpack.context, zip);
    await popup(session);
    await options(session);
  } finally {
    await session.close();
  }
}

pictures().catch(fail);
