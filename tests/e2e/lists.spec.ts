import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Locator, Page } from "@playwright/test";
import { generatedRun } from "../practice/runs/generated";
import { FAILED, GAPS, INVOICE, SESSION, SESSION_BROWSER, TASK } from "../practice/runs/ids";
import type { PracticeServer } from "../practice/server";
import { contentCalls, expect, sharing, test } from "./fixtures";
import { APP, filesIn, type Runpack } from "./harness";
import { checkZip, readZip } from "./verify-zip";

const run = promisify(execFile);

const bar = (page: Page): Locator => page.locator("runpack-list");
const cards = (page: Page): Locator => page.locator("runpack-batches");
const exportRuns = (page: Page, count: number): Locator =>
  bar(page).getByRole("button", { name: count === 1 ? "Export 1 run" : `Export ${count} runs`, exact: true });

async function openList(runpack: Runpack, path: string): Promise<Page> {
  const page = await runpack.context.newPage();
  await page.goto(APP + path);
  await expect(page.locator("tbody tr").first()).toBeVisible();
  return page;
}

/** Selects rows by the page's own checkboxes. */
async function select(page: Page, ...runIds: string[]): Promise<void> {
  for (const id of runIds)
    await page.locator(`tr[data-run="${id}"] td.box`).click({ modifiers: ["ControlOrMeta"] });
}

function zipsIn(runpack: Runpack): string[] {
  return filesIn(runpack.downloads).filter((path) => path.endsWith(".zip"));
}

/** Runs that take a while each. */
function slowRuns(server: PracticeServer, count: number, latency = 300): string[] {
  server.world.contentLatencyMs = latency;
  return Array.from(
    { length: count },
    (_, index) =>
      generatedRun(server.world, { count: 12, bytesEach: 5000, kind: "mixed", seed: index + 1 }).id,
  );
}

sharing("exports the page's own selection, a ZIP for each run", async ({ runpack, server }) => {
  const page = await openList(runpack, "/runs");
  await select(page, INVOICE);
  await expect(exportRuns(page, 1)).toBeVisible();
  await select(page, FAILED);
  const toolbar = page.getByRole("toolbar", { name: "Bulk actions" });
  await expect(toolbar.locator("runpack-list")).toHaveCount(1);
  await exportRuns(page, 2).click();
  await expect(cards(page)).toContainText("Saved 2 runs", { timeout: 30_000 });
  expect(zipsIn(runpack)).toHaveLength(2);
  for (const id of [INVOICE, FAILED]) {
    const { report } = await checkZip(await runpack.waitForDownload(new RegExp(`${id}\\.zip$`)), server);
    expect(report.counts.missing).toBe(0);
  }
  // The selection is the page's, and stays as it was.
  await expect(page.locator('tr[data-state="selected"]')).toHaveCount(2);
});

sharing("exports nothing for a click by the page's scripts", async ({ runpack, server }) => {
  const page = await openList(runpack, "/runs");
  await select(page, FAILED);
  await expect(exportRuns(page, 1)).toBeVisible();
  server.requests.length = 0;
  await exportRuns(page, 1).evaluate((button: HTMLElement) => button.click());
  // A real click after it is answered; what came before it was not.
  await bar(page).getByRole("button", { name: "More export options" }).click();
  await expect(bar(page).getByRole("dialog")).toBeVisible();
  expect(server.requests.filter(({ headers }) => "x-api-key" in headers)).toEqual([]);
});

