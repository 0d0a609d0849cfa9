/**
 * A browser under automation opens no context menu, has no address bar to type in and hears no shortcut: here the
 * background's own listeners get the event as the browser would send it (`dispatch`). What is between the user and
 * that event, the manifest and the items that were created, is checked beside it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page, Worker } from "@playwright/test";
import { EXTENSION } from "../../scripts/profile";
import { FAILED, INVOICE, INVOICE_AGENT, SESSION_BROWSER } from "../practice/runs/ids";
import { expect, saved, test } from "./fixtures";
import { APP, actions, filesIn, type Runpack } from "./harness";
import { checkZip } from "./verify-zip";

/** What the background's global object has of the browser, as far as these tests reach into it. */
declare const chrome: {
  tabs: { query(filter: { active: boolean; lastFocusedWindow: boolean }): Promise<unknown[]> };
  contextMenus: { update(id: string, change: object, done: () => void): void };
  runtime: { lastError?: { message: string } };
  omnibox: { onInputChanged: { dispatch(text: string, suggest: (rows: Row[]) => void): void } };
};
interface Row {
  content: string;
  description: string;
}
type Event = "contextMenus.onClicked" | "commands.onCommand" | "omnibox.onInputEntered";

async function background({ context }: Runpack): Promise<Worker> {
  return context.serviceWorkers()[0] ?? context.waitForEvent("serviceworker");
}

/** Sends an event to the background's listeners. "tab": the tab in front. */
async function dispatch(runpack: Runpack, event: Event, ...given: unknown[]): Promise<void> {
  const worker = await background(runpack);
  await worker.evaluate(
    async ([path, values]) => {
      const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
      const [area = "", name = ""] = path.split(".");
      const target: unknown = Reflect.get(Reflect.get(chrome, area), name);
      const send: unknown = Reflect.get(Object(target), "dispatch");
      if (typeof send !== "function") throw new Error(`${path} can't be dispatched`);
      send.call(target, ...values.map((value) => (value === "tab" ? tab : value)));
    },
    [event, given] as const,
  );
}

/** A click on a menu item, with what the browser tells of the place. */
function click(runpack: Runpack, menuItemId: string, place: Record<string, string> = {}): Promise<void> {
  return dispatch(runpack, "contextMenus.onClicked", { menuItemId, editable: false, ...place }, "tab");
}

/** A site that has nothing to do with Skyvern. */
async function chat({ context }: Runpack): Promise<Page> {
  const page = await context.newPage();
  await page.goto("data:text/html,<p>A chat</p>");
  return page;
}

test("has one item for each place, with the deeds and the presets below it", async ({ runpack }) => {
  const worker = await background(runpack);
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
  const missing = await worker.evaluate(
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
    [...ids, "image", "video", "side-panel"],
  );
  expect(missing).toEqual([]);
});

test("exports the run that a link on another site leads to", async ({ runpack, server }) => {
  await chat(runpack);
  await click(runpack, "link:bundle", { linkUrl: `${APP}/runs/${INVOICE}?wr=${FAILED}` });
  const { report } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  expect(report.run_id).toBe(FAILED);
});

test("exports a preset of the run in a selected text", async ({ runpack, server }) => {
  await chat(runpack);
  await click(runpack, "selection:downloads", { selectionText: `run ${FAILED} failed again` });
  const { report } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  expect([report.run_id, report.preset, report.counts.written]).toEqual([FAILED, "downloads", 1]);
});

test("asks for a run where the selected text has none", async ({ runpack }) => {
  await chat(runpack);
  const opened = runpack.context.waitForEvent("page");
  await click(runpack, "selection:bundle", { selectionText: "nothing to see" });
  const finder = await opened;
  await expect(finder.getByRole("alert")).toContainText("no run ID");
});

test("downloads, previews and copies the run of a page", async ({ runpack }) => {
  const page = await runpack.openRun(`/agents/${INVOICE_AGENT}/${FAILED}/overview`);
  await click(runpack, "page:folder");
  await saved(page);
  expect(filesIn(runpack.downloads).every((path) => path.includes(`_${FAILED}/`))).toBe(true);
  await click(runpack, "page:copy");
  await runpack.context.grantPermissions(["clipboard-read"], { origin: APP });
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(FAILED);
  const opened = runpack.context.waitForEvent("page");
  await click(runpack, "action:preview");
  expect((await opened).url()).toContain(`report.html?run=${FAILED}`);
});

test("saves a screenshot under the name that it has in an export", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const picture = page.locator("img[src*='/v1/artifacts/']").first();
  const source = (await picture.getAttribute("src")) ?? "";
  await click(runpack, "image", { srcUrl: source });
  const path = await runpack.waitForDownload(/\.png$/);
  expect(path).toMatch(new RegExp(`Skyvern/[^/]+_${INVOICE}/steps/.+/\\d{3}-screenshot_\\w+\\.png$`));
  const id = /artifacts\/([^/]+)\/content/.exec(source)?.[1] ?? "";
  expect(readFileSync(path).equals(server.bytesOf(id))).toBe(true);
});

test("exports the shown run by a key; where there is none, asks for one", async ({ runpack, server }) => {
  const { commands, omnibox } = JSON.parse(readFileSync(join(EXTENSION, "manifest.json"), "utf8"));
  expect(Object.keys(commands)).toEqual(
    expect.arrayContaining(["_execute_action", "export-run", "open-side-panel"]),
  );
  expect(omnibox).toEqual({ keyword: "sky" });
  // The studio shows the agent's latest run, which its URL doesn't name.
  const page = await runpack.openRun(`/agents/${INVOICE_AGENT}/studio`);
  await dispatch(runpack, "commands.onCommand", "export-run", "tab");
  await expect(actions(page).status).toContainText(/Saved \d/, { timeout: 30_000 });
  const { report } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  const shown = await page.locator("#studio-tab-overview").getAttribute("aria-label");
  expect(shown).toContain(report.run_id);
  await page.goto("about:blank");
  const opened = runpack.context.waitForEvent("page");
  await dispatch(runpack, "commands.onCommand", "export-run", "tab");
  expect((await opened).url()).toContain("popup.html");
});

test.describe("the address bar", () => {
  test("suggests runs by title, markup in titles made harmless", async ({ runpack }) => {
    const worker = await background(runpack);
    const suggested = await worker.evaluate(
      () =>
        new Promise<Row[]>((resolve) => {
          const suggest = (rows: Row[]) => {
            if (rows.length > 0) resolve(rows);
          };
          chrome.omnibox.onInputChanged.dispatch("evil", suggest);
        }),
    );
    expect(suggested.map(({ content }) => content.replace(/\d+$/, ""))).toEqual(["wr_", "export wr_"]);
    expect(suggested[0]?.description).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
    expect(suggested[0]?.description).toContain("<match>evil</match>");
  });

  test("opens the run on Enter, and exports it on Alt+Enter", async ({ runpack, server }) => {
    const page = await chat(runpack);
    await dispatch(runpack, "omnibox.onInputEntered", FAILED, "currentTab");
    await expect(page).toHaveURL(`${APP}/runs/${FAILED}/overview`);
    await dispatch(runpack, "omnibox.onInputEntered", "claims", "newForegroundTab");
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
