import { execFile } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import { build } from "vite";
import { type BareBrowser, launchBareBrowser } from "../scripts/bare-browser";
import { extensionId } from "../scripts/profile";
import { APP, actions, fillKey } from "../tests/e2e/harness";
import { API_HOST, type PracticeServer } from "../tests/practice/server";
import { treeCost, treePss } from "./processes";
import type { WorkRun } from "./works";

/** One export by one contender. */
export interface Round {
  seconds: number;
  cpuSeconds: number;
  bytesWritten: number;
  /** Of the ZIP; 0 where none is made. */
  zipBytes: number;
  /** Peak above settled idle; null where it was not watched. */
  memory: number | null;
}

export interface Task {
  server: PracticeServer;
  /** Where the server is reached, over the link. */
  port: number;
  run: WorkRun;
  /** Watch the memory, which costs time: such a round counts for memory alone. */
  watchMemory: boolean;
  /** Longer is a failure. */
  timeoutMs: number;
}

export interface Contender {
  name: string;
  export(task: Task): Promise<Round>;
}

const runFile = promisify(execFile);
/** A browser that has just started is still busy with itself. */
const SETTLE_MS = 1500;
const IDLE_MS = 10_000;
/** From the order to the start: the debugger has to be gone. */
const HEADSTART_MS = 1000;

const hostRules = (port: number): string =>
  ["app.skyvern.com", API_HOST].map((host) => `MAP ${host} 127.0.0.1:${port}`).join(", ");

