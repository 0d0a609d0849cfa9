import { http2Front } from "../practice/http2-front";
import { generatedRun } from "../practice/runs/generated";
import {
  ARCHIVES,
  DELETED_AGENT,
  EMPTY,
  EXPIRED,
  FAILED,
  GAPS,
  HOSTILE,
  INVOICE,
  INVOICE_AGENT,
  NESTED,
  NO_DOCUMENT,
  PARENT,
  RUNNING,
  SELF_HOSTED,
  SESSION,
  SESSION_BROWSER,
  TASK,
  TASK_IN_WORKFLOW,
  TASK_V2,
  TASK_V2_WR,
  TRIGGERED,
} from "../practice/runs/ids";
import { accountedIds, expect, exportBundle, kindOf, listedIds, sharing as test } from "./fixtures";
import { actions, launchRunpack } from "./harness";
import { checkZip } from "./verify-zip";

/** Layouts and spellings of one run's page. */
const PAGES: Record<string, string> = {
  "classic page": `/runs/${INVOICE}/overview`,
  "bare address": `/runs/${INVOICE}`,
  "agent's address": `/agents/${INVOICE_AGENT}/${INVOICE}/overview`,
  studio: `/agents/${INVOICE_AGENT}/studio?wr=${INVOICE}`,
  "page without a known layout": `/runs/${INVOICE}/overview?layout=unknown`,
};

for (const [layout, path] of Object.entries(PAGES)) {
  test(`exports the run from the ${layout}`, async ({ runpack, server }) => {
    const page = await runpack.openRun(path);
    const bundle = await exportBundle(page, runpack, server);
    expect(bundle.name).toBe(`invoice-download-acme-q1_${INVOICE}.zip`);
    expect(accountedIds(bundle)).toEqual(expect.arrayContaining(listedIds(server, INVOICE)));
    expect(bundle.report.counts.missing).toBe(0);
  });
}

test("says how many files it saved, and how big they are", { tag: "@short" }, async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const { report } = await exportBundle(page, runpack, server);
  await expect(actions(page).status).toContainText(
    new RegExp(`Saved ${report.counts.written} files \\([\\d.]+ [KM]B\\)`),
  );
});

test("keeps integers past 2^53 in the documents as they are served", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const { entries } = await exportBundle(page, runpack, server);
  expect(entries.get("data/run.json")?.head.toString()).toContain("9007199254740993123");
});

/** Runs whose own list holds everything. */
const PLAIN: Record<string, string> = {
  "failed run": FAILED,
  "run without a run document": NO_DOCUMENT,
  "run of a deleted agent": DELETED_AGENT,
  "run whose links are all expired": EXPIRED,
  "run of a self-hosted server": SELF_HOSTED,
};

for (const [kind, id] of Object.entries(PLAIN)) {
  test(`exports a ${kind}`, async ({ runpack, server }) => {
    const page = await runpack.openRun(`/runs/${id}/overview`);
    const bundle = await exportBundle(page, runpack, server);
    expect(bundle.report.written.map(({ artifact_id }) => artifact_id).sort()).toEqual(listedIds(server, id));
  });
}

test("asks a server with HTTP/2 for more files at once than a browser has connections", async ({
  server,
  browserName,
}) => {
  server.world.contentLatencyMs = 300;
  const run = generatedRun(server.world, { count: 60, bytesEach: 20_000, kind: "mixed" });
  const front = await http2Front(server);
  const runpack = await launchRunpack(front.server, { browser: kindOf(browserName) });
  try {
    await runpack.saveKey(server.apiKey);
    const page = await runpack.openRun(`/runs/${run.id}/overview`);
    const { report } = await exportBundle(page, runpack, server);
    expect(report.counts).toEqual({ found: 60, written: 60, missing: 0, left_out: 0 });
    expect(front.most()).toBeGreaterThan(6);
  } finally {
    await runpack.close();
    await front.close();
  }
});

test("exports a task run with the download that its list lacks", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${TASK}/actions`);
  const bundle = await exportBundle(page, runpack, server);
  expect(bundle.name).toBe(`plain-task_${TASK}.zip`);
  expect(bundle.report.written.some(({ path }) => path.endsWith("downloads/task invoice.pdf"))).toBe(true);
  expect(accountedIds(bundle)).toEqual(expect.arrayContaining(listedIds(server, TASK)));
});

test("exports a task that ran inside a workflow, by the popup", { tag: "@short" }, async ({
  runpack,
  server,
}) => {
  const popup = await runpack.context.newPage();
  await popup.goto(runpack.extensionPage("popup"));
  await popup.getByRole("textbox", { name: "Run ID or link" }).fill(TASK_IN_WORKFLOW);
  await popup.getByRole("button", { name: "Look up" }).click();
  await popup.getByRole("button", { name: "Export bundle" }).click();
  const bundle = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  expect(accountedIds(bundle)).toEqual(listedIds(server, TASK_IN_WORKFLOW));
});

test("exports a task v2 by the ID of its workflow run", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${TASK_V2_WR}/overview`);
  const bundle = await exportBundle(page, runpack, server);
  expect(bundle.name).toBe(`task-v2_${TASK_V2_WR}.zip`);
  expect(accountedIds(bundle)).toEqual(listedIds(server, TASK_V2_WR));
  expect(bundle.entries.has("data/timeline.json")).toBe(true);
});

