import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BrowserContext, chromium } from "@playwright/test";
import { findChromium } from "./browser";
import { chromiumArguments, EXTENSION, makeProfile } from "./profile";

/** A Chromium without a debugger, which would double its cost: one is attached for the time of `drive` alone. */
export interface BareBrowser {
  pid: number;
  drive(work: (context: BrowserContext) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function launchBareBrowser(
  hostRules: string,
  downloads: string,
  withExtension = true,
): Promise<BareBrowser> {
  const profile = makeProfile(downloads);
  const args = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`];
  const size = "--window-size=1600,900";
  const browser = spawn(
    findChromium(),
    [...args, size, ...chromiumArguments(hostRules, withExtension ? [EXTENSION] : []), "about:blank"],
    {
      stdio: "ignore",
    },
  );
  const address = await debuggerAddress(profile);
  return {
    pid: browser.pid ?? 0,

    async drive(work) {
      const connection = await chromium.connectOverCDP(address);
      try {
        const session = await connection.newBrowserCDPSession();
        await session.send("Browser.setDownloadBehavior", { behavior: "default" });
        const [context] = connection.contexts();
        if (!context) throw new Error("The browser has no context.");
        await work(context);
      } finally {
        await connection.close();
      }
    },

    async close() {
      await ended(browser);
      await removed(profile);
    },
  };
}

/** Where the debugger listens; the browser writes the port into its profile. */
async function debuggerAddress(profile: string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      const [port, path] = readFileSync(join(profile, "DevToolsActivePort"), "utf8").split("\n");
      if (port && path) return `ws://127.0.0.1:${port}${path}`;
    } catch {
      // Not written yet.
    }
    await sleep(100);
  }
  throw new Error("The browser didn't start within 20 s.");
}

async function ended(browser: ChildProcess): Promise<void> {
  if (browser.exitCode !== null) return;
  const exit = new Promise((resolve) => browser.once("exit", resolve));
  browser.kill();
  await exit;
}

/** Children of a browser that has ended may still write into its profile. */
async function removed(profile: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      rmSync(profile, { recursive: true, force: true });
      return;
    } catch (error) {
      if (tries >= 50) throw error;
      await sleep(100);
    }
  }
}
