import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "@playwright/test";
import { generatedRun } from "../practice/runs/generated";
import { INVOICE } from "../practice/runs/ids";
import type { FirefoxDriver } from "./firefox";
import { contentCalls, expect, exportBundle, saved, test } from "./fixtures";
import { actions, filesIn, type Runpack } from "./harness";
import { unzip } from "./report-page";
import { checkZip } from "./verify-zip";

// What Firefox does its own way: suspends the event page, reads a Blob of many parts into memory, lets permissions go.
test.describe("Firefox", { tag: "@firefox" }, () => {
  const MIB = 1024 * 1024;

  function driverOf({ firefox }: Runpack): FirefoxDriver {
    if (!firefox) throw new Error("This is for Firefox alone");
    return firefox;
  }

  /** Firefox opens so many connections to a host. */
  const AT_ONCE = 6;

  test("keeps its background awake for a job of more than 30 s, and not longer", { tag: "@short" }, async ({
    runpack,
    server,
  }) => {
    test.setTimeout(200_000);
    const driver = driverOf(runpack);
    // Two rounds of downloads, neither of which gives the background anything to do.
    const { id } = generatedRun(server.world, { count: AT_ONCE + 1, bytesEach: 20_000, kind: "media" });
    server.world.contentLatencyMs = 17_000;
    const page = await runpack.openRun(`/runs/${id}/overview`);
    await actions(page).start("Export bundle");
    await page.goto("about:blank");
    const { report } = await checkZip(await runpack.waitForDownload(/\.zip$/, 80_000), server);
    expect(report.counts).toMatchObject({ written: AT_ONCE + 1, missing: 0 });
    expect(contentCalls(server)).toHaveLength(AT_ONCE + 1);
    await expect
      .poll(() => driver.backgroundState(), { timeout: 60_000, intervals: [500] })
      .not.toBe("running");
  });

  test("goes on with a job whose background was ended, fetching what it has not again", {
    tag: "@short",
  }, async ({ runpack, server }) => {
    server.world.contentLatencyMs = 300;
    const { id } = generatedRun(server.world, { count: 200, bytesEach: 20_000, kind: "mixed" });
    const page = await runpack.openRun(`/runs/${id}/overview`);
    await actions(page).start("Export bundle");
    const fetched = () => server.requests.filter(({ path }) => path.includes("/content")).length;
    await expect.poll(fetched, { timeout: 30_000 }).toBeGreaterThan(60);
    await runpack.stopBackground();
    // Any event wakes it; so does the alarm, within a minute.
    await page.reload();
    await expect(actions(page).status).toContainText("Saved 200 files", { timeout: 60_000 });
    await checkZip(await runpack.waitForDownload(/\.zip$/), server);
    expect(fetched()).toBeLessThanOrEqual(200 + AT_ONCE * 2);
    expect(filesIn(runpack.downloads)).toHaveLength(1);
  });

  for (const button of ["Export bundle", "Download all"] as const) {
    test(`saves big files in many pieces without holding them in memory: ${button}`, async ({
      runpack,
      server,
    }) => {
      const { id } = generatedRun(server.world, { count: 3, bytesEach: 100 * MIB, kind: "media" });
      const page = await runpack.openRun(`/runs/${id}/overview`);
      await driverOf(runpack).endNetworkEvents();
      const before = await memoryOfBrowser(driverOf(runpack));
      let most = 0;
      await actions(page).start(button);
      // What comes faster than it is written waits in the parent process meanwhile: this server is the same machine.
      const { status, alert } = actions(page);
      await expect(status.or(alert).first()).toContainText(/Sav(?:ing|ed)|failed/, { timeout: 60_000 });
      while (!/Saved|failed/.test((await status.or(alert).allTextContents()).join()))
        most = Math.max(most, await memoryOfBrowser(driverOf(runpack)));
      await saved(page);
      most = Math.max(most, await memoryOfBrowser(driverOf(runpack)));
      if (button === "Export bundle") await checkZip(await runpack.waitForDownload(/\.zip$/), server);
      test
        .info()
        .annotations.push({ type: "memory", description: `${Math.round((most - before) / MIB)} MiB more` });
      // The parent process would hold all 300 MiB, and keep them.
      expect(most - before).toBeLessThan(150 * MIB);
    });
  }

  test("may use more than 10 GiB of the disk, without asking the user", async ({ runpack, server }) => {
    const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
    await exportBundle(page, runpack, server);
    const popup = await runpack.context.newPage();
    await popup.goto(runpack.extensionPage("popup"));
    expect(await popup.evaluate("navigator.storage.persisted()")).toBe(true);
  });

  test("says that a permission was taken back, asks for it, and goes on", { tag: "@short" }, async ({
    runpack,
    server,
  }) => {
    await driverOf(runpack).revoke("https://api.skyvern.com");
    const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
    const opened = runpack.context.waitForEvent("page");
    await actions(page).start("Export bundle");
    await expect(actions(page).alert).toContainText("doesn't let Runpack reach https://api.skyvern.com");
    const options = await opened;
    await expect(options.getByRole("alert").first()).toContainText("may not reach this server any more");
    await options.getByRole("button", { name: "Save and test" }).click();
    await expect(options.getByRole("status").first()).toContainText("Connected");
    await saved(page);
    await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  });

  test("says in the popup that a permission is missing", async ({ runpack }) => {
    await driverOf(runpack).revoke("https://api.skyvern.com");
    const popup = await runpack.context.newPage();
    await popup.goto(runpack.extensionPage("popup"));
    await popup.getByRole("textbox", { name: "Run ID or link" }).fill(INVOICE);
    await popup.getByRole("button", { name: "Look up" }).click();
    await expect(popup.getByRole("alert")).toContainText("doesn't let Runpack reach");
    await expect(popup.getByRole("button", { name: "Open options" })).toBeVisible();
  });

  test("plays the recording of a report from disk", { tag: "@short" }, async ({ runpack, server }) => {
    const folder = mkdtempSync(join(tmpdir(), "runpack-report-"));
    const run = await runpack.openRun(`/runs/${INVOICE}/overview`);
    const bundle = await exportBundle(run, runpack, server);
    const page = await runpack.context.newPage();
    const root = unzip(bundle.path, folder);
    execFileSync("sha256sum", ["--quiet", "-c", "manifest-sha256.txt"], { cwd: root });
    await page.goto(pathToFileURL(join(root, "index.html")).href);
    await page.keyboard.press("2");
    await expect(page.locator("video").first()).toBeVisible();
    await expect.poll(() => played(page), { timeout: 15_000 }).toBeGreaterThan(0.2);
    rmSync(folder, { recursive: true, force: true });
  });

  /** How far the recording came, seconds; starts it where it stands. */
  function played(page: Page): Promise<number> {
    return page
      .locator("video")
      .first()
      .evaluate(async (video: HTMLVideoElement) => {
        video.muted = true;
        await video.play();
        return video.currentTime;
      });
  }

  /** Bytes that the browser's parent process holds, which reads Blobs when it saves them. */
  async function memoryOfBrowser(driver: FirefoxDriver): Promise<number> {
    return Number(await driver.inBrowser("ChromeUtils.requestProcInfo().then(({ memory }) => memory)"));
  }
});
