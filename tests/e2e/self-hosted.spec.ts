import type { Page } from "@playwright/test";
import { type LocalSkyvern, startLocalSkyvern } from "../practice/local";
import { INVOICE, SELF_HOSTED } from "../practice/runs/ids";
import { test as base, expect, exportBundle } from "./fixtures";
import { actions, fillKey, type Runpack } from "./harness";

/** Of the extension's pages. */
declare const chrome: { scripting: { getRegisteredContentScripts(): Promise<object[]> } };

const test = base.extend<{ older: boolean; local: LocalSkyvern }>({
  older: [false, { option: true }],
  local: async ({ server, older }, use) => {
    const local = await startLocalSkyvern(server, { older });
    await use(local);
    await local.close();
  },
});

/** Adds the local server as a user does who allows it when the browser asks. */
async function addLocal(runpack: Runpack, local: LocalSkyvern): Promise<Page> {
  await runpack.allowHosts([local.uiOrigin, local.apiAddress]);
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  await options.getByRole("textbox", { name: "API address" }).fill(local.apiAddress);
  await options.getByRole("textbox", { name: "Address of the web page" }).fill(local.uiOrigin);
  await fillKey(options, local.apiKey);
  await expect(options.getByRole("status")).toContainText("Connected");
  return options;
}

async function openLocalRun(runpack: Runpack, local: LocalSkyvern, run: string): Promise<Page> {
  const page = await runpack.context.newPage();
  await page.goto(`${local.uiOrigin}/runs/${run}/overview`);
  await expect(actions(page).host).toBeAttached();
  return page;
}

test("a server of one's own works beside the cloud, each with its own key", async ({
  runpack,
  server,
  local,
}) => {
  const options = await addLocal(runpack, local);
  const list = options.getByRole("region", { name: "Servers" }).getByRole("listitem");
  await expect(list).toHaveText([/Skyvern Cloud/, /localhost:8080|localhost:\d+/]);

  const page = await openLocalRun(runpack, local, SELF_HOSTED);
  const { report } = await exportBundle(page, runpack, server);
  expect(report).toMatchObject({ api_address: local.apiAddress, counts: { missing: 0 } });
  await exportBundle(await runpack.openRun(`/runs/${INVOICE}/overview`), runpack, server);

  const keys = (requests: typeof local.requests) =>
    new Set(requests.flatMap(({ headers }) => headers["x-api-key"] ?? []));
  expect(keys(local.requests)).toEqual(new Set([local.apiKey]));
  expect(keys(server.requests)).toEqual(new Set([server.apiKey]));
});

test("pages of one's own server have buttons after a restart, and none once it is removed", async ({
  runpack,
  launch,
  local,
}) => {
  await addLocal(runpack, local);
  await runpack.context.close();
  const again = await launch({ profile: runpack.profile, downloads: runpack.downloads });
  try {
    const page = await openLocalRun(again, local, INVOICE);
    const options = await again.context.newPage();
    await options.goto(again.extensionPage("options"));
    await options.getByRole("button", { name: /localhost/ }).click();
    await options.getByRole("button", { name: "Remove server" }).click();
    await expect(options.getByRole("status")).toContainText("removed");
    await page.reload();
    await expect(page.getByRole("link", { name: "Rerun" })).toBeVisible();
    const scripts = await options.evaluate(() => chrome.scripting.getRegisteredContentScripts());
    expect(scripts).toEqual([]);
    await expect(actions(page).host).not.toBeAttached();
  } finally {
    await again.close();
  }
});

test.describe("an older server", () => {
  test.use({ older: true });

  test("is exported by what it can tell, and the report says what it couldn't", async ({
    runpack,
    server,
    local,
  }) => {
    const options = await addLocal(runpack, local);
    await expect(options.getByRole("status")).toHaveText("Connected");
    const page = await openLocalRun(runpack, local, INVOICE);
    const { report } = await exportBundle(page, runpack, server);
    // Without its size, a file that was never stored because it is empty can't be told from one that is lost.
    const empty = server.world.artifactsOf(INVOICE).filter(({ row }) => row.file_size === 0);
    expect(report.missing.map(({ artifact_id }) => artifact_id)).toEqual(
      empty.map(({ row }) => row.artifact_id),
    );
    expect(report.written.length).toBeGreaterThan(50);
    expect(report.warnings.join()).toMatch(/timeline/);
  });
});

test("the cloud's key goes to no other address because only the address was changed", async ({
  runpack,
  local,
}) => {
  await runpack.allowHosts([local.uiOrigin, local.apiAddress]);
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  await options.getByRole("textbox", { name: "API address" }).fill(local.apiAddress);
  await options.getByRole("button", { name: "Save and test" }).click();
  await expect(options.getByRole("alert")).toContainText("goes nowhere else");
  expect(local.requests).toEqual([]);
});

test("what version 0.1 stored is the cloud's key", async ({ runpack, server }) => {
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  await options.evaluate(async (apiKey) => {
    const opened = indexedDB.open("runpack");
    await new Promise((resolve) => {
      opened.onsuccess = resolve;
    });
    const settings = opened.result.transaction("settings", "readwrite").objectStore("settings");
    settings.delete("servers");
    settings.put({ apiKey, apiAddress: "https://api.skyvern.com" }, "access");
    await new Promise((resolve) => {
      settings.transaction.oncomplete = resolve;
    });
    opened.result.close();
  }, server.apiKey);
  await exportBundle(await runpack.openRun(`/runs/${INVOICE}/overview`), runpack, server);
});

test("a site that the user wants Runpack on becomes a server", async ({ runpack, local }) => {
  await runpack.allowHosts([local.uiOrigin, local.apiAddress]);
  const page = await runpack.context.newPage();
  await page.goto(`${local.uiOrigin}/runs/${INVOICE}/overview`);
  const opened = runpack.context.waitForEvent("page");
  await runpack.clickMenu("use-on-this-site", { pageUrl: page.url() });
  const options = await opened;
  // At once: from the API's address on the usual ports it could be guessed.
  await expect(options.getByRole("textbox", { name: "Address of the web page" })).toHaveValue(local.uiOrigin);
  await options.getByRole("textbox", { name: "API address" }).fill(local.apiAddress);
  await expect(options.getByRole("textbox", { name: "Address of the web page" })).toHaveValue(local.uiOrigin);
  await fillKey(options, local.apiKey);
  await expect(options.getByRole("status")).toContainText("Connected");
  // The page that was open already needs no reload.
  await expect(actions(page).exportBundle).toBeVisible();
});
