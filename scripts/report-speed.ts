/**
 * How fast the report of a long run opens and scrolls, from disk in Chromium: `npm run bench:report -- --steps 1000`. By
 * the clock, and in processor time of the page's own thread.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { openReport } from "../tests/e2e/report-page";
import { openingCost, scrollingCost } from "../tests/report-sample/cost";
import { writeReport } from "../tests/report-sample/make";
import { findChromium } from "./browser";

const { values } = parseArgs({
  options: { steps: { type: "string", default: "1000" }, times: { type: "string", default: "5" } },
});
const folder = mkdtempSync(join(tmpdir(), "runpack-report-"));
const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
try {
  const { steps, files, items } = await writeReport(folder, Number(values.steps));
  console.log(`${steps} steps, ${files} files, ${items} rows of the timeline`);
  const rows: Record<string, string>[] = [];
  for (let time = 0; time < Number(values.times); time++) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await openReport(page, folder);
    const opening = await openingCost(page);
    const { frames, tasks, elements } = await scrollingCost(page);
    const frameAt = (share: number) => `${(frames[Math.floor(frames.length * share)] ?? 0).toFixed(1)} ms`;
    rows.push({
      opens: `${opening.shownAfter.toFixed(0)} ms`,
      "processor time": `${opening.tasks.toFixed(0)} ms`,
      "of it script": `${opening.script.toFixed(0)} ms`,
      "middle frame": frameAt(0.5),
      "frame p95": frameAt(0.95),
      "processor time a frame": `${tasks.toFixed(2)} ms`,
      elements: String(elements),
    });
    await page.close();
  }
  console.table(rows);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
