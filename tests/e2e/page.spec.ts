import type { Page } from "@playwright/test";
import { FAILED, INVOICE, INVOICE_AGENT, TASK, UNKNOWN } from "../practice/runs/ids";
import { goInPage } from "./busy-page";
import { contentCalls, expect, exportBundle, saved, sharing as test } from "./fixtures";
import { APP, actions, filesIn } from "./harness";
import { violations } from "./report-page";

// Firefox puts scripts into open pages itself; a new user's browser begins with the extension there.
test("stands on the pages that were open before it was installed", { tag: "@chromium" }, async ({
  launch,
  server,
}) => {
  const runpack = await launch({ installLater: true });
  const page = await runpack.context.newPage();
  await page.goto(`${APP}/runs/${INVOICE}/overview`);
  await runpack.chromium?.install();
  await expect(actions(page).exportBundle).toBeVisible();
  await runpack.saveKey(server.apiKey);
  await page.bringToFront();
  await exportBundle(page, runpack, server);
  await runpack.close();
});

test("exports the run of ?wr= where the path names another", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}?wr=${FAILED}`);
  const { report } = await exportBundle(page, runpack, server);
  expect(report.run_id).toBe(FAILED);
});

test("exports the run that is shown after in-page navigation", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await goInPage(page, FAILED);
  const { report } = await exportBundle(page, runpack, server);
  expect(report.run_id).toBe(FAILED);
});

test("starts nothing for clicks by the page's scripts", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await expect(actions(page).exportBundle).toBeVisible();
  server.requests.length = 0;
  await actions(page).exportBundle.evaluate((button: HTMLElement) => {
    button.click();
    button.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
    button.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, composed: true }));
  });
  await page.waitForTimeout(1500);
  expect(server.requests.filter(({ headers }) => "x-api-key" in headers)).toEqual([]);
  expect(filesIn(runpack.downloads)).toEqual([]);
});

test("starts an export by the keyboard", async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${TASK}/actions`);
  await actions(page).exportBundle.focus();
  await page.keyboard.press("Enter");
  await runpack.waitForDownload(/\.zip$/);
});

/** The page's header is another element, as after a render of its own; our buttons find their way back. */
async function makeHeaderAnew(page: Page): Promise<void> {
  await actions(page).host.evaluate((host) => {
    const row = host.parentElement;
    host.remove();
    row?.replaceWith(row.cloneNode(true));
  });
  await expect(actions(page).exportBundle).toBeVisible();
}

test("keeps the focus when the page makes its header anew", async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await actions(page).exportBundle.focus();
  await makeHeaderAnew(page);
  await expect(actions(page).exportBundle).toBeFocused();
});

test("counts a click though the page makes its header anew before the button is up again", async ({
  runpack,
}) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await actions(page).exportBundle.hover();
  await page.mouse.down();
  await makeHeaderAnew(page);
  await page.mouse.up();
  await runpack.waitForDownload(/\.zip$/);
  expect(filesIn(runpack.downloads)).toHaveLength(1);
});

test("exports the downloaded files alone by the panel", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await page.setViewportSize({ width: 1440, height: 640 });
  await actions(page).more.click();
  // Longer than its window: the button is in view all the same.
  await page.getByRole("radio", { name: "Pick types" }).check();
  const start = page.getByRole("button", { name: "Export", exact: true });
  await expect(start).toBeInViewport({ ratio: 1 });
  // Where the page is wider than its window, nothing is below the bar that scrolls it.
  await page.setViewportSize({ width: 700, height: 640 });
  const tray = actions(page).host.locator(".tray");
  const hidden = () =>
    tray.evaluate((each) => each.getBoundingClientRect().bottom - document.documentElement.clientHeight);
  await expect.poll(hidden).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1440, height: 640 });
  await page.getByRole("radio", { name: "Downloaded files" }).check();
  await start.click();
  await expect(actions(page).status).toContainText("Saved 2 files");
  expect(contentCalls(server)).toHaveLength(2);
});

test("remembers the choice of the panel", async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await actions(page).more.click();
  await page.getByRole("radio", { name: "Downloaded files" }).check();
  await page.reload();
  await actions(page).more.click();
  await expect(page.getByRole("radio", { name: "Downloaded files" })).toBeChecked();
  await page.goto(runpack.extensionPage("options"));
  const choice = page.getByRole("region", { name: "More export options" });
  await expect(choice.getByRole("radio", { name: "Downloaded files" })).toBeChecked();
});

/** Pages that show no run, or show it without page chrome. */
const WITHOUT: Record<string, string> = {
  "unknown run's page": `/runs/${UNKNOWN}/overview`,
  "embedded page": `/runs/${INVOICE}/overview?embed=true`,
  "list of runs": "/runs",
  "agent's editor": `/agents/${INVOICE_AGENT}/edit?wr=${INVOICE}`,
};

for (const [kind, path] of Object.entries(WITHOUT)) {
  test(`puts no buttons on the ${kind}`, async ({ runpack }) => {
    const page = await runpack.context.newPage();
    await page.goto(APP + path);
    await page.waitForTimeout(5000);
    await expect(actions(page).host).toHaveCount(0);
  });
}

for (const theme of ["light", "dark"] as const)
  test(`axe finds nothing wrong with what stands on Skyvern's pages (${theme})`, async ({ runpack }) => {
    const page = await runpack.context.newPage();
    await page.addInitScript(`localStorage.setItem("skyvern-theme", "${theme}")`);
    await page.goto(`${APP}/runs/${FAILED}/overview`);
    await actions(page).start("Export bundle");
    await saved(page);
    await actions(page).more.click();
    await expect(actions(page).host.getByRole("dialog")).toBeVisible();
    expect(await violations(page, "runpack-actions")).toEqual([]);
    await page.goto(`${APP}/runs`);
    await page.locator(`tr[data-run="${FAILED}"] td.box`).click();
    await page.locator("runpack-list").getByRole("button", { name: "More export options" }).click();
    await expect(page.locator("runpack-list").getByRole("dialog")).toBeVisible();
    expect(await violations(page, "runpack-list")).toEqual([]);
  });

test("puts the buttons on the page once, through re-renders", async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await page.waitForTimeout(6000);
  await expect(actions(page).host).toHaveCount(1);
});
