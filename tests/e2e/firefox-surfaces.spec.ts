import type { FirefoxDriver } from "./firefox";
import { expect, test } from "./fixtures";
import type { Runpack } from "./harness";

const WINDOW = 'Services.wm.getMostRecentWindow("navigator:browser")';

/** What the browser shows of the extension outside of pages, asked of the browser itself. */
test.describe("Firefox", { tag: "@firefox" }, () => {
  test.use({ keyStored: false });

  test("welcomes a new user in a tab, once", async ({ runpack, launch }) => {
    const { profile, downloads, extensionPage } = runpack;
    await expect.poll(() => tabs(runpack), { timeout: 30_000 }).toContain(extensionPage("welcome"));
    await runpack.context.close();
    const again = await launch({ profile, downloads });
    const page = await again.context.newPage();
    await page.goto(again.extensionPage("options"));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await tabs(again)).not.toContain(extensionPage("welcome"));
    await again.close();
  });

  test("has a side bar, which a key opens", async ({ runpack }) => {
    // The key is heard by a background that has heard of the installation.
    await expect.poll(() => tabs(runpack), { timeout: 30_000 }).toContain(runpack.extensionPage("welcome"));
    await runpack.pressCommand("open-side-panel");
    const shown = `${WINDOW}.SidebarController.browser.contentDocument
      ?.getElementById("webext-panels-browser")?.currentURI.spec ?? ""`;
    await expect.poll(() => driverOf(runpack).inBrowser(shown)).toContain("sidepanel.html");
  });

  test("says in a private window that the options belong in a normal one", async ({ runpack }) => {
    const opened = runpack.context.waitForEvent("page");
    await driverOf(runpack).openPrivately(runpack.extensionPage("options"));
    const options = await opened;
    await expect(options.getByRole("alert")).toContainText("This is a private window");
    await expect(options.getByRole("textbox", { name: "API key" })).toHaveCount(0);
    const normal = runpack.context.waitForEvent("page");
    await options.getByRole("button", { name: "Open in a normal window" }).click();
    await expect((await normal).getByRole("textbox", { name: "API key" })).toBeVisible();
  });

  function driverOf({ firefox }: Runpack): FirefoxDriver {
    if (!firefox) throw new Error("This is not Firefox");
    return firefox;
  }

  function tabs(runpack: Runpack): Promise<unknown> {
    return driverOf(runpack).inBrowser(
      `[...Services.wm.getEnumerator("navigator:browser")]
        .flatMap(({ gBrowser }) => gBrowser.tabs.map(({ linkedBrowser }) => linkedBrowser.currentURI.spec))`,
    );
  }
});
