/** What happens to a download when all is fetched, by Chromium's own pages and by another extension. */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Worker } from "@playwright/test";
import { generatedRun } from "../practice/runs/generated";
import type { PracticeServer } from "../practice/server";
import { contentCalls, expect, launchWithKey, saved, test } from "./fixtures";
import { actions, filesIn, type Runpack } from "./harness";
import { checkZip } from "./verify-zip";

const FILES = 4;
/** Of one file: all others have the same. */
const ODD_BYTES = 12_345;

function smallRun({ world }: PracticeServer, seed: number): string {
  return generatedRun(world, { count: FILES, bytesEach: 20_000, kind: "media", seed }).id;
}

const fetched = (server: PracticeServer, run: string) =>
  contentCalls(server).filter(({ path }) =>
    server.world.artifactsOf(run).some(({ row }) => path.includes(row.artifact_id)),
  );

test("a download that the administrator forbids fails, and is saved once it is allowed", {
  tag: "@chromium",
}, async ({ lasting: { runpack, server } }) => {
  const run = smallRun(server, 8001);
  const page = await runpack.openRun(`/runs/${run}/overview`);
  await runpack.chromium?.setPolicy({ DownloadRestrictions: 3 }, "chrome");
  await page.bringToFront();
  await actions(page).start("Export bundle");
  await expect(actions(page).alert).toContainText("set not to allow this download", { timeout: 30_000 });
  await runpack.chromium?.setPolicy({}, "chrome");
  await page.bringToFront();
  await actions(page).alert.getByRole("button", { name: "Try again" }).click();
  // For a moment the first failure stands there still.
  await expect(actions(page).status).toContainText(/Saved \d/, { timeout: 60_000 });
  const { report } = await checkZip(await runpack.waitForDownload(new RegExp(`${run}\\.zip$`)), server);
  expect(report.counts.written).toBe(FILES);
  expect(fetched(server, run)).toHaveLength(FILES);
  await page.close();
});

/** Another extension, which the browser asks about the names of downloads. */
function asked(folder: string, script: string): string {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    manifest_version: 3,
    name: "Sorter",
    version: "1",
    permissions: ["downloads", "storage"],
    background: { service_worker: "sorter.js" },
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "sorter.js"), script);
  return folder;
}

/** One that has its own idea of how downloads are called, as there are many. */
function sorter(folder: string): string {
  return asked(
    folder,
    `chrome.downloads.onDeterminingFilename.addListener((item, suggest) => {
      chrome.storage.session.get("rule").then(({ rule }) => {
        const wanted = rule.bytes === null || rule.bytes === item.fileSize;
        suggest({ filename: wanted ? rule.filename : "Evidence/other" });
      });
      return true;
    })`,
  );
}

/** One that has none: Chromium forgets the names all the same, as with DownThemAll. */
function silent(folder: string): string {
  return asked(folder, "chrome.downloads.onDeterminingFilename.addListener((_, suggest) => suggest())");
}

/** What the other extension calls downloads from now on. @param bytes only those of that size, others `other`; null: all */
async function call({ context }: Runpack, filename: string, bytes: number | null): Promise<void> {
  const isSorter = (worker: Worker) => worker.url().endsWith("/sorter.js");
  const worker =
    context.serviceWorkers().find(isSorter) ??
    (await context.waitForEvent("serviceworker", { predicate: isSorter }));
  await worker.evaluate(`chrome.storage.session.set(${JSON.stringify({ rule: { filename, bytes } })})`);
}

/** Picks from the menu of a file in the browser's own list. */
async function pick({ context }: Runpack, file: string, choice: string): Promise<void> {
  const list = await context.newPage();
  await list.goto("chrome://downloads");
  const row = list.getByRole("row").filter({ hasText: file }).first();
  await row.getByRole("button", { name: "More actions" }).click();
  await row.getByRole("menuitem", { name: choice }).click();
  await expect(row.getByRole("menuitem", { name: choice })).toBeHidden();
  await list.close();
}

test(
  "a download that another extension renames is told by its new name; held as dangerous under it, it is waited for",
  {
    tag: "@chromium",
  },
  async ({ launch, server, secondDay }, { outputDir }) => {
    const beside = sorter(join(outputDir, "sorter"));
    const runpack = await launchWithKey((options) => launch({ ...options, beside }), server, secondDay);
    const run = smallRun(server, 1);
    const [odd] = server.world.artifactsOf(run);
    if (odd) odd.body = { kind: "generated", seed: 1, length: ODD_BYTES, text: false };
    const page = await runpack.openRun(`/runs/${run}/overview`);
    const { status, alert, start } = actions(page);

    await call(runpack, "Evidence/sorted.zip", null);
    await start("Export bundle");
    await saved(page);
    const bundle = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
    expect(bundle.path).toBe(join(runpack.downloads, "Evidence", "sorted.zip"));
    await expect(status).toContainText("Evidence/sorted.zip");

    // Chromium takes this name for an extension's, and asks its user.
    await call(runpack, "Evidence/held.crx", ODD_BYTES);
    await start("Download all");
    await expect(status).toContainText("The browser holds the file and asks whether to keep it");
    await pick(runpack, "held.crx", "Delete from history");
    await page.bringToFront();
    await expect(alert).toContainText("The download was cancelled");
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(status).toContainText("The browser holds the file and asks whether to keep it");
    await pick(runpack, "held.crx", "Download unverified file");
    await page.bringToFront();
    await expect(status).toContainText(new RegExp(`Saved ${FILES} files .*Folder.*Evidence`));
    expect(fetched(server, run)).toHaveLength(2 * FILES);
    await runpack.close();
  },
);

test(
  "names that another extension takes away are given back",
  { tag: "@chromium" },
  async ({ launch, server, secondDay }, { outputDir }) => {
    const beside = { beside: silent(join(outputDir, "silent")), besideIsOlder: true };
    const runpack = await launchWithKey((options) => launch({ ...options, ...beside }), server, secondDay);
    const run = smallRun(server, 1);
    const page = await runpack.openRun(`/runs/${run}/overview`);
    await actions(page).start("Export bundle");
    await saved(page);
    await actions(page).start("Download all");
    await expect(actions(page).status).toContainText(`Saved ${FILES} files`);
    const files = filesIn(runpack.downloads);
    expect(files.filter((path) => !path.startsWith("Skyvern/"))).toEqual([]);
    expect(files.filter((path) => /\/\d{3}-screenshot_llm\.png$/.test(path))).toHaveLength(FILES);
    expect(files.filter((path) => path.endsWith(`${run}.zip`))).toHaveLength(1);
    await runpack.close();
  },
);

test(
  "names that can't be given back: a folder fails and says why, a bundle is told by its name",
  { tag: "@chromium" },
  async ({ launch, server, secondDay }, { outputDir }) => {
    const beside = { beside: silent(join(outputDir, "silent")) };
    const runpack = await launchWithKey((options) => launch({ ...options, ...beside }), server, secondDay);
    const page = await runpack.openRun(`/runs/${smallRun(server, 1)}/overview`);
    await actions(page).start("Download all");
    await expect(actions(page).alert).toContainText("Another extension takes away the names of downloads");
    expect(filesIn(runpack.downloads)).toEqual([]);
    await actions(page).start("Export bundle");
    await saved(page);
    const { path } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
    await expect(actions(page).status).toContainText(basename(path));
    await expect(actions(page).status).toContainText(/this bundle should be called .*wr_\d+\.zip/);
    expect(filesIn(runpack.downloads)).toHaveLength(1);
    await runpack.close();
  },
);
