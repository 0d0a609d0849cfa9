/**
 * A browser under automation opens no context menu, has no address bar to type in and hears no shortcut: here the
 * background gets the event as the browser would send it (see the drivers). What is between the user and that event,
 * the manifest and the items that were created, is checked beside it.
 */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { FAILED, INVOICE, INVOICE_AGENT, SESSION_BROWSER } from "../practice/runs/ids";
import { expect, saved, test } from "./fixtures";
import { APP, actions, filesIn, type Runpack } from "./harness";
import { checkZip } from "./verify-zip";

/** What the extension's pages have of the browser, as far as these tests ask it. */
declare const chrome: {
  contextMenus: { update(id: string, change: object, done: () => void): void };
  runtime: {
    lastError?: { message: string };
    getManifest(): { commands: Record<string, unknown>; omnibox: unknown };
  };
};

/** A site that has nothing to do with Skyvern. */
async function chat({ context }: Runpack): Promise<Page> {
  const page = await context.newPage();
  await page.goto("data:text/html,<p>A chat</p>");
  return page;
}

/** Where a user pastes what was copied. */
async function pasteBox({ context }: Runpack): Promise<Locator> {
  const page = await context.newPage();
  await page.goto("data:text/html,<input>");
  return page.getByRole("textbox");
}

test("has one item for each place, with the deeds and the presets below it", async ({ runpack }) => {
  const page = await runpack.context.newPage();
  await page.goto(runpack.extensionPage("options"));
  const ids = ["page", "link", "selection", "action"].flatMap((place) =>
    [
      "",
      ":bundle",
      ":folder",
      ":preview",
      ":copy",
      ":presets",
      ":everything",
      ":debug",
      ":media",
      ":downloads",
    ].map((deed) => place + deed),
  );
  const missing = await page.evaluate(
    async (all) => {
      const failed: string[] = [];
      for (const id of all)
        await new Promise<void>((resolve) => {
          chrome.contextMenus.update(id, {}, () => {
            if (chrome.runtime.lastError) failed.push(id);
            resolve();
          });
        });
      return failed;
    },
    [...ids, "image", "video", ...(runpack.chromium ? ["side-panel"] : [])],
  );
  expect(missing).toEqual([]);
});

test("exports the run that a link on another site leads to", async ({ runpack, server }) => {
  await chat(runpack);
  await runpack.clickMenu("link:bundle", { linkUrl: `${APP}/runs/${INVOICE}?wr=${FAILED}` });
  const { report } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  expect(report.run_id).toBe(FAILED);
});

test("exports a preset of the run in a selected text", async ({ runpack, server }) => {
  await chat(runpack);
  await runpack.clickMenu("selection:downloads", { selectionText: `run ${FAILED} failed again` });
  const { report } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  expect([report.run_id, report.preset, report.counts.written]).toEqual([FAILED, "downloads", 1]);
});

test("asks for a run where the selected text has none", async ({ runpack }) => {
  await chat(runpack);
  const opened = runpack.context.waitForEvent("page");
  await runpack.clickMenu("selection:bundle", { selectionText: "nothing to see" });
  const finder = await opened;
  await expect(finder.getByRole("alert")).toContainText("no run ID");
});

test("downloads, previews and copies the run of a page", async ({ runpack }) => {
  const page = await runpack.openRun(`/agents/${INVOICE_AGENT}/${FAILED}/overview`);
  await runpack.clickMenu("page:folder");
  await saved(page);
  expect(filesIn(runpack.downloads).every((path) => path.includes(`_${FAILED}/`))).toBe(true);
  await runpack.clickMenu("page:copy");
  const box = await pasteBox(runpack);
  await expect(async () => {
    await box.fill("");
    await box.press("ControlOrMeta+v");
    await expect(box).toHaveValue(FAILED, { timeout: 500 });
  }).toPass();
  await box.page().close();
  const opened = runpack.context.waitForEvent("page");
  await runpack.clickMenu("action:preview");
  await expect(await opened).toHaveURL((url) => url.href.includes(`/report.html?run=${FAILED}`));
});

