import { INVOICE, SELF_HOSTED, UNKNOWN } from "../practice/runs/ids";
import { API_HOST } from "../practice/server";
import { expect, exportBundle, sharing as test } from "./fixtures";
import { actions, fillKey } from "./harness";

test("asks no host but the API for artifacts", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${SELF_HOSTED}/overview`);
  await exportBundle(page, runpack, server);
  const hosts = server.requests.filter(({ path }) => path.includes("/v1/")).map(({ host }) => host);
  expect([...new Set(hosts)]).toEqual([API_HOST]);
});

test("says whose key it is", async ({ runpack, server }) => {
  const page = await runpack.context.newPage();
  await page.goto(runpack.extensionPage("options"));
  await fillKey(page, server.apiKey);
  await expect(page.getByRole("status")).toContainText(server.world.organization.name);
});

test("says that there is no such run in the organization", async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  // The page of an unknown run has no buttons; an address that lags behind the page has.
  await page.evaluate((id) => history.replaceState(null, "", `/runs/${id}/overview`), UNKNOWN);
  await actions(page).start("Export bundle");
  await expect(actions(page).alert).toContainText(/no such run|not.*in this organization/i);
});

test.describe("without a stored key", () => {
  test.use({ keyStored: false });

  test("opens the options, and goes on after saving", async ({ runpack, server }) => {
    const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
    const opened = runpack.context.waitForEvent("page");
    await actions(page).start("Export bundle");
    const options = await opened;
    await expect(actions(page).alert).toContainText("API key");
    await fillKey(options, server.apiKey);
    await expect(options.getByRole("status")).toContainText("Connected");
    await expect(actions(page).status).toContainText(/Saved \d/, { timeout: 30_000 });
    await runpack.waitForDownload(/\.zip$/);
  });

  test("refuses a wrong key in the options, and says so", { tag: "@short" }, async ({ runpack }) => {
    const page = await runpack.context.newPage();
    await page.goto(runpack.extensionPage("options"));
    await fillKey(page, "wrong");
    await expect(
      page.getByRole("alert").or(page.getByRole("status")).filter({ hasText: /key/i }),
    ).toBeVisible();
    await expect(page.getByRole("status").filter({ hasText: "Connected" })).toHaveCount(0);
  });

  test("says when the API address isn't Skyvern's", async ({ runpack, server }) => {
    const page = await runpack.context.newPage();
    await page.goto(runpack.extensionPage("options"));
    await page.getByRole("textbox", { name: "API address" }).fill("https://app.skyvern.com");
    server.apiHosts.add("app.skyvern.com");
    await fillKey(page, server.apiKey);
    await expect(
      page
        .getByRole("alert")
        .or(page.getByRole("status"))
        .filter({ hasText: /address|Skyvern/ }),
    ).toBeVisible();
    await expect(page.getByRole("status").filter({ hasText: "Connected" })).toHaveCount(0);
  });

  test("masks the key until it is revealed", async ({ runpack }) => {
    const page = await runpack.context.newPage();
    await page.goto(runpack.extensionPage("options"));
    const key = page.getByLabel("API key", { exact: true });
    await expect(key).toBeVisible();
    expect(
      await key.evaluate(
        (box) => getComputedStyle(box).getPropertyValue("-webkit-text-security") + box.getAttribute("type"),
      ),
    ).toMatch(/disc|password/);
  });
});

for (const status of [401, 403]) {
  test(`says that the key no longer works (${status}), and opens the options`, async ({
    runpack,
    server,
  }) => {
    const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
    const refused = { kind: "status", status, body: '{"detail":"Invalid credentials"}' } as const;
    server.world.faults.set("/v1/*", refused);
    server.world.faults.set("/api/*", refused);
    const opened = runpack.context.waitForEvent("page");
    await actions(page).start("Export bundle");
    await expect(actions(page).alert).toContainText(/key/i);
    await expect(await opened).toHaveURL(/options\.html/);
  });
}

test("names bundles by the user's template, and shows it before", async ({ runpack, server }) => {
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  const template = options.getByRole("textbox", { name: "Name of bundles and folders" });
  await template.fill("{title}");
  await expect(options.getByText("The name needs {runId}")).toBeVisible();
  await template.fill("{date:yyyy-MM-dd} {status} {runId}");
  await expect(options.getByText("Skyvern/2026-03-31 completed wr_401122334455667788.zip")).toBeVisible();
  await options.getByRole("button", { name: "Save", exact: true }).click();
  await expect(options.getByText("Saved.")).toBeVisible();
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const { name } = await exportBundle(page, runpack, server);
  expect(name).toBe(`2026-02-16 completed ${INVOICE}.zip`);
});
