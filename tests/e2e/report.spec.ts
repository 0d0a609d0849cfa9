import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { Locator } from "@playwright/test";
import { FAILED, HOSTILE, INVOICE, PARENT } from "../practice/runs/ids";
import { writeZip } from "../practice/zip";
import { expect, exportBundle, saved, sharing as test } from "./fixtures";
import { actions, type Runpack } from "./harness";
import { openReport, showTab, TABS, unzip, violations } from "./report-page";
import { checkZip } from "./verify-zip";

let folder: string;

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "runpack-report-"));
});
test.afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Opens an unzipped bundle's report in a tab of its own. */
async function openFromDisk(runpack: Runpack, root: string, colorScheme: "light" | "dark" = "light") {
  const page = await runpack.context.newPage();
  // Before there is anything to change its colors, and none of them slowly.
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  return { page, ...(await openReport(page, root)) };
}

test("a bundle opens as a report, offline, and is walked by keyboard", { tag: "@short" }, async ({
  runpack,
  server,
}) => {
  const run = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const bundle = await exportBundle(run, runpack, server);
  const { page, asked, said } = await openFromDisk(runpack, unzip(bundle.path, folder));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Invoice download / ACME: Q1");
  await expect(page.getByRole("main")).toContainText("91 files");
  await page.keyboard.press("2");
  const list = page.getByRole("listbox", { name: "Timeline" });
  const chosen = list.getByRole("option", { selected: true });
  await expect(chosen).toContainText("sign_in");
  for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowDown");
  await expect(chosen).toContainText("Input text");
  await expect(
    page
      .getByRole("tabpanel", { name: /Screenshots/ })
      .getByRole("img")
      .first(),
  ).toBeVisible();
  await page.getByRole("tab", { name: /^Prompt/ }).click();
  await expect(page.getByRole("tabpanel", { name: /^Prompt/ })).toContainText(
    "Sign in with the given credentials",
  );
  await page.keyboard.press("3");
  await expect(page.getByRole("main")).toContainText("http://portal.acme.example/api/session");
  await page.keyboard.press("4");
  await expect(page.getByRole("main")).toContainText("portal ready");
  await page.keyboard.press("5");
  await expect(page.getByRole("link", { name: "invoice 2026-01.pdf" })).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("9007199254740993");
  await expect(page.getByRole("region", { name: "Search results" })).toContainText("9007199254740993");
  expect({ asked, said }).toEqual({ asked: [], said: [] });
});

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing wrong with a report (${scheme})`, async ({ runpack, server }) => {
    const run = await runpack.openRun(`/runs/${FAILED}/overview`);
    const bundle = await exportBundle(run, runpack, server);
    const { page } = await openFromDisk(runpack, unzip(bundle.path, folder), scheme);
    for (const tab of TABS) {
      await showTab(page, tab);
      expect([tab, await violations(page)]).toEqual([tab, []]);
    }
  });
}

test("a failed run says why, and its failed step is one key away", async ({ runpack, server }) => {
  const run = await runpack.openRun(`/runs/${FAILED}/overview`);
  const bundle = await exportBundle(run, runpack, server);
  const { page } = await openFromDisk(runpack, unzip(bundle.path, folder));
  await expect(page.getByRole("region", { name: "Why it failed" })).toBeVisible();
  await page.keyboard.press("f");
  await expect(page.getByRole("option", { selected: true })).toHaveClass(/failed/);
});

test("a run of hostile files runs nothing", { tag: "@short" }, async ({ runpack, server }) => {
  const run = await runpack.openRun(`/runs/${HOSTILE}/overview`);
  const bundle = await exportBundle(run, runpack, server);
  const { page, asked, said } = await openFromDisk(runpack, unzip(bundle.path, folder));
  for (const index of TABS.keys()) {
    await page.keyboard.press(String(index + 1));
    for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowDown");
    for (const part of await page.locator(".parts [role=tab]").all()) await part.click();
  }
  await page.keyboard.press("/");
  await page.keyboard.type("script");
  await expect(page.getByRole("region", { name: "Search results" })).toBeVisible();
  expect(await page.title()).not.toContain("owned");
  expect({ asked, said: said.filter((text) => !/media|decode/i.test(text)) }).toEqual({
    asked: [],
    said: [],
  });
});

test("anybody can check a bundle: with sha256sum, and by the report itself", async ({ runpack, server }) => {
  const run = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const bundle = await exportBundle(run, runpack, server);
  const root = unzip(bundle.path, folder);
  for (const manifest of ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
    execFileSync("sha256sum", ["--quiet", "--strict", "-c", manifest], { cwd: root });
  const { page } = await openFromDisk(runpack, root);
  const verify = page.getByRole("region", { name: "Verify" });
  await verify.getByLabel("Choose the ZIP").setInputFiles(bundle.path);
  await expect(verify.getByRole("status")).toContainText(/All \d+ files are as they were exported/);
  appendFileSync(join(root, "data", "run.json"), " ");
  rmSync(join(root, "data", "timeline.json"));
  const changed = join(folder, "changed.zip");
  writeFileSync(changed, zipOf(root));
  await verify.getByLabel("Choose the ZIP").setInputFiles(changed);
  await expectChanges(verify);
});

// WebDriver has no way to choose a folder in Firefox.
test("an unpacked bundle is checked by the report as well", { tag: "@chromium" }, async ({
  runpack,
  server,
}) => {
  const run = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const root = unzip((await exportBundle(run, runpack, server)).path, folder);
  const { page } = await openFromDisk(runpack, root);
  const verify = page.getByRole("region", { name: "Verify" });
  await verify.getByLabel("Choose the folder").setInputFiles(root);
  await expect(verify.getByRole("status")).toContainText(/All \d+ files are as they were exported/);
  appendFileSync(join(root, "data", "run.json"), " ");
  rmSync(join(root, "data", "timeline.json"));
  await verify.getByLabel("Choose the folder").setInputFiles(root);
  await expectChanges(verify);
});

async function expectChanges(verify: Locator): Promise<void> {
  const outcome = verify.getByRole("status");
  await expect(outcome).toContainText("Changed");
  await expect(outcome).toContainText("data/run.json");
  await expect(outcome).toContainText("data/timeline.json");
}

/** A ZIP of the folder with everything below it. */
function zipOf(root: string): Buffer {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return writeZip(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: relative(dirname(root), path), data: readFileSync(path), method: "stored" };
    }),
  );
}

test("the panel tells what each choice takes along, and picks by type", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const { host, more } = actions(page);
  await more.click();
  const panel = host.getByRole("dialog");
  await expect(panel).toContainText("91 files");
  await expect(panel).toContainText(/disk space/);
  await panel.getByRole("radio", { name: "Media" }).click();
  await expect(panel).not.toContainText("91 files");
  await panel.getByRole("radio", { name: "Pick types" }).click();
  await panel.getByRole("checkbox", { name: "HAR and trace" }).click();
  await expect(panel).toContainText("2 files");
  await panel.getByRole("button", { name: "Export", exact: true }).click();
  await saved(page);
  const { report } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  expect(report.written.map(({ artifact_type: type }) => type).sort()).toEqual(["har", "trace"]);
});

test("a share-safe export holds no secret, and says what it took out", async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const { host, more } = actions(page);
  await more.click();
  const panel = host.getByRole("dialog");
  await panel.getByRole("switch", { name: "Share-safe" }).click();
  await expect(panel).toContainText(/Share-safe leaves out \d+ files/);
  await panel.getByRole("button", { name: "Export", exact: true }).click();
  await saved(page);
  const root = unzip(await runpack.waitForDownload(/\.zip$/), folder);
  execFileSync("sha256sum", ["--quiet", "-c", "manifest-sha256.txt"], { cwd: root });
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(root, path)).isFile(),
  );
  const secrets = ["header-secret-4e5f6a", "hook-secret-1b2c3d", "JBSWY3DPEHPK3PXP"];
  for (const path of files) {
    const text = readFileSync(join(root, path), "latin1");
    expect([path, secrets.filter((secret) => text.includes(secret))]).toEqual([path, []]);
  }
  expect(files.filter((path) => /\.(?:png|webm|pdf)$/.test(path))).toEqual([]);
  const opened = await openFromDisk(runpack, root);
  await expect(opened.page.getByRole("region", { name: "Share-safe" })).toContainText("[redacted");
});

test("a run can be looked at without exporting it", async ({ runpack }) => {
  const page = await runpack.openRun(`/runs/${PARENT}/overview`);
  const { host, more } = actions(page);
  await more.click();
  const opening = runpack.context.waitForEvent("page");
  await host.getByRole("button", { name: "Preview run" }).click();
  const preview = await opening;
  await expect(preview).toHaveURL(/report\.html\?run=wr_/);
  await expect(preview.getByRole("tab", { name: "Timeline" })).toBeVisible();
  await preview.keyboard.press("2");
  await expect(preview.getByRole("listbox", { name: "Timeline" }).getByRole("option").first()).toBeVisible();
  await preview.keyboard.press("ArrowDown");
  await expect(preview.locator(".thumb img").first()).toHaveJSProperty("complete", true);
  expect(await preview.locator(".thumb img").first().getAttribute("src")).toMatch(/^blob:/);
});
