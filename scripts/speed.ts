/**
 * Speed and memory of an export against `curl` and `zip`, on loopback: `npm run speed`. No debugger is attached while
 * it is measured. Medians of three; memory in a run of its own, because reading it costs time.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import { APP, actions, fillKey } from "../tests/e2e/harness";
import { readZip } from "../tests/e2e/verify-zip";
import { generatedRun } from "../tests/practice/runs/generated";
import { type PracticeServer, startPracticeServer } from "../tests/practice/server";
import { type BareBrowser, launchBareBrowser } from "./bare-browser";
import { treePss } from "./memory";
import { extensionId } from "./profile";

const FILES = 1000;
const BYTES_EACH = 100_000;
const ROUNDS = 3;
const run = promisify(execFile);

interface Round {
  seconds: number;
  bytes: number;
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** What the two programs take: the same files by the same server, six at once, into a ZIP that doesn't compress. */
async function curlAndZip(server: PracticeServer, runId: string, folder: string): Promise<Round> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const lines = server.world
    .artifactsOf(runId)
    .flatMap(({ row: { artifact_id: id } }) => [
      `url = "https://api.skyvern.com:${server.port}/v1/artifacts/${id}/content"`,
      `output = "${join(folder, id)}"`,
    ]);
  const list = join(folder, "list");
  writeFileSync(list, lines.join("\n"));
  const zip = join(folder, "bundle.zip");
  const began = performance.now();
  const resolve = [
    "--resolve",
    `api.skyvern.com:${server.port}:127.0.0.1`,
    "-H",
    `x-api-key: ${server.apiKey}`,
  ];
  await run("curl", ["-sk", "--parallel", "--parallel-max", "6", ...resolve, "-K", list]);
  rmSync(list);
  await run("zip", ["-0", "-q", "-r", zip, "."], { cwd: folder });
  return { seconds: (performance.now() - began) / 1000, bytes: statSync(zip).size };
}

/** From the click to the finished file. */
async function exportOnce(browser: BareBrowser, runId: string, downloads: string): Promise<Round> {
  const folder = join(downloads, "Skyvern");
  rmSync(folder, { recursive: true, force: true });
  let began = 0;
  await browser.drive(async (context) => {
    const [page] = context.pages();
    if (!page) throw new Error("The browser has no page.");
    const button = actions(page).exportBundle;
    await button.hover();
    await page.mouse.down();
    began = performance.now();
    await page.mouse.up();
  });
  const zip = await finishedZip(folder, runId);
  return { seconds: (performance.now() - began) / 1000, bytes: statSync(zip).size };
}

async function finishedZip(folder: string, runId: string): Promise<string> {
  for (let tries = 0; tries < 12_000; tries++) {
    const found = existsSync(folder)
      ? readdirSync(folder).find((name) => name.endsWith(`${runId}.zip`))
      : undefined;
    const path = join(folder, found ?? "");
    // The browser holds the name with an empty file while it writes beside it.
    if (found !== undefined && statSync(path).size > FILES * BYTES_EACH) return path;
    await sleep(10);
  }
  throw new Error("No bundle after 2 minutes.");
}

async function prepare(browser: BareBrowser, server: PracticeServer, runId: string): Promise<void> {
  await browser.drive(async (context) => {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(`chrome-extension://${extensionId()}/options.html`);
    await fillKey(page, server.apiKey);
    await expect(page.getByRole("status")).toContainText("Connected");
    await page.goto(`${APP}/runs/${runId}/overview`);
    await expect(actions(page).host).toBeAttached();
  });
}

/** Peak above the settled idle, in bytes. */
async function memoryGrowth(browser: BareBrowser, runId: string, downloads: string): Promise<number> {
  await sleep(15_000);
  const idle = treePss(browser.pid);
  let peak = idle;
  let over = false;
  const watch = async () => {
    while (!over) {
      peak = Math.max(peak, treePss(browser.pid));
      await sleep(100);
    }
  };
  const watching = watch();
  await exportOnce(browser, runId, downloads);
  over = true;
  await watching;
  return peak - idle;
}

async function speed(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "runpack-speed-"));
  const downloads = join(scratch, "downloads");
  const server = await startPracticeServer();
  const { id } = generatedRun(server.world, { count: FILES, bytesEach: BYTES_EACH, kind: "media" });
  const browser = await launchBareBrowser(server.hostRules(), downloads);
  try {
    await prepare(browser, server, id);
    const growth = await memoryGrowth(browser, id, downloads);
    const theirs: number[] = [];
    const ours: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      theirs.push((await curlAndZip(server, id, join(scratch, "curl"))).seconds);
      ours.push((await exportOnce(browser, id, downloads)).seconds);
      console.log(
        `round ${round}: curl and zip ${theirs.at(-1)?.toFixed(2)} s, Runpack ${ours.at(-1)?.toFixed(2)} s`,
      );
    }
    const entries = await readZip(await finishedZip(join(downloads, "Skyvern"), id));
    const [slow, fast] = [median(ours), median(theirs)];
    console.log(`${FILES} files of ${BYTES_EACH / 1000} KB, ${entries.size} entries in the bundle`);
    console.log(
      `curl and zip ${fast.toFixed(2)} s, Runpack ${slow.toFixed(2)} s: ${(slow / fast).toFixed(2)} times`,
    );
    console.log(`memory: ${(growth / 1e6).toFixed(0)} MB above idle at the peak`);
  } finally {
    await browser.close();
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

speed().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
