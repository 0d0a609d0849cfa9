import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GAPS, HOSTILE, INVOICE, PARENT, TRIGGERED } from "../practice/runs/ids";
import { readZip } from "../practice/zip";
import { expect, exportBundle, saved, sharing as test } from "./fixtures";
import { actions, type Runpack } from "./harness";
import { openReport, showTab, unzip } from "./report-page";
import { checkZip } from "./verify-zip";

/** How the report says it. */
const PROVEN = { checksum: "by the server's checksum", crc32: "by the archive's CRC", length: "by length" };

let folder: string;

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "runpack-parts-"));
});
test.afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The invoice run's report, from disk. */
async function report(runpack: Runpack, server: Parameters<typeof exportBundle>[2]) {
  const run = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const bundle = await exportBundle(run, runpack, server);
  const root = unzip(bundle.path, folder);
  const page = await runpack.context.newPage();
  await openReport(page, root);
  return { page, root, bundle, run };
}

/** A share-safe export by the panel, unzipped. */
async function shareSafe(runpack: Runpack): Promise<string> {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const { host, more } = actions(page);
  await more.click();
  const panel = host.getByRole("dialog");
  await panel.getByRole("switch", { name: "Share-safe" }).click();
  await panel.getByRole("button", { name: "Export", exact: true }).click();
  await saved(page);
  return unzip(await runpack.waitForDownload(/\.zip$/), folder);
}

const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(root, path)).isFile(),
  );

test("files stand in the order of the run: blocks, turns of a loop, steps; code and downloads by themselves", async ({
  runpack,
  server,
}) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const { entries } = await exportBundle(page, runpack, server);
  const paths = [...entries.keys()];
  const blocks = [
    ...new Set(paths.flatMap((path) => /^data\/steps\/(\d\d-[^/]+)\//.exec(path)?.[1] ?? [])),
  ].sort();
  expect(blocks[0]).toMatch(/^01-sign_in/);
  expect(blocks.filter((block) => /\[\d\]$/.test(block)).length).toBeGreaterThan(1);
  expect(paths.some((path) => /^data\/steps\/01-[^/]+\/01-[^/]+\/001-/.test(path))).toBe(true);
  expect(paths).toContain("data/code/sign_in.py");
  expect(paths).toContain("data/downloads/invoice 2026-01.pdf");
});

test("the same run exported twice gives the same bytes below data/", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const hashes = async () => {
    const { entries } = await exportBundle(page, runpack, server);
    return [...entries]
      .filter(([path]) => path.startsWith("data/"))
      .map(([path, { sha256 }]) => [path, sha256]);
  };
  const first = await hashes();
  await actions(page).host.getByRole("button", { name: "Dismiss" }).click();
  rmSync(join(runpack.downloads, "Skyvern"), { recursive: true });
  expect(await hashes()).toEqual(first);
});

test("runs that a trigger started come along in a folder of their own, where the switch says so", async ({
  runpack,
  server,
}) => {
  const page = await runpack.openRun(`/runs/${PARENT}/overview`);
  const { host, more } = actions(page);
  await more.click();
  const panel = host.getByRole("dialog");
  await panel.getByRole("checkbox", { name: /1 run/ }).click();
  await panel.getByRole("button", { name: "Export", exact: true }).click();
  await saved(page);
  const { entries } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  expect([...entries.keys()].some((path) => path.startsWith(`data/runs/${TRIGGERED}/`))).toBe(true);
});

test("the page and the report say how each file is proven", async ({ runpack, server }) => {
  const { page, run, bundle } = await report(runpack, server);
  const amount = (proof: string) => bundle.report.written.filter((file) => file.proof === proof).length;
  await expect(actions(run).status).toContainText(
    `${amount("checksum")} by checksum, ${amount("crc32")} by CRC, ${amount("length")} by length`,
  );
  const contents = page.getByRole("region", { name: "What it holds" });
  for (const proof of ["checksum", "crc32", "length"] as const) {
    await expect(contents).toContainText(`${amount(proof)}${PROVEN[proof]}`);
  }
});

test("the overview shows when, inputs, output, downloads, and how to check by hand", async ({
  runpack,
  server,
}) => {
  const { page } = await report(runpack, server);
  const main = page.getByRole("main");
  for (const words of ["Duration", INVOICE, "Inputs", "Output", "invoice 2026-01.pdf"])
    await expect(main).toContainText(words);
  await page.getByText("By hand").click();
  await expect(main).toContainText("sha256sum -c manifest-sha256.txt");
  await expect(main).toContainText("Get-FileHash -Algorithm SHA256");
});

