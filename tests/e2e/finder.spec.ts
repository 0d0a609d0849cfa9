import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import { generatedRun } from "../practice/runs/generated";
import {
  FAILED,
  INVOICE,
  RUNNING,
  SESSION,
  SESSION_BROWSER,
  TASK_V2,
  TASK_V2_WR,
} from "../practice/runs/ids";
import type { PracticeServer } from "../practice/server";
import { expect, sharing, test } from "./fixtures";
import { actions, type Runpack } from "./harness";
import { violations } from "./report-page";
import { checkZip } from "./verify-zip";

const box = (page: Page) => page.getByRole("textbox", { name: "Run ID or link" });
const result = (page: Page, title: string) => page.getByRole("region", { name: title });
const runs = (page: Page) => page.getByRole("region", { name: "Recent runs" });
const exportsOf = (page: Page) => page.getByRole("region", { name: "Exports" });

async function open(
  { context, extensionPage }: Runpack,
  name: "popup" | "sidepanel" = "popup",
): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize({ width: 420, height: 600 });
  await page.goto(extensionPage(name));
  return page;
}

/** More runs than a page of the list holds. */
function addRuns({ world }: PracticeServer, count: number): void {
  const like = world.runs.get(INVOICE);
  if (!like) throw new Error("no run");
  for (let index = 0; index < count; index++) {
    const createdAt = new Date(Date.UTC(2026, 1, 20) - index * 60_000).toISOString();
    const id = `wr_4932856193400${String(index).padStart(5, "0")}`;
    world.addRun({
      ...like,
      id,
      title: `Nightly ${index}`,
      status: index % 2 ? "failed" : "completed",
      createdAt,
    });
  }
}

sharing("finds a run by words around a link, and tells what is known of it", async ({ runpack }) => {
  const page = await open(runpack);
  await box(page).fill(`failed again: https://app.skyvern.com/runs/${INVOICE}/overview?wr=${FAILED}.`);
  await page.getByRole("button", { name: "Look up" }).click();
  const card = result(page, "Claims portal");
  await expect(card).toContainText(FAILED);
  await expect(card).toContainText("Failed");
  await expect(card).toContainText("Reached the maximum steps (10)");
  await expect(card).toContainText("16 files · 274 KB");
  await expect(card).toContainText(/Screenshots\s*7 · 155 KB/);
  await expect(card).toContainText(/Duration\s*12 s/);
  await expect(card.getByRole("button", { name: "Download all" })).toBeVisible();
  await expect(card.getByRole("button", { name: "Export bundle" })).toBeVisible();
  await expect(card.getByRole("button", { name: "Preview run" })).toBeVisible();
  await expect(card.getByRole("link", { name: "Open in Skyvern" })).toHaveAttribute(
    "href",
    `https://app.skyvern.com/runs/${FAILED}`,
  );
});

sharing("shows no run of the user's for a link to a Skyvern that is not", async ({ runpack }) => {
  const page = await open(runpack);
  await box(page).fill(INVOICE);
  await box(page).press("Enter");
  await expect(page.getByRole("button", { name: "Export bundle" })).toBeVisible();
  await box(page).fill(`https://skyvern.example/runs/${INVOICE}`);
  await box(page).press("Enter");
  await expect(page.getByRole("alert")).toContainText("doesn't know a Skyvern at skyvern.example");
  await expect(page.getByRole("button", { name: "Export bundle" })).toHaveCount(0);
});

sharing("breaks a title that has no room in a line", async ({ runpack, server }) => {
  const run = server.world.runs.get(INVOICE);
  if (!run) throw new Error("no run");
  const title = "x".repeat(120);
  run.document = { ...run.document, run_request: { title } };
  const page = await open(runpack);
  await box(page).fill(INVOICE);
  await box(page).press("Enter");
  await expect(result(page, title)).toBeVisible();
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
});

sharing("names a task v2 by its workflow run", async ({ runpack }) => {
  const page = await open(runpack);
  await box(page).fill(TASK_V2);
  await box(page).press("Enter");
  await expect(result(page, "Task v2")).toContainText(TASK_V2_WR);
});

sharing("exports a preset of a browser session", async ({ runpack }) => {
  const page = await open(runpack);
  await box(page).fill(SESSION_BROWSER);
  await box(page).press("Enter");
  const card = result(page, "Browser session");
  await expect(card.getByRole("button", { name: "Export session" })).toBeVisible();
  await card.getByText("More export options").click();
  await expect(card.getByRole("checkbox", { name: "With the 1 run of this session" })).toBeVisible();
  await card.getByRole("radio", { name: "Downloaded files" }).check();
  await card.getByRole("button", { name: "Export", exact: true }).click();
  await expect(card.getByRole("status").filter({ hasText: "Saved 1 file" })).toBeVisible();
  await runpack.waitForDownload(new RegExp(`browser-session_${SESSION_BROWSER}\\.zip$`));
});

