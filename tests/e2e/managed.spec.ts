import type { Locator, Page } from "@playwright/test";
import { INVOICE } from "../practice/runs/ids";
import { expect, test } from "./fixtures";
import { actions, fillKey, type Runpack } from "./harness";
import { violations } from "./report-page";
import { readZip } from "./verify-zip";

const LINE = "Set by your administrator";

/** The choice of what to export, as the policy below leaves it. */
async function expectLocked(place: Locator): Promise<void> {
  const shareSafe = place.getByRole("switch", { name: "Share-safe" });
  await expect(shareSafe).toBeDisabled();
  await expect(shareSafe).toBeChecked();
  await expect(shareSafe).toHaveAccessibleDescription(new RegExp(LINE));
  await expect(place.getByRole("radio", { name: "Everything" })).toBeDisabled();
  await expect(place.getByRole("radio", { name: "Media" })).toBeEnabled();
  await expect(place.getByRole("radio", { name: "Debug essentials" })).toBeChecked();
  await expect(place.getByText(LINE)).toHaveCount(2);
}

/** The run's page offers what is allowed alone, and its export is by that. */
async function expectAllowedExport(runpack: Runpack): Promise<void> {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await actions(page).more.click();
  await expectLocked(actions(page).host.getByRole("dialog"));
  await actions(page).start("Export bundle");
  const entries = await readZip(await runpack.waitForDownload(/\.zip$/));
  const report = entries.get(`${INVOICE}/export-report.json`)?.head.toString("utf8") ?? "";
  expect(JSON.parse(report)).toMatchObject({ preset: "debug", share_safe: true });
}

/** By the browser's own page for trying policies, which hands them over as it does those of an administrator. */
test("what an administrator sets is shown, can't be changed, and holds for every export", {
  tag: "@chromium",
}, async ({ runpack }) => {
  const open = async (name: "options" | "popup"): Promise<Page> => {
    const page = await runpack.context.newPage();
    await page.goto(runpack.extensionPage(name));
    return page;
  };
  const options = await open("options");
  const used = await open("options");
  const key = used.getByRole("textbox", { name: "API key" });
  await key.fill("half a k");
  const address = options.getByRole("textbox", { name: "API address" });
  await expect(address).toBeEditable();
  const apiAddress = "https://api.skyvern.com";
  await runpack.chromium?.setPolicy({ apiAddress, shareSafe: true, presets: ["media", "debug"] });
  // Without being loaded anew.
  await expect(address).not.toBeEditable();
  await expect(address).toHaveValue(apiAddress);
  await expect(address).toHaveAccessibleDescription(LINE);
  await expect(options.getByRole("region", { name: LINE })).toContainText("Every export is share-safe.");
  const presets = options.getByRole("combobox", { name: "What to export" });
  await expect(presets.getByRole("option")).toHaveText(["Debug essentials", "Media"]);
  expect(await violations(options)).toEqual([]);
  // What someone is typing stays.
  await expect(used.getByRole("textbox", { name: "API address" })).not.toBeEditable();
  await expect(used.getByRole("combobox", { name: "What to export" }).getByRole("option")).toHaveCount(2);
  await expect(key).toHaveValue("half a k");

  const popup = await open("popup");
  await popup.getByRole("textbox", { name: "Run ID or link" }).fill(INVOICE);
  await popup.keyboard.press("Enter");
  const card = popup.getByRole("region", { name: "Invoice download" });
  await card.getByText("More export options").click();
  await expectLocked(card.locator("details").first());

  await expectAllowedExport(runpack);

  await runpack.chromium?.setPolicy({});
  await expect(address).toBeEditable();
});

test("what an administrator sets holds in Firefox, which reads it as it starts", {
  tag: "@firefox",
}, async ({ launch, server }) => {
  const policy = { apiAddress: "https://api.skyvern.com", shareSafe: true, presets: ["media", "debug"] };
  const runpack = await launch({ policy });
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  await expect(options.getByRole("textbox", { name: "API address" })).not.toBeEditable();
  await fillKey(options, server.apiKey);
  await expect(options.getByRole("status").first()).toContainText("Connected");
  await expect(options.getByRole("region", { name: LINE })).toContainText("Every export is share-safe.");
  await expectAllowedExport(runpack);
  await runpack.close();
});
