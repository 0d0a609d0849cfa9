/**
 * What needs a user. Chromium under automation shows neither a notification nor a menu: notifications are read as the
 * browser holds them, and a click on one is sent to the background's own listeners, as the browser would send it. The
 * click that opens the side panel is a real one. All by Chromium's service worker, which Firefox has not; its sidebar is
 * in firefox-surfaces.
 */
import { generatedRun } from "../practice/runs/generated";
import { INVOICE } from "../practice/runs/ids";
import { API_HOST } from "../practice/server";
import { contentCalls, expect, saved, test } from "./fixtures";
import { actions, type Runpack } from "./harness";

/** What the background has of the browser, as far as these tests reach into it. */
declare const chrome: {
  action: { getBadgeText(of: object): Promise<string> };
  downloads: {
    show(file: number): void;
    /** Left by a test. */
    shown?: number;
    search(query: { id: number }): Promise<{ filename: string }[]>;
  };
  notifications: {
    getAll(): Promise<object>;
    onClicked: { dispatch(id: string): void };
  };
  runtime: { getContexts(filter: { contextTypes: string[] }): Promise<{ documentUrl?: string }[]> };
};

const ABOUT_ACCESS = `access:https://${API_HOST}`;

async function background({ context }: Runpack) {
  return context.serviceWorkers()[0] ?? context.waitForEvent("serviceworker");
}

async function notified(runpack: Runpack): Promise<string[]> {
  return (await background(runpack)).evaluate(async () => Object.keys(await chrome.notifications.getAll()));
}

/** Clicks the notification about access. @returns the address of the page that opens */
async function follow(runpack: Runpack): Promise<string> {
  const opened = runpack.context.waitForEvent("page");
  await (await background(runpack)).evaluate(
    (id) => chrome.notifications.onClicked.dispatch(id),
    ABOUT_ACCESS,
  );
  const page = await opened;
  await page.waitForURL(/^chrome-extension/);
  return page.url();
}

test("a refused key is told, and a click leads to where it is mended", { tag: "@chromium" }, async ({
  runpack,
  server,
}) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  for (const path of ["/v1/*", "/api/*"])
    server.world.faults.set(path, { kind: "status", status: 403, body: '{"detail":"Invalid credentials"}' });
  const opened = runpack.context.waitForEvent("page");
  await actions(page).start("Export bundle");
  await (await opened).close();
  await expect.poll(() => notified(runpack)).toEqual([ABOUT_ACCESS]);
  expect(await follow(runpack)).toContain("options.html");
  await expect.poll(() => notified(runpack)).toEqual([]);
});

test("a permission that is taken back in the midst of a job is told, and a click leads to where it is given", {
  tag: "@chromium",
}, async ({ runpack, server }) => {
  server.world.contentLatencyMs = 500;
  const { id } = generatedRun(server.world, { count: 200, bytesEach: 2000, kind: "mixed" });
  const page = await runpack.openRun(`/runs/${id}/overview`);
  await actions(page).start("Export bundle");
  await expect.poll(() => contentCalls(server).length).toBeGreaterThan(0);
  await runpack.chromium?.withholdHosts();
  const options = () => runpack.context.pages().find((each) => each.url().includes("options.html"));
  await expect.poll(() => options()?.url()).toBeTruthy();
  await options()?.close();
  // The page, too, which the extension may not reach any more either.
  await expect(actions(page).alert).toContainText("doesn't let Runpack reach");
  await expect.poll(() => notified(runpack)).toEqual([ABOUT_ACCESS]);
  expect(await follow(runpack)).toContain("options.html");
});

test("an export shows on the icon how far it is; its end is told, and a click shows the file", {
  tag: "@chromium",
}, async ({ runpack, server }) => {
  server.world.contentLatencyMs = 300;
  const { id } = generatedRun(server.world, { count: 40, bytesEach: 2000, kind: "mixed" });
  const page = await runpack.openRun(`/runs/${id}/overview`);
  await actions(page).start("Export bundle");
  const worker = await background(runpack);
  const badge = () => worker.evaluate(() => chrome.action.getBadgeText({}));
  await expect.poll(badge, { intervals: [50] }).toMatch(/^[1-9]\d?%$/);
  await saved(page);
  await expect.poll(badge).toBe("");
  await expect.poll(() => notified(runpack)).toHaveLength(1);
  // Which file the system's file manager is asked to show can't be seen any other way.
  await worker.evaluate(() => {
    chrome.downloads.show = (file) => {
      chrome.downloads.shown = file;
    };
  });
  const [told = ""] = await notified(runpack);
  await worker.evaluate((note) => chrome.notifications.onClicked.dispatch(note), told);
  const shownFile = () =>
    worker.evaluate(async () => {
      const { shown } = chrome.downloads;
      const files = shown === undefined ? [] : await chrome.downloads.search({ id: shown });
      return files[0]?.filename ?? "";
    });
  await expect.poll(shownFile).toMatch(new RegExp(`${id}\\.zip$`));
});

test("the popup opens the side panel, and makes room for it", { tag: "@chromium" }, async ({ runpack }) => {
  const popup = await runpack.context.newPage();
  await popup.goto(runpack.extensionPage("popup"));
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Open side panel" }).click();
  await closed;
  const panels = async () => {
    const worker = await background(runpack);
    return worker.evaluate(() => chrome.runtime.getContexts({ contextTypes: ["SIDE_PANEL"] }));
  };
  await expect.poll(panels).toHaveLength(1);
});