sharing("exports the runs of a browser session with it", async ({ runpack }) => {
  const page = await open(runpack);
  await box(page).fill(SESSION_BROWSER);
  await box(page).press("Enter");
  const card = result(page, "Browser session");
  await card.getByText("More export options").click();
  await card.getByRole("checkbox", { name: "With the 1 run of this session" }).check();
  await card.getByRole("button", { name: "Export", exact: true }).click();
  const zip = await runpack.waitForDownload(new RegExp(`browser-session_${SESSION_BROWSER}\\.zip$`));
  const names = execFileSync("unzip", ["-Z1", zip], { encoding: "utf8" });
  expect(names).toMatch(new RegExp(`/${SESSION}/.*screenshot`));
  expect(names).toContain("data/action-log.json");
});

test("tries a failed export again, and then shows it and exports it anew", async ({ runpack, server }) => {
  await runpack.breakNextDownload();
  const run = await runpack.openRun(`/runs/${FAILED}/overview`);
  await actions(run).start("Export bundle");
  const page = await open(runpack);
  const row = exportsOf(page).getByRole("listitem");
  await row.getByRole("button", { name: /^Try again/ }).click({ timeout: 30_000 });
  await expect(row.getByRole("button", { name: /^Export again/ })).toBeVisible({ timeout: 30_000 });
  await expect(row.getByRole("button", { name: /^Show in folder/ })).toBeVisible();
  await checkZip(await runpack.waitForDownload(/\.zip$/), server);
});

