/**
 * Many runs through the queue: `npm run bench:runs -- --runs 200 --files 300`. Time and memory by quarters: linear is
 * four equal times, flat is four equal peaks. No debugger is attached while it works.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { expect } from "@playwright/test";
import { type BareBrowser, launchBareBrowser } from "../scripts/bare-browser";
import { extensionId } from "../scripts/profile";
import { fillKey } from "../tests/e2e/harness";
import { generatedRun } from "../tests/practice/runs/generated";
import { startPracticeServer } from "../tests/practice/server";
import { treeCost, treePss } from "./processes";

const { values: asked } = parseArgs({
  options: {
    runs: { type: "string", default: "200" },
    files: { type: "string", default: "300" },
    bytes: { type: "string", default: "10000" },
  },
});
const RUNS = Number(asked.runs);
const IDLE_MS = 10_000;

/** @returns the settled memory before the order, in bytes */
async function order(browser: BareBrowser, apiKey: string, runIds: string[]): Promise<number> {
  let idle = 0;
  await browser.drive(async (context) => {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(`chrome-extension://${extensionId()}/options.html`);
    await fillKey(page, apiKey);
    await expect(page.getByRole("status")).toContainText("Connected");
    await sleep(IDLE_MS);
    idle = treePss(browser.pid);
    const choice = await page.evaluate(
      `chrome.runtime.sendMessage({ to: "background", type: "batch-choice" })`,
    );
    expect(choice).toMatchObject({ form: "each" });
    const message = { to: "background", type: "export-batch", runIds, ...Object(choice) };
    const answer = await page.evaluate(`chrome.runtime.sendMessage(${JSON.stringify(message)})`);
    expect(answer).toMatchObject({ kind: "started" });
  });
  return idle;
}

function saved(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".zip"))
    .length;
}

async function manyRuns(): Promise<void> {
  const server = await startPracticeServer();
  const ids = Array.from({ length: RUNS }, (_, seed) => {
    const spec = { count: Number(asked.files), bytesEach: Number(asked.bytes), kind: "mixed" } as const;
    return generatedRun(server.world, { ...spec, archives: { membersEach: 20 }, seed: 1000 + seed }).id;
  });
  const downloads = mkdtempSync(join(tmpdir(), "runpack-bench-"));
  const browser = await launchBareBrowser(server.hostRules(), downloads);
  try {
    const idle = await order(browser, server.apiKey, ids);
    console.log(`idle: ${(idle / 1e6).toFixed(0)} MB`);
    let [began, cpu] = [performance.now(), treeCost(browser.pid).cpuSeconds];
    for (const quarter of [1, 2, 3, 4]) {
      let peak = 0;
      while (saved(downloads) < Math.ceil((RUNS * quarter) / 4)) {
        peak = Math.max(peak, treePss(browser.pid));
        await sleep(500);
      }
      const [now, cpuNow] = [performance.now(), treeCost(browser.pid).cpuSeconds];
      const times = `${((now - began) / 1000).toFixed(1)} s, CPU ${(cpuNow - cpu).toFixed(1)} s`;
      console.log(`quarter ${quarter}: ${times}, peak ${((peak - idle) / 1e6).toFixed(0)} MB above idle`);
      [began, cpu] = [now, cpuNow];
    }
  } finally {
    await browser.close();
    await server.close();
    rmSync(downloads, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

manyRuns().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