sharing(
  "puts several runs into one ZIP: a bag for each, an index page and a table",
  async ({ runpack, server }) => {
    const page = await openList(runpack, "/runs");
    await select(page, FAILED, GAPS, INVOICE);
    await bar(page).getByRole("button", { name: "More export options" }).click();
    await bar(page).getByRole("radio", { name: "One ZIP for all" }).check();
    await bar(page).getByRole("button", { name: "Export", exact: true }).click();
    await expect(cards(page)).toContainText("Saved 3 runs", { timeout: 30_000 });
    const zip = await runpack.waitForDownload(/3-runs_[\d-]+_partial\.zip$/);
    const entries = await readZip(zip, [server.apiKey]);
    for (const [path, { leaks }] of entries) expect([path, leaks]).toEqual([path, []]);
    expect(new Set([...entries.keys()].map((path) => path.split("/", 1)[0]))).toEqual(
      new Set(["index.html", "runs.csv", FAILED, GAPS, INVOICE]),
    );
    const folder = mkdtempSync(join(tmpdir(), "runpack-together-"));
    try {
      await run("unzip", ["-q", zip, "-d", folder]);
      for (const id of [FAILED, GAPS, INVOICE])
        await run("sha256sum", ["--quiet", "-c", "manifest-sha256.txt"], { cwd: join(folder, id) });
      const csv = readFileSync(join(folder, "runs.csv"), "utf8").split("\r\n");
      expect(csv).toHaveLength(5);
      expect(csv.find((line) => line.startsWith(GAPS))).toMatch(/,2,$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
    // The choice is remembered.
    await page.reload();
    await select(page, FAILED, INVOICE);
    await bar(page).getByRole("button", { name: "More export options" }).click();
    await expect(bar(page).getByRole("radio", { name: "One ZIP for all" })).toBeChecked();
  },
);

sharing(
  "has checkboxes of its own where a list has none, and takes them away",
  async ({ runpack, server }) => {
    const page = await openList(runpack, "/tasks");
    const box = page.getByRole("checkbox", { name: `Select ${TASK}` });
    await box.check();
    expect(new URL(page.url()).pathname).toBe("/tasks");
    await expect(exportRuns(page, 1)).toBeVisible();
    // Rendered anew by the page: once again there, and only once.
    await page.evaluate("window.practice.rerender()");
    await expect(box).toHaveCount(1);
    await expect(box).toBeChecked();
    await exportRuns(page, 1).click();
    await checkZip(await runpack.waitForDownload(new RegExp(`${TASK}\\.zip$`)), server);
    await page.evaluate(`window.practice.navigate("/browser-session/${SESSION_BROWSER}/runs")`);
    await expect(page.getByRole("checkbox", { name: `Select ${SESSION}` })).toBeVisible();
    await page.evaluate(`window.practice.navigate("/runs/${INVOICE}/overview")`);
    await expect(page.locator("main header h2")).toHaveText(INVOICE);
    await expect(page.locator("runpack-list, runpack-select")).toHaveCount(0);
  },
);

test("works two at a time, survives a killed browser, and goes on past a failure", async ({
  runpack,
  launch,
  server,
}) => {
  test.setTimeout(90_000);
  const runs = slowRuns(server, 5);
  const [lost = ""] = runs.slice(2);
  const page = await openList(runpack, "/runs");
  await select(page, ...runs);
  await exportRuns(page, 5).click();
  await expect(cards(page)).toContainText("2 at work · 3 waiting");
  server.world.removeRun(lost);
  await runpack.waitForDownload(/\.zip$/);
  await runpack.kill();
  const again = await launch({ profile: runpack.profile, downloads: runpack.downloads });
  // A bundle that was saved at the very moment may be there twice (see the tests of interruptions).
  const saved = () => runs.filter((id) => zipsIn(again).some((path) => path.includes(id)));
  await expect.poll(saved, { timeout: 60_000 }).toEqual(runs.filter((id) => id !== lost));
  const after = await openList(again, "/runs");
  await expect(cards(after)).toHaveCount(0);
  for (const path of zipsIn(again)) await checkZip(join(again.downloads, path), server);
  // What was whole when the browser was killed was not fetched again.
  const asked = contentCalls(server).map(({ path }) => path.split("?", 1)[0]);
  expect(asked.length - new Set(asked).size).toBeLessThanOrEqual(24);
  await again.close();
});

sharing("pauses all, keeps them paused, and resumes all", async ({ runpack, server }) => {
  const runs = slowRuns(server, 3);
  const page = await openList(runpack, "/runs");
  await select(page, ...runs);
  await exportRuns(page, 3).click();
  await expect.poll(() => contentCalls(server).length).toBeGreaterThan(0);
  await cards(page).getByRole("button", { name: "Pause all" }).click();
  await expect(cards(page)).toContainText(/Paused: \d of 3 done/);
  // The pressed button is gone; whoever uses the keyboard is still in its card.
  await expect(cards(page).getByRole("button", { name: "Resume all" })).toBeFocused();
  const before = contentCalls(server).length;
  await page.reload();
  await expect(cards(page)).toContainText(/Paused: \d of 3 done/);
  expect(contentCalls(server)).toHaveLength(before);
  server.world.contentLatencyMs = 0;
  await cards(page).getByRole("button", { name: "Resume all" }).click();
  await expect(cards(page)).toContainText("Saved 3 runs", { timeout: 30_000 });
  expect(zipsIn(runpack)).toHaveLength(3);
});

test("goes on with a batch when the extension is updated in its midst", async ({ runpack, server }) => {
  const runs = slowRuns(server, 3);
  const page = await openList(runpack, "/runs");
  await select(page, ...runs);
  await exportRuns(page, 3).click();
  await expect.poll(() => contentCalls(server).length).toBeGreaterThan(0);
  await runpack.reloadExtension();
  for (const id of runs) await checkZip(await runpack.waitForDownload(new RegExp(`${id}\\.zip$`)), server);
  // The page that was open already needs no reload.
  await expect(cards(page)).toContainText("Saved 3 runs");
  // What was under way may be asked for once more; what was there is not.
  const asked = contentCalls(server).map(({ path }) => path.split("?", 1)[0]);
  expect(asked.length - new Set(asked).size).toBeLessThanOrEqual(24);
});

sharing("cancels all, and tries again what failed", async ({ runpack, server }) => {
  test.setTimeout(60_000);
  const [first = "", second = "", third = ""] = slowRuns(server, 3, 0);
  const page = await openList(runpack, "/runs");
  await select(page, first, second);
  server.world.faults.set(`/v1/runs/${first}/artifacts`, { kind: "status", status: 418 });
  await exportRuns(page, 2).click();
  await expect(cards(page)).toContainText("1 failed", { timeout: 30_000 });
  await expect(cards(page).getByRole("list", { name: "Failed runs" })).toContainText("not Skyvern's API");
  server.world.faults.clear();
  // The card changes its form when the other run is saved: a button that moves below a click hears none.
  await expect(cards(page)).toContainText("Saved 1 of 2 runs", { timeout: 30_000 });
  await cards(page).getByRole("button", { name: "Retry failed" }).click();
  await expect(cards(page)).toContainText("Saved 2 runs", { timeout: 30_000 });
  server.world.contentLatencyMs = 1000;
  await select(page, first, third);
  await exportRuns(page, 2).click();
  await cards(page).getByRole("button", { name: "Cancel all" }).click();
  await expect(cards(page)).toContainText("Export of 2 runs cancelled");
});

sharing(
  "exports all runs of an agent, asks before it is much, and leaves out what is exported already",
  async ({ runpack, server }) => {
    const runs = Array.from({ length: 3 }, (_, index) =>
      generatedRun(server.world, { count: 3, bytesEach: 1000, kind: "text", seed: index + 1 }),
    );
    for (const each of runs)
      for (const of of [each, each.workflowRun]) if (of) Object.assign(of, agentOf(of));
    const page = await runpack.context.newPage();
    await page.goto(runpack.extensionPage("popup"));
    await page.getByRole("textbox", { name: "Run ID or link" }).fill(runs[0]?.id ?? "");
    await page.getByRole("button", { name: "Look up" }).click();
    const agent = page.locator(".agent-runs");
    await agent.getByText("All runs of this agent").click();
    await agent.getByLabel("Since").fill("2026-02-01");
    const rows = runs.flatMap(({ id }) => server.world.artifactsOf(id).map(({ row }) => row));
    // Few runs are much as well, when they have more than 5 GB.
    for (const row of rows) row.file_size = 1_000_000_000;
    await agent.getByRole("button", { name: "Find runs" }).click();
    await expect(agent.getByText("9 GB")).toBeVisible();
    await expect(agent.getByRole("button", { name: "Export 3 runs all the same" })).toBeVisible();
    for (const row of rows) row.file_size = 1000;
    await agent.getByRole("button", { name: "Find runs" }).click();
    await expect(agent.getByText("9 KB")).toBeVisible();
    await agent.getByRole("button", { name: "Export 3 runs", exact: true }).click();
    await expect(agent).toContainText("Saved 3 runs", { timeout: 30_000 });
    await agent.getByRole("button", { name: "Find runs" }).click();
    await expect(agent).toContainText("3 of them exported already and unchanged");
    await agent.getByRole("checkbox", { name: "Export these again too" }).check();
    await expect(agent.getByRole("button", { name: "Export 3 runs", exact: true })).toBeVisible();
    // How big they are is known from then: again, they would be asked about as the first time.
    await expect(agent.getByText("9 KB", { exact: true })).toBeVisible();
    for (let seed = 10; seed < 60; seed++) {
      const more = generatedRun(server.world, { count: 1, bytesEach: 10, kind: "text", seed });
      for (const of of [more, more.workflowRun]) if (of) Object.assign(of, agentOf(of));
    }
    await agent.getByRole("button", { name: "Find runs" }).click();
    await expect(agent.getByText("That is a lot.")).toBeVisible();
    await expect(agent.getByRole("button", { name: "Export 53 runs all the same" })).toBeVisible();
  },
);

/** The run's own agent becomes one that they share. */
function agentOf(of: object): object {
  const id = "wpid_493285619334760009";
  return "agentId" in of ? { agentId: id } : { workflow_permanent_id: id };
}