sharing("is used by the keyboard alone", async ({ runpack }) => {
  const page = await open(runpack);
  await expect(box(page)).toBeFocused();
  await expect(runs(page).getByRole("listitem").first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("button", { name: "Paste" })).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(runs(page).getByRole("button", { name: /Invoice download/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(result(page, "Invoice download / ACME: Q1")).toBeVisible();
  await page.keyboard.press("/");
  await expect(box(page)).toBeFocused();
  await expect(box(page)).toHaveValue(INVOICE);
});

sharing(
  "searches the runs by title, filters them by status and turns their pages",
  async ({ runpack, server }) => {
    addRuns(server, 30);
    const page = await open(runpack);
    const rows = runs(page).getByRole("listitem");
    await expect(rows).toHaveCount(20);
    await runs(page).getByRole("button", { name: "Show more" }).click();
    await expect(rows.filter({ hasText: "Nightly 29" })).toBeVisible();
    await page.getByRole("combobox", { name: "Status" }).selectOption("failed");
    await expect(rows.filter({ hasText: "completed" })).toHaveCount(0);
    await expect(rows.filter({ hasText: "Claims portal" })).toBeVisible();
    server.requests.length = 0;
    await page.getByRole("searchbox", { name: "Search runs" }).fill("cl");
    await expect(runs(page)).toContainText("at least 3 characters");
    await page.getByRole("searchbox", { name: "Search runs" }).fill("claims");
    await expect(rows).toHaveCount(1);
    const searched = server.requests.map(({ path }) =>
      new URL(path, "https://x").searchParams.get("search_key"),
    );
    expect(searched).toEqual(["claims"]);
    await page.getByRole("searchbox", { name: "Search runs" }).fill("nothing like it");
    await expect(runs(page).getByRole("status")).toHaveText("No run matches.");
  },
);

test("offers the run of the tab in front and the one that was copied", async ({ runpack }) => {
  await runpack.allowClipboard();
  const run = await runpack.openRun(`/runs/${FAILED}/overview`);
  const page = await open(runpack);
  await page.evaluate((text) => navigator.clipboard.writeText(text), `have a look at ${INVOICE}, please`);
  await page.reload();
  await expect(page.getByRole("button", { name: `Copied ${INVOICE}` })).toBeVisible();
  await box(page).press("Enter");
  await expect(result(page, "Invoice download / ACME: Q1")).toBeVisible();
  await run.bringToFront();
  await page.reload();
  await expect(result(page, "Claims portal")).toBeVisible();
});

sharing("lists the exports: progress, pause, go on, cancel, folder, again", async ({ runpack, server }) => {
  server.world.contentLatencyMs = 500;
  const { id } = generatedRun(server.world, { count: 240, bytesEach: 2000, kind: "mixed" });
  const page = await open(runpack);
  await box(page).fill(id);
  await box(page).press("Enter");
  await page.getByRole("button", { name: "Export bundle" }).click();
  // Files that come slowly keep nobody else waiting: they take 20 seconds in all.
  await expect(page.getByText(/[1-9]\d* of 240 files/)).toBeVisible();
  await box(page).fill(FAILED);
  await box(page).press("Enter");
  await expect(result(page, "Claims portal")).toBeVisible({ timeout: 10_000 });
  const row = exportsOf(page).getByRole("listitem").first();
  await expect(row.getByRole("progressbar")).toHaveAttribute("value", /^0\.\d/);
  await expect(row).toContainText(/[1-9]\d* of 240 files/);
  await row.getByRole("button", { name: /^Pause/ }).click();
  await expect(row).toContainText("Paused");
  server.world.contentLatencyMs = 0;
  await row.getByRole("button", { name: /^Resume/ }).click();
  await expect(row).toContainText("Saved 240 files");
  await expect(row.getByRole("button", { name: /^Show in folder/ })).toBeVisible();
  await runpack.waitForDownload(/\.zip$/);
  // So long that no machine is too slow to cancel it.
  server.world.contentLatencyMs = 2000;
  await row.getByRole("button", { name: /^Export again/ }).click();
  await row.getByRole("button", { name: /^Cancel/ }).click();
  await expect(row).toContainText("Export cancelled");
  // The pressed button is gone; whoever uses the keyboard is still in its row.
  await expect(row.getByRole("button").first()).toBeFocused();
});

sharing("opens with what it knows, before anybody answers", async ({ runpack, server }) => {
  const page = await open(runpack);
  await expect(runs(page).getByRole("listitem").first()).toBeVisible();
  server.world.faults.set("/v1/runs*", { kind: "stall-before-headers", ms: 60_000 });
  await page.reload();
  await expect(runs(page).getByRole("listitem").first()).toBeVisible();
});

sharing("is the same in the side panel, which follows the tab in front", async ({ runpack }) => {
  const page = await open(runpack, "sidepanel");
  await expect(runs(page).getByRole("listitem").first()).toBeVisible();
  const run = await runpack.openRun(`/runs/${FAILED}/overview`);
  await run.bringToFront();
  await expect(page.getByRole("button", { name: `This tab ${FAILED}` })).toBeVisible();
  await page.getByRole("button", { name: `This tab ${FAILED}` }).click();
  await expect(result(page, "Claims portal")).toBeVisible();
});

sharing("waits for a run that still runs, and says so wherever the run is shown", async ({ runpack }) => {
  const page = await open(runpack);
  await box(page).fill(RUNNING);
  await box(page).press("Enter");
  await expect(page.getByText("This run is still running.")).toBeVisible();
  await page.getByRole("button", { name: "Export when finished" }).click();
  await expect(page.getByText("Runpack exports this run when it has finished.")).toBeVisible();
  const panel = await open(runpack, "sidepanel");
  await box(panel).fill(RUNNING);
  await box(panel).press("Enter");
  await panel.getByRole("button", { name: "Don't wait" }).click();
  await expect(panel.getByRole("button", { name: "Export when finished" })).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  sharing(`has nothing that axe objects to, ${colorScheme}`, async ({ runpack }) => {
    const page = await open(runpack);
    await page.emulateMedia({ colorScheme });
    await box(page).fill(FAILED);
    await box(page).press("Enter");
    await page.getByRole("button", { name: "Export bundle" }).click();
    await expect(page.getByText("Saved 16 files").first()).toBeVisible();
    await page.getByText("More export options").click();
    expect(await violations(page)).toEqual([]);
    const panel = await open(runpack, "sidepanel");
    await panel.emulateMedia({ colorScheme });
    await expect(runs(panel).getByRole("listitem").first()).toBeVisible();
    await expect(panel.getByText("Saved 16 files").first()).toBeVisible();
    expect(await violations(panel)).toEqual([]);
  });
}

sharing.describe("without a stored key", () => {
  sharing.use({ keyStored: false });

  sharing("says so, and leads to the options", async ({ runpack }) => {
    const page = await open(runpack);
    await expect(page.getByRole("alert")).toContainText("API key");
    const opened = runpack.context.waitForEvent("page");
    await page.getByRole("button", { name: "Open options" }).click();
    await expect(await opened).toHaveURL(/options\.html/);
  });
});