/** Downloads to files by `curl`, six at once, then a ZIP that doesn't compress: what a shell user has. */
export const curlAndZip: Contender = {
  name: "curl + zip -0",

  async export({ server, port, run, timeoutMs }) {
    const folder = mkdtempSync(join(tmpdir(), "runpack-bench-"));
    const rows = server.world.artifactsOf(run.id).filter(({ row }) => row.artifact_type !== "step_archive");
    const list = join(folder, "list");
    mkdirSync(join(folder, "files"));
    writeFileSync(
      list,
      rows
        .flatMap(({ row: { artifact_id: id } }) => [
          `url = "https://${API_HOST}/v1/artifacts/${id}/content"`,
          `output = "${join(folder, "files", id)}"`,
        ])
        .join("\n"),
    );
    const curl = [
      "curl -sSfk --parallel --parallel-max 6 --retry 5 --retry-all-errors",
      `--connect-to ${API_HOST}:443:127.0.0.1:${port}`,
      `-H "x-api-key: ${server.apiKey}" -K ${list}`,
    ].join(" ");
    const script = `${curl} && cd files && zip -0qr ../bundle.zip . && times`;
    try {
      const began = performance.now();
      const { stdout } = await runFile("bash", ["-c", script], { cwd: folder, timeout: timeoutMs });
      const seconds = (performance.now() - began) / 1000;
      const zipBytes = checkedZip(join(folder, "bundle.zip"), run);
      const cpuSeconds = [...(stdout.split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/g)]
        .map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest))
        .reduce((total, each) => total + each, 0);
      return { seconds, cpuSeconds, bytesWritten: run.bytes + zipBytes, zipBytes, memory: null };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The product: from the click to the finished file. */
export const runpack: Contender = {
  name: "Runpack",

  export: (task) =>
    inBrowser(task, true, async (browser, downloads, ready) => {
      await browser.drive(async (context) => {
        const page = context.pages()[0] ?? (await context.newPage());
        await page.goto(`chrome-extension://${extensionId()}/options.html`);
        await fillKey(page, task.server.apiKey);
        await expect(page.getByRole("status")).toContainText("Connected");
        await page.goto(`${APP}/runs/${task.run.id}/overview`);
        await expect(actions(page).exportBundle).toBeVisible();
      });
      await ready();
      let began = 0;
      await browser.drive(async (context) => {
        const page = context.pages().find((each) => each.url().startsWith(APP));
        if (!page) throw new Error("The run's page is gone");
        // The welcome page opened in front of it: what is behind draws once a second, and is clicked as slowly.
        await page.bringToFront();
        const button = actions(page).exportBundle;
        await button.hover();
        began = performance.now();
        await button.click();
      });
      const zip = await finishedZip(join(downloads, "Skyvern"), task.timeoutMs);
      return { seconds: (performance.now() - began) / 1000, zipBytes: checkedZip(zip, task.run) };
    }),
};

/** The page-side job with a library; `floor`: fetched and thrown away. */
export function peer(name: "floor" | "client-zip" | "zip.js" | "fflate" | "JSZip"): Contender {
  return {
    name,
    export: async (task) =>
      inBrowser(task, false, async (browser, downloads, ready) => {
        const script = await peerScript();
        await ready();
        task.server.requests.length = 0;
        const at = Date.now() + HEADSTART_MS;
        const query = new URLSearchParams({
          peer: name,
          run: task.run.id,
          key: task.server.apiKey,
          at: String(at),
        });
        await browser.drive(async (context) => {
          const page = context.pages()[0] ?? (await context.newPage());
          const html = "<!doctype html><title>Peers</title><script type=module src=/peers.js></script>";
          await page.route(`${APP}/peers*`, (route) =>
            route.request().url().endsWith(".js")
              ? route.fulfill({ contentType: "text/javascript", body: script })
              : route.fulfill({ contentType: "text/html", body: html }),
          );
          await page.goto(`${APP}/peers?${query}`);
        });
        const raced = new AbortController();
        const zip = await Promise.race([
          finishedZip(downloads, task.timeoutMs, raced.signal),
          endOf(task.server, task.timeoutMs, raced.signal),
        ]).finally(() => raced.abort());
        const seconds = (Date.now() - at) / 1000;
        return { seconds, zipBytes: zip === null ? 0 : checkedZip(zip, task.run) };
      }),
  };
}

/** A new browser for one export, and what it costs. `ready` is called when the export is about to be ordered. */
async function inBrowser(
  { port, watchMemory }: Task,
  withExtension: boolean,
  work: (
    browser: BareBrowser,
    downloads: string,
    ready: () => Promise<void>,
  ) => Promise<{ seconds: number; zipBytes: number }>,
): Promise<Round> {
  const downloads = mkdtempSync(join(tmpdir(), "runpack-bench-"));
  const browser = await launchBareBrowser(hostRules(port), downloads, withExtension);
  const stop = new AbortController();
  let before = treeCost(browser.pid);
  let idle = 0;
  let peak = 0;
  const watch = async () => {
    while (watchMemory && !stop.signal.aborted) {
      peak = Math.max(peak, treePss(browser.pid));
      await sleep(100);
    }
  };
  try {
    const { seconds, zipBytes } = await work(browser, downloads, async () => {
      await sleep(watchMemory ? IDLE_MS : SETTLE_MS);
      before = treeCost(browser.pid);
      idle = watchMemory ? treePss(browser.pid) : 0;
      void watch();
    });
    const after = treeCost(browser.pid);
    return {
      seconds,
      zipBytes,
      cpuSeconds: after.cpuSeconds - before.cpuSeconds,
      bytesWritten: after.bytesWritten - before.bytesWritten,
      memory: watchMemory ? peak - idle : null,
    };
  } finally {
    stop.abort();
    await browser.close();
    rmSync(downloads, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** The browser writes beside the final name, and holds that by an empty file. */
async function finishedZip(folder: string, timeoutMs: number, stop?: AbortSignal): Promise<string> {
  for (const end = Date.now() + timeoutMs; Date.now() < end && !stop?.aborted; await sleep(10)) {
    const name = existsSync(folder) ? readdirSync(folder).find((each) => each.endsWith(".zip")) : undefined;
    if (name !== undefined && statSync(join(folder, name)).size > 0) return join(folder, name);
  }
  throw new Error(`no ZIP after ${timeoutMs / 1000} s`);
}

/** The peer's page tells its end by a request: null for done. */
async function endOf({ requests }: PracticeServer, timeoutMs: number, stop: AbortSignal): Promise<null> {
  for (const end = Date.now() + timeoutMs; Date.now() < end && !stop.aborted; await sleep(10)) {
    const told = requests.find(({ path }) => path.startsWith("/bench-end"));
    if (!told) continue;
    const what = new URL(told.path, APP).searchParams.get("what") ?? "";
    if (what === "done") return null;
    throw new Error(what);
  }
  throw new Error(`no end after ${timeoutMs / 1000} s`);
}

/** @returns its size. @throws Error for one that lacks files (APPNOTE 4.3.14, 4.3.16) */
function checkedZip(path: string, run: WorkRun): number {
  const { size } = statSync(path);
  const tail = Buffer.alloc(Math.min(size, 22));
  const file = openSync(path, "r");
  readSync(file, tail, 0, tail.length, size - tail.length);
  closeSync(file);
  if (tail.readUInt32LE(0) !== 0x06054b50) throw new Error(`${path} is no finished ZIP`);
  const entries = tail.readUInt16LE(10);
  if (entries < run.files) throw new Error(`${path} has ${entries} entries for ${run.files} files`);
  return size;
}

let built: Promise<string> | undefined;

/** The script of the peers' page, with the libraries in it. */
function peerScript(): Promise<string> {
  built ??= buildPeers();
  return built;
}

async function buildPeers(): Promise<string> {
  const entry = fileURLToPath(new URL("peers.ts", import.meta.url));
  const output = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, target: "esnext", lib: { entry, formats: ["es"], fileName: () => "peers.js" } },
  });
  const [bundle] = Array.isArray(output) ? output : [output];
  const [chunk] = bundle && "output" in bundle ? bundle.output : [];
  if (chunk?.type !== "chunk") throw new Error("The peers' page can't be built");
  return chunk.code;
}
