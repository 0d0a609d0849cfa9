/** Takes the stores' pictures, 1280 × 800, from the real product: `npm run pictures:store`. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { actions, fillKey } from "../tests/e2e/harness";
import { startLocalSkyvern } from "../tests/practice/local";
import { INVOICE } from "../tests/practice/runs/ids";
import { fail, type PracticeSession, startPractice } from "./practice-session";

const FOLDER = fileURLToPath(new URL("../docs/store/images/", import.meta.url));
const ICON = fileURLToPath(new URL("../public/icon/icon.svg", import.meta.url));
const SIZE = { width: 1280, height: 800 };
const POPUP = { width: 420, height: 560, scale: 1.25 };

/** @param zoom over 1: as on a wider screen, drawn smaller */
async function take(page: Page, name: string, zoom = 1): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setDeviceMetricsOverride", {
    width: SIZE.width * zoom,
    height: SIZE.height * zoom,
    deviceScaleFactor: 1 / zoom,
    mobile: false,
  });
  await devtools.send("Emulation.setScrollbarsHidden", { hidden: true });
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

/** A popup is small: it is drawn larger, on a plain ground, beside a line of what it is for. */
async function popup({ runpack }: PracticeSession): Promise<void> {
  const page = await runpack.context.newPage();
  const devtools = await page.context().newCDPSession(page);
  const size = { width: POPUP.width, height: POPUP.height, deviceScaleFactor: POPUP.scale, mobile: false };
  await devtools.send("Emulation.setDeviceMetricsOverride", size);
  // Other systems draw them over the content, while somebody scrolls.
  await devtools.send("Emulation.setScrollbarsHidden", { hidden: true });
  await page.goto(runpack.extensionPage("popup"));
  await page.getByRole("textbox", { name: "Run ID or link" }).fill(INVOICE);
  await page.getByRole("button", { name: "Look up" }).click();
  await expect(page.getByRole("button", { name: "Export bundle" })).toBeVisible();
  await page.mouse.move(2, 2);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "png" });
  await page.close();
  const stage = await runpack.context.newPage();
  await stage.setContent(popupStage(data));
  await take(stage, "popup");
  await stage.close();
}

function popupStage(picture: string): string {
  const icon = readFileSync(ICON).toString("base64");
  return `<style>
      body { margin: 0; height: 100vh; display: flex; align-items: center; justify-content: space-between;
             box-sizing: border-box; padding: 0 80px; color: #0f172a; font-family: system-ui, sans-serif;
             background: linear-gradient(135deg, #eef3fd, #c9d9f8); }
      h1 { margin: 28px 0 16px; font-size: 48px; line-height: 56px; letter-spacing: -0.01em; }
      p { margin: 0; color: #475569; font-size: 22px; line-height: 34px; }
      .popup { width: ${POPUP.width * POPUP.scale}px; border-radius: 16px; box-shadow: 0 16px 60px #0f172a47; }
    </style>
    <main style="width: 480px">
      <img src="data:image/svg+xml;base64,${icon}" width="88" height="88" alt="">
      <h1>Any run, by its ID or&nbsp;link</h1>
      <p>Look a run up from any page, see what it left behind, and save all of it as one ZIP.</p>
    </main>
    <img class="popup" src="data:image/png;base64,${picture}" alt="">`;
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