test("the recording has marks; choosing one seeks, and the estimate can be shifted", async ({
  runpack,
  server,
}) => {
  const { page } = await report(runpack, server);
  await showTab(page, "Timeline");
  const video = page.locator("video");
  await expect(video).toHaveJSProperty("error", null);
  const shift = page.getByRole("spinbutton", { name: /Recording began/ });
  const marks = page.locator(".cue");
  await expect(marks.first()).toBeAttached();
  const time = () => video.evaluate((player: HTMLVideoElement) => player.currentTime);
  await marks.last().click();
  await expect.poll(time).toBeGreaterThan(0);
  const before = await time();
  await shift.fill("1");
  await expect.poll(time).toBeLessThan(before);
});

test("a recording that is cut off is said to be so", async ({ runpack, server }) => {
  const recording = server.world.artifactsOf(INVOICE).find(({ row }) => row.artifact_type === "recording");
  if (recording) recording.body = { kind: "bytes", bytes: Buffer.from("\u001aE\u00df\u00a3 cut", "latin1") };
  const { page } = await report(runpack, server);
  await showTab(page, "Timeline");
  await expect(page.getByRole("main")).toContainText("can't be played here. The file may be incomplete");
});

test("requests are filtered and opened, logs are filtered by level, files have hash and proof", async ({
  runpack,
  server,
}) => {
  const { page, bundle } = await report(runpack, server);
  await showTab(page, "Network");
  const main = page.getByRole("main");
  const filter = page.getByRole("searchbox", { name: "Filter by URL" });
  await filter.fill("nobody asked for this");
  await expect(main).toContainText("0 requests");
  await filter.fill("API/session");
  const requests = main.getByRole("button", { name: /api\/session/ });
  await expect(requests.first()).toBeVisible();
  await requests.first().click();
  await expect(main).toContainText("startedDateTime");
  await showTab(page, "Logs");
  const log = main.getByRole("region", { name: /console/i });
  await expect(log).toContainText("portal ready");
  for (const level of ["Errors", "Warnings", "Others", "Debug"])
    await log.getByRole("checkbox", { name: new RegExp(`^${level}`) }).click();
  await expect(log).not.toContainText("portal ready");
  await showTab(page, "Files");
  const pdf = bundle.report.written.find(({ path }) => path.endsWith("invoice 2026-01.pdf"));
  await page.getByRole("searchbox", { name: "Filter by name" }).fill("invoice 2026-01");
  await expect(main).toContainText(pdf?.sha256.slice(0, 16) ?? "no such file");
  await expect(main).toContainText("by the server's checksum");
});

test("a ZIP and a folder that are dropped on the report are checked", async ({ runpack, server }) => {
  const { page, bundle, root } = await report(runpack, server);
  const verify = page.getByRole("region", { name: "Verify" });
  await verify.scrollIntoViewIfNeeded();
  const box = await verify.locator(".drop").boundingBox();
  const pointer = await page.context().newCDPSession(page);
  for (const path of [bundle.path, root]) {
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await pointer.send("Input.dispatchDragEvent", {
        type,
        x: (box?.x ?? 0) + 20,
        y: (box?.y ?? 0) + 10,
        data: { items: [], files: [path], dragOperationsMask: 1 },
      });
    await expect(verify.getByRole("status")).toContainText(/All \d+ files are as they were exported/);
    await page.reload();
    await verify.scrollIntoViewIfNeeded();
  }
});

test("a report prints whole: nothing scrolls, and what only a screen needs is gone", async ({
  runpack,
  server,
}) => {
  const { page } = await report(runpack, server);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("searchbox").first()).toBeHidden();
  const cut = await page.evaluate(() => {
    const main = document.querySelector("main");
    return main ? main.scrollHeight - main.clientHeight : -1;
  });
  expect(cut).toBe(0);
});