test("exports a task v2 by its own ID, under the name of its workflow run", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${TASK_V2}`);
  const bundle = await exportBundle(page, runpack, server);
  expect(bundle.name).toBe(`task-v2_${TASK_V2_WR}.zip`);
  expect(bundle.report.run_ids).toContain(TASK_V2);
  expect(accountedIds(bundle)).toEqual(listedIds(server, TASK_V2_WR));
});

test("takes along the files of a nested run, not those of a triggered one", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${PARENT}/overview`);
  const bundle = await exportBundle(page, runpack, server);
  expect(accountedIds(bundle)).toEqual([...listedIds(server, PARENT), ...listedIds(server, NESTED)].sort());
  expect(bundle.report.warnings.join(" ")).toContain(TRIGGERED);
});

test("takes along the recording and the download of the browser session", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${SESSION}/overview`);
  const bundle = await exportBundle(page, runpack, server);
  const ofSession = [...server.world.artifacts.values()]
    .filter(({ row }) => row.browser_session_id === SESSION_BROWSER)
    .map(({ row }) => row.artifact_id);
  expect(ofSession.length).toBeGreaterThan(1);
  expect(accountedIds(bundle)).toEqual(expect.arrayContaining(ofSession));
});

test("exports a running run as it stands, and says so", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${RUNNING}/overview`);
  const bundle = await exportBundle(page, runpack, server);
  expect(accountedIds(bundle)).toEqual(listedIds(server, RUNNING));
  await expect(actions(page).status).toContainText("still running");
});

test("exports the documents of a run without artifacts", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${EMPTY}/overview`);
  const bundle = await exportBundle(page, runpack, server);
  await expect(actions(page).status).toContainText("Saved 0 files");
  expect(bundle.report.counts.found).toBe(0);
  expect(bundle.entries.has("data/run.json")).toBe(true);
});

test("names a bundle with gaps partial and lists the gaps by reason", async ({ runpack, server }) => {
  const gone = server.world.artifactsOf(GAPS).filter(({ row }) => row.artifact_type.startsWith("llm_"));
  expect(gone.length).toBeGreaterThan(1);
  for (const { row } of gone) server.world.faults.set(row.artifact_id, { kind: "status", status: 404 });
  const page = await runpack.openRun(`/runs/${GAPS}/overview`);
  const bundle = await exportBundle(page, runpack, server);
  const { written, missing } = bundle.report.counts;
  expect(bundle.name).toBe(`old-recording_${GAPS}_partial.zip`);
  expect(bundle.report.missing.map(({ artifact_type }) => artifact_type).sort()).toEqual(
    ["har", "recording", ...gone.map(({ row }) => row.artifact_type)].sort(),
  );
  await expect(actions(page).status).toContainText(`Saved ${written} of ${written + missing} files`);
  await expect(actions(page).status.getByRole("listitem")).toHaveCount(2);
  await expect(actions(page).status).toContainText("cold storage");
  // The names of many files are cut at the panel's end: nothing has to be scrolled to the side.
  const wider = await actions(page).status.evaluate((status) => {
    const tray = status.parentElement?.closest(".tray");
    return tray ? tray.scrollWidth - tray.clientWidth : Number.NaN;
  });
  expect(wider).toBe(0);
});

test("makes hostile names harmless and loses no file to them", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${HOSTILE}/overview`);
  const bundle = await exportBundle(page, runpack, server);
  expect(accountedIds(bundle)).toEqual(listedIds(server, HOSTILE));
  expect(bundle.report.left_out).toEqual([expect.objectContaining({ reason: "unfinished-download" })]);
  for (const path of bundle.entries.keys()) {
    for (const part of path.split("/")) {
      expect(part).toMatch(/^(?![. ])(?!.*[. ]$)[^\\:*?"<>|%\p{Cc}\p{Cf}\u00A0]+$/u);
      expect(Buffer.byteLength(part)).toBeLessThanOrEqual(150);
    }
  }
});

test("splits archives, and exports entries that no row names", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${ARCHIVES}/overview`);
  const bundle = await exportBundle(page, runpack, server);
  expect([...new Set(accountedIds(bundle))]).toEqual(expect.arrayContaining(listedIds(server, ARCHIVES)));
  const unnamed = bundle.report.written.find(({ path }) => path.endsWith("unnamed entry.txt"));
  expect(bundle.entries.get(unnamed?.path ?? "")?.head.toString()).toBe("no row names this entry\n");
  expect(bundle.report.missing).toHaveLength(1);
});

test("keeps an earlier bundle when the run is exported again", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${TASK}/actions`);
  await exportBundle(page, runpack, server);
  await actions(page).start("Export bundle");
  // Firefox numbers without a blank.
  await runpack.waitForDownload(/ ?\(1\)\.zip$/);
});
