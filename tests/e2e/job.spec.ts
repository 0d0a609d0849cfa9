import { generatedRun } from "../practice/runs/generated";
import { INVOICE } from "../practice/runs/ids";
import type { PracticeServer } from "../practice/server";
import { contentCalls, expect, exportBundle, sharing as test } from "./fixtures";
import { APP, actions, filesIn } from "./harness";
import { checkZip } from "./verify-zip";

/** A run that takes some seconds. */
function slowRun(server: PracticeServer): string {
  server.world.contentLatencyMs = 500;
  return generatedRun(server.world, { count: 60, bytesEach: 20_000, kind: "mixed" }).id;
}

test("shows progress while it works", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${slowRun(server)}/overview`);
  await actions(page).start("Export bundle");
  await expect(actions(page).status).toContainText(/\d+ of 60 files/);
  await expect(actions(page).status).toContainText(/[1-9]\d?%/);
});

test("stops at once when cancelled, and saves nothing", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${slowRun(server)}/overview`);
  await actions(page).start("Export bundle");
  await expect(actions(page).status).toContainText(/[1-9]\d* of 60 files/);
  await actions(page).cancel.click();
  await expect(actions(page).status).toContainText("cancelled", { timeout: 2000 });
  await page.waitForTimeout(1000);
  const calls = contentCalls(server).length;
  await page.waitForTimeout(2000);
  expect(contentCalls(server)).toHaveLength(calls);
  expect(calls).toBeLessThan(60);
  expect(filesIn(runpack.downloads)).toEqual([]);
  expect(await runpack.packs()).toEqual([]);
});

test("exports again after a cancelled export", async ({ runpack, server }) => {
  const run = slowRun(server);
  const page = await runpack.openRun(`/runs/${run}/overview`);
  await actions(page).start("Export bundle");
  await actions(page).cancel.click();
  await expect(actions(page).status).toContainText("cancelled");
  server.world.contentLatencyMs = 0;
  const { report } = await exportBundle(page, runpack, server);
  expect(report.counts.written).toBe(60);
});

test("goes on while the page is reloaded, and shows the job again", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${slowRun(server)}/overview`);
  await actions(page).start("Export bundle");
  await expect(actions(page).status).toContainText(/[1-9]\d* of 60 files/);
  await page.reload();
  await expect(actions(page).cancel).toBeVisible();
  await expect(actions(page).status).toContainText("Saved 60 files", { timeout: 30_000 });
  await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  const asked = contentCalls(server).map(({ path }) => path.split("?", 1)[0]);
  expect(new Set(asked).size).toBe(asked.length);
});

test("goes on when its page is closed", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${slowRun(server)}/overview`);
  await actions(page).start("Export bundle");
  await expect(actions(page).status).toContainText(/[1-9]\d* of 60 files/);
  await page.goto("about:blank");
  await page.close();
  const { report } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  expect(report.counts.written).toBe(60);
});

test("shows the result to a user who comes back", async ({ runpack, server }) => {
  const run = slowRun(server);
  const page = await runpack.openRun(`/runs/${run}/overview`);
  await actions(page).start("Export bundle");
  await expect(actions(page).status).toContainText(/[1-9]\d* of 60 files/);
  await page.goto(`${APP}/runs/${INVOICE}/overview`);
  await runpack.waitForDownload(/\.zip$/);
  await page.goto(`${APP}/runs/${run}/overview`);
  await expect(actions(page).status).toContainText("Saved 60 files");
});

test("joins two exports of one run into one job", async ({ runpack, server }) => {
  const run = slowRun(server);
  const first = await runpack.openRun(`/runs/${run}/overview`);
  const second = await runpack.openRun(`/runs/${run}/overview`);
  await actions(first).start("Export bundle");
  await expect(actions(first).cancel).toBeVisible();
  await actions(second).start("Export bundle");
  await expect(actions(first).status).toContainText("Saved 60 files", { timeout: 30_000 });
  await expect(actions(second).status).toContainText("Saved 60 files");
  await second.waitForTimeout(1000);
  expect(filesIn(runpack.downloads)).toHaveLength(1);
  expect(contentCalls(server)).toHaveLength(60);
});

test("starts one job for a double click", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${slowRun(server)}/overview`);
  await actions(page).exportBundle.dblclick();
  await expect(actions(page).status).toContainText("Saved 60 files", { timeout: 30_000 });
  await page.waitForTimeout(1000);
  expect(filesIn(runpack.downloads)).toHaveLength(1);
});