test("the popup previews a run", async ({ runpack }) => {
  const popup = await runpack.context.newPage();
  await popup.goto(runpack.extensionPage("popup"));
  await popup.getByRole("textbox", { name: "Run ID or link" }).fill(INVOICE);
  await popup.getByRole("button", { name: "Look up" }).click();
  const opening = runpack.context.waitForEvent("page");
  await popup.getByRole("button", { name: "Preview run" }).click();
  const preview = await opening;
  await expect(preview.getByRole("heading", { level: 1 })).toHaveText("Invoice download / ACME: Q1");
  // Nothing was fetched: nothing is said to be whole.
  const main = preview.getByRole("main");
  await expect(main).toContainText("nothing is saved or checked yet");
  await expect(main).not.toContainText("Complete");
  await expect(main).not.toContainText("Exported");
});

test("names as long as they may be are broken, not scrolled to", async ({ runpack }) => {
  const preview = await runpack.context.newPage();
  await preview.goto(`${runpack.extensionPage("report")}?run=${HOSTILE}`);
  const downloads = preview.getByRole("region", { name: "Downloaded files" });
  await expect(downloads).toBeVisible();
  expect(await downloads.evaluate((each) => each.scrollWidth - each.clientWidth)).toBe(0);
  // A download without a name goes by the one that it got.
  await expect(downloads.getByText("download (2).bin")).toBeVisible();
  // A path is that of the file; what the run called it stands beside it, and either finds it.
  await showTab(preview, "Files");
  const files = preview.getByRole("group", { name: "Files" }).locator(".file");
  const filter = preview.getByRole("searchbox", { name: "Filter by name" });
  for (const name of ["../../../etc/passwd", "etc_passwd"]) {
    await filter.fill(name);
    await expect(files).toHaveCount(1);
    await expect(files).toContainText("downloads/_.._.._etc_passwd");
    await expect(files).toContainText("originally ../../../etc/passwd");
  }
  // On a narrow screen too: the folder is what is cut off, and the tab that is shown is in view.
  await preview.setViewportSize({ width: 360, height: 700 });
  await expect(files.getByText("_.._.._etc_passwd", { exact: true })).toBeInViewport({ ratio: 0.98 });
  await preview.goto(`${runpack.extensionPage("report")}?run=${GAPS}`);
  await expect(preview.getByRole("region", { name: "Missing" })).toContainText("it will lack 1 file");
  await showTab(preview, "Files");
  await expect(preview.getByRole("tab", { name: "Files" })).toBeInViewport({ ratio: 0.98 });
  await showTab(preview, "Network");
  await expect(preview.getByRole("main")).toContainText("Skyvern doesn't give its text now");
});

test("share-safe takes out the user's own words, opens traces, and lists what it did without the value", async ({
  runpack,
}) => {
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  await options.getByRole("textbox", { name: /Words that share-safe/ }).fill("acme.example");
  await options.getByRole("button", { name: "Save", exact: true }).click();
  await expect(options.getByText("Saved.")).toBeVisible();
  const root = await shareSafe(runpack);
  for (const path of filesBelow(root))
    expect([path, readFileSync(join(root, path), "latin1").includes("acme.example")]).toEqual([path, false]);
  const trace = readZip(readFileSync(join(root, "data", "network", "trace.zip")));
  expect(trace.length).toBeGreaterThan(0);
  for (const { name, data } of trace) {
    expect(name).not.toMatch(/\.(?:png|jpe?g)$/);
    expect([name, data.includes("acme.example")]).toEqual([name, false]);
  }
  const { redactions, looked_for } = JSON.parse(readFileSync(join(root, "export-report.json"), "utf8"));
  expect(redactions.length).toBeGreaterThan(5);
  expect(Object.keys(redactions[0]).sort()).toEqual(["count", "file", "place", "rule"]);
  expect(looked_for.length).toBeGreaterThan(3);
});

test("share-safe leaves a file out that is not what it says, and names it", async ({ runpack, server }) => {
  const har = server.world.artifactsOf(INVOICE).find(({ row }) => row.artifact_type === "har");
  if (har) har.body = { kind: "bytes", bytes: Buffer.from('{"log": {"entries": [') };
  const root = await shareSafe(runpack);
  const { left_out } = JSON.parse(readFileSync(join(root, "export-report.json"), "utf8"));
  expect(left_out).toContainEqual({
    artifact_id: har?.row.artifact_id,
    artifact_type: "har",
    reason: "not-redactable",
  });
  expect(filesBelow(root).filter((path) => path.endsWith(".har"))).toEqual([]);
});
