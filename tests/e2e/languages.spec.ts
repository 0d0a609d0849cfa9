import { test as base } from "@playwright/test";
import { INVOICE, RUNNING } from "../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../practice/server";
import { expect } from "./fixtures";
import { launchRunpack, type Runpack } from "./harness";
import { checkZip } from "./verify-zip";

/** A browser in another language, with the key in its store: names of fields are not English there. */
const test = base.extend<{ language: string; server: PracticeServer; runpack: Runpack }>({
  language: ["de", { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the braces.
  server: async ({}, use) => {
    const server = await startPracticeServer({ port: 0 });
    await use(server);
    await server.close();
  },
  runpack: async ({ server, language }, use) => {
    const runpack = await launchRunpack(server, { language });
    const page = await runpack.context.newPage();
    await page.goto(runpack.extensionPage("options"));
    await page.locator("#api-key").fill(server.apiKey);
    await page.locator("form button[type=submit]").first().click();
    await expect(page.getByRole("status")).not.toBeEmpty();
    await page.close();
    await use(runpack);
    await runpack.close();
  },
});

test("a German browser exports in German, and machines read English", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${RUNNING}/overview`);
  const host = page.locator("runpack-actions");
  await host.getByRole("button", { name: "Bundle exportieren" }).click();
  await expect(host.getByRole("status")).toContainText(/\d Dateien gespeichert \([\d.,]+ [KM]B\)/);
  await expect(host.getByText("Der Lauf läuft noch")).toBeVisible();
  const { report, entries } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  expect(report.warnings.join()).toContain("still running");
  expect(entries.get("index.html")?.head.toString("utf8")).toContain('lang="de"');
  expect(entries.get("report/app.js")?.head.toString("utf8")).toContain("Zeitleiste");
});

for (const [language, title] of [
  ["es", "Runpack está instalado"],
  ["ja", "Runpack をインストールしました"],
] as const)
  test.describe(language, () => {
    test.use({ language });
    test("fits its pages, also at twice the size", async ({ runpack }) => {
      const page = await runpack.context.newPage();
      // 200 % of a window of 720 px.
      await page.setViewportSize({ width: 360, height: 600 });
      for (const name of ["welcome", "options", "popup"] as const) {
        await page.goto(runpack.extensionPage(name));
        if (name === "welcome") await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
        await expect(page.locator("footer")).toBeVisible();
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
        expect(await page.evaluate("document.documentElement.lang")).toMatch(new RegExp(`^${language}`));
      }
      await page.goto(`https://app.skyvern.com/runs/${INVOICE}/overview`);
      await expect(page.locator("runpack-actions")).toBeAttached();
    });
  });
