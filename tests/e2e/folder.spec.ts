import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GAPS, HOSTILE, INVOICE } from "../practice/runs/ids";
import type { PracticeServer } from "../practice/server";
import { expect, saved, sharing as test } from "./fixtures";
import { actions, filesIn, type Runpack } from "./harness";
import { checkReport, Report, servedSha256 } from "./verify-zip";

/** Clicks **Download all**, waits for the end and compares every file with what the server has. */
async function downloadAll(
  runpack: Runpack,
  server: PracticeServer,
  path: string,
): Promise<{ root: string; report: Report }> {
  const page = await runpack.openRun(path);
  await actions(page).start("Download all");
  await saved(page);
  const file = await runpack.waitForDownload(/export-report\.json$/);
  const report = Report.parse(JSON.parse(readFileSync(file, "utf8")));
  const root = join(file, "..");
  checkReport(report);
  for (const written of report.written) {
    const sha256 = createHash("sha256")
      .update(readFileSync(join(root, written.path)))
      .digest("hex");
    expect({ path: written.path, sha256 }).toEqual({
      path: written.path,
      sha256: servedSha256(server, written),
    });
  }
  return { root, report };
}

test("saves every file of the run into a folder", { tag: "@short" }, async ({ runpack, server }) => {
  const { root, report } = await downloadAll(runpack, server, `/runs/${INVOICE}/overview`);
  expect(root).toBe(join(runpack.downloads, "Skyvern", `invoice-download-acme-q1_${INVOICE}`));
  const ours = ["run.json", "artifacts.json", "export-report.json"];
  expect(filesIn(root)).toEqual(expect.arrayContaining([...ours, ...report.written.map(({ path }) => path)]));
  expect(filesIn(root)).not.toContain("INCOMPLETE.txt");
});

test("leaves a note in a folder with gaps", async ({ runpack, server }) => {
  const { root } = await downloadAll(runpack, server, `/runs/${GAPS}/overview`);
  expect(readFileSync(join(root, "INCOMPLETE.txt"), "utf8")).toContain("cold storage");
});

test("saves files with hostile names inside the folder", async ({ runpack, server }) => {
  const { root } = await downloadAll(runpack, server, `/runs/${HOSTILE}/overview`);
  const outside = filesIn(runpack.downloads).filter(
    (path) => !join(runpack.downloads, path).startsWith(root),
  );
  expect(outside).toEqual([]);
});