test("saves a screenshot under the name that it has in an export", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const picture = page.locator("img[src*='/v1/artifacts/']").first();
  const source = (await picture.getAttribute("src")) ?? "";
  await runpack.clickMenu("image", { srcUrl: source });
  const path = await runpack.waitForDownload(/\.png$/);
  expect(path).toMatch(new RegExp(`Skyvern/[^/]+_${INVOICE}/steps/.+/\\d{3}-screenshot_\\w+\\.png$`));
  const id = /artifacts\/([^/]+)\/content/.exec(source)?.[1] ?? "";
  expect(readFileSync(path).equals(server.bytesOf(id))).toBe(true);
});

test("saves a recording under the name that it has in an export", async ({ runpack, server }) => {
  await runpack.openRun(`/runs/${INVOICE}/overview`);
  const recording = server.world.artifactsOf(INVOICE).find(({ row }) => row.artifact_type === "recording");
  const id = recording?.row.artifact_id ?? "";
  await runpack.clickMenu("video", { srcUrl: `https://api.skyvern.com/v1/artifacts/${id}/content` });
  const path = await runpack.waitForDownload(/\.webm$/);
  expect(path).toMatch(new RegExp(`Skyvern/[^/]+_${INVOICE}/recording/[^/]+\\.webm$`));
  expect(readFileSync(path).equals(server.bytesOf(id))).toBe(true);
});

test("exports the shown run by a key; where there is none, asks for one", async ({ runpack, server }) => {
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  const manifest = await options.evaluate(() => chrome.runtime.getManifest());
  expect(Object.keys(manifest.commands)).toEqual(
    expect.arrayContaining(["_execute_action", "export-run", "open-side-panel"]),
  );
  expect(manifest.omnibox).toEqual({ keyword: "sky" });
  await options.close();
  // The studio shows the agent's latest run, which its URL doesn't name.
  const page = await runpack.openRun(`/agents/${INVOICE_AGENT}/studio`);
  await runpack.pressCommand("export-run");
  await expect(actions(page).status).toContainText(/Saved \d/, { timeout: 30_000 });
  const { report } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  const shown = await page.locator("#studio-tab-overview").getAttribute("aria-label");
  expect(shown).toContain(report.run_id);
  await page.goto("about:blank");
  const opened = runpack.context.waitForEvent("page");
  await runpack.pressCommand("export-run");
  await expect(await opened).toHaveURL(/popup.html/);
});

test.describe("the address bar", () => {
  test("suggests runs by title, markup in titles made harmless", async ({ runpack }) => {
    const suggested = await runpack.suggestionsFor("evil");
    expect(suggested.map(({ content }) => content.replace(/\d+$/, ""))).toEqual(["wr_", "export wr_"]);
    // Firefox takes a description as text, Chromium as markup.
    const [harmless, marked] = runpack.firefox
      ? ['<img src=x onerror="alert(1)">', "evil"]
      : ["&lt;img src=x onerror=&quot;alert(1)&quot;&gt;", "<match>evil</match>"];
    expect(suggested[0]?.description).toContain(harmless);
    expect(suggested[0]?.description).toContain(marked);
  });

  test("opens the run on Enter, and exports it on Alt+Enter", async ({ runpack, server }) => {
    const page = await chat(runpack);
    await runpack.enterInAddressBar(FAILED, "currentTab");
    await expect(page).toHaveURL(`${APP}/runs/${FAILED}/overview`);
    await runpack.enterInAddressBar("claims", "newForegroundTab");
    const { report } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
    expect(report.run_id).toBe(FAILED);
  });
});

test.describe("the page of a browser session", () => {
  test("exports the session with one click", async ({ runpack, server }) => {
    const page = await runpack.openRun(`/browser-session/${SESSION_BROWSER}/recordings`);
    const button = page.locator("runpack-actions").getByRole("button", { name: "Export session" });
    await button.click();
    await saved(page);
    const { report, entries } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
    expect([report.run_id, report.counts.written]).toEqual([SESSION_BROWSER, 2]);
    expect(entries.has("data/action-log.json")).toBe(true);
  });
});
