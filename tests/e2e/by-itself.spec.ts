import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { FAILED, RUNNING } from "../practice/runs/ids";
import { expect, sharing, test } from "./fixtures";
import { APP, actions, type Runpack } from "./harness";
import { violations } from "./report-page";

const HOUR_MS = 3600_000;

/** The extension's own page, for what only its context can ask the browser. */
async function options(runpack: Runpack): Promise<Page> {
  const page = await runpack.context.newPage();
  await page.goto(runpack.extensionPage("options"));
  return page;
}

/** The browser's alarm, now and not in a minute: the listener is the extension's own. */
async function ring(page: Page): Promise<void> {
  await page.evaluate('chrome.alarms.create("watch-runs", { when: Date.now() })');
}

test("exports a run that finished while the browser was closed, tells so, and sleeps again", async ({
  runpack,
  launch,
  server,
}) => {
  const page = await runpack.openRun(`/runs/${RUNNING}/overview`);
  const { host, more } = actions(page);
  await more.click();
  await host.getByRole("button", { name: "Export when finished" }).click();
  await expect(host.getByText("Runpack exports this run when it has finished.")).toBeVisible();
  await page.close();
  const before = await options(runpack);
  await expect(before.getByText(RUNNING)).toBeVisible();
  await expect.poll(() => before.evaluate('chrome.alarms.get("watch-runs")')).toBeTruthy();
  await runpack.kill();

  server.world.endRun(RUNNING, "completed", new Date(Date.now() - HOUR_MS).toISOString());
  const again = await launch({ profile: runpack.profile, downloads: runpack.downloads });
  const zip = await again.waitForDownload(/\.zip$/);
  expect(zip).toContain(RUNNING);
  const own = await options(again);
  // Firefox without a screen closes a notification at once.
  if (again.chromium)
    await expect.poll(() => own.evaluate("chrome.notifications.getAll().then(Object.keys)")).toHaveLength(1);
  await expect.poll(() => own.evaluate('chrome.alarms.get("watch-runs")')).toBeFalsy();
  await own.reload();
  await expect(own.getByText("Export started")).toBeVisible();
  await again.close();
});

sharing(
  "exports every failed run of an agent by a rule, into its folder, once",
  async ({ runpack, server }) => {
    const agent = server.world.runs.get(FAILED)?.agentId ?? "";
    const page = await options(runpack);
    await page.getByRole("textbox", { name: "Agent ID or link" }).fill(`${APP}/agents/${agent}/runs`);
    await page.getByRole("textbox", { name: /Folder/ }).fill("Failures");
    await page.getByRole("button", { name: "Add rule" }).click();
    await expect(page.getByRole("switch", { name: `On: ${agent}` })).toBeChecked();
    // It failed before there was a rule: that is no business of it.
    const asked = () =>
      server.requests.filter(({ path }) => path.includes(`/workflows/${agent}/runs`)).length;
    await expect.poll(asked).toBe(1);

    const now = new Date().toISOString();
    const run = server.world.runs.get(FAILED);
    if (run) run.createdAt = now;
    server.world.endRun(FAILED, "failed", now);
    await page.evaluate(`chrome.storage.local.get("watch").then(({ watch }) => {
    for (const rule of watch.rules) rule.checkedAt = 0;
    return chrome.storage.local.set({ watch });
  })`);
    await ring(page);
    expect(await runpack.waitForDownload(/\.zip$/)).toMatch(new RegExp(`Skyvern/Failures/.*${FAILED}`));
  },
);

sharing("tells nothing and waits for nothing where the user wants neither", async ({ runpack }) => {
  const page = await options(runpack);
  await page.getByRole("checkbox", { name: /Tell me/ }).uncheck();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  const run = await runpack.openRun(`/runs/${FAILED}/overview`);
  await actions(run).start("Export bundle");
  await runpack.waitForDownload(/\.zip$/);
  await expect(actions(run).status).toContainText("Saved");
  expect(await page.evaluate("chrome.notifications.getAll().then(Object.keys)")).toEqual([]);
  await expect.poll(() => page.evaluate("chrome.alarms.getAll()")).toEqual([]);
  await page.reload();
  await expect(page.getByRole("region", { name: "History" })).toContainText("Claims portal");
});

sharing(
  "saves the settings without the key, loads them, and forgets everything",
  async ({ runpack, server }) => {
    const page = await options(runpack);
    const template = page.getByRole("textbox", { name: "Name of bundles and folders" });
    await template.fill("{status}_{runId}");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("Saved.")).toBeVisible();
    await page.getByRole("button", { name: "Save to a file" }).click();
    const file = await runpack.waitForDownload(/runpack-settings\.json$/);
    const text = await readFile(file, "utf8");
    expect(text).toContain("{status}_{runId}");
    expect(text).not.toContain(server.apiKey);

    await page.getByRole("button", { name: "Reset everything" }).click();
    await page.getByRole("button", { name: "Yes, reset" }).click();
    await expect(page.getByText("Everything is as new.")).toBeVisible();
    await expect(template).toHaveValue("{title}_{runId}");
    await expect(page.getByRole("textbox", { name: "API key" })).toHaveValue("");
    await expect(page.getByRole("button", { name: "Reset everything" })).toBeFocused();

    await page.locator('input[type="file"]').setInputFiles(file);
    await expect(page.getByText("The settings are loaded.")).toBeVisible();
    await expect(template).toHaveValue("{status}_{runId}");
  },
);

for (const scheme of ["light", "dark"] as const)
  sharing(`axe finds nothing wrong with options and welcome page (${scheme})`, async ({ runpack }) => {
    for (const name of ["options", "welcome"] as const) {
      const page = await runpack.context.newPage();
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(runpack.extensionPage(name));
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.close();
    }
  });

/** Opens what a link leads to in a tab. Firefox tells nobody of a tab that a link of an extension's page opens. */
async function follow({ context, firefox }: Runpack, link: Locator): Promise<Page> {
  const opened = firefox ? context.newPage() : context.waitForEvent("page");
  if (firefox) await (await opened).goto(await link.evaluate((anchor: HTMLAnchorElement) => anchor.href));
  else await link.click();
  return opened;
}

sharing("shows a new user a report without a key", async ({ runpack }) => {
  const page = await runpack.context.newPage();
  await page.goto(runpack.extensionPage("welcome"));
  const report = await follow(runpack, page.getByRole("link", { name: "Open the sample report" }));
  await expect(report.getByText("Download the March invoice (sample)").first()).toBeVisible();
  await report.keyboard.press("2");
  await expect(report.getByText("Press Download beside March 2026").first()).toBeVisible();
});
