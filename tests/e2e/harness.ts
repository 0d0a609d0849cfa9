import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type BrowserContext,
  type CDPSession,
  chromium,
  expect,
  type Locator,
  type Page,
} from "@playwright/test";
import { findChromium } from "../../scripts/browser";
import { chromiumArguments, EXTENSION, extensionId, makeProfile } from "../../scripts/profile";
import type { PracticeServer } from "../practice/server";

export const APP = "https://app.skyvern.com";

/** A Chromium with the production build, and what tests do with it. */
export interface Runpack {
  context: BrowserContext;
  /** The downloads folder. */
  downloads: string;
  /** Address of one of the extension's pages. */
  extensionPage(name: "options" | "popup" | "sidepanel" | "welcome" | "report"): string;
  /** Stores a key as a user does, and waits until it is said to work. */
  saveKey(key: string): Promise<void>;
  /** Allows the extension on hosts, as a user does on the browser's page of extensions: then it may ask for them. */
  allowHosts(origins: string[]): Promise<void>;
  /** Opens a page of Skyvern's web UI and waits for the buttons. */
  openRun(path: string): Promise<Page>;
  /** Waits until the downloads folder has a finished file whose path matches, and gives its absolute path. */
  waitForDownload(pattern: RegExp, timeout?: number): Promise<string>;
  close(): Promise<void>;
  /** Ends the browser as a crash does: no process of it gets a word in. Profile and downloads stay. */
  kill(): Promise<void>;
  /** The browser's own DevTools session, for what no page can do. */
  devtools: CDPSession;
  profile: string;
}

/** Of the browser's own page of extensions. */
declare const chrome: {
  developerPrivate: { addHostPermission(extensionId: string, pattern: string): Promise<void> };
};

interface LaunchOptions {
  /** A window, for people. */
  headed?: boolean;
  /** Where downloads go; a temporary folder otherwise, which `close` deletes. */
  downloads?: string;
  /** One that was used before; a new one otherwise. */
  profile?: string;
  /** Of the browser's own texts; English otherwise. */
  language?: string;
}

export async function launchRunpack(server: PracticeServer, options: LaunchOptions = {}): Promise<Runpack> {
  if (!existsSync(join(EXTENSION, "manifest.json"))) throw new Error("There is no build: npm run build");
  const own = options.downloads === undefined;
  const downloads = options.downloads ?? (await mkdtemp(join(tmpdir(), "runpack-downloads-")));
  const profile = options.profile ?? makeProfile(downloads);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: false,
    args: [...(options.headed ? [] : ["--headless=new"]), ...chromiumArguments(server.hostRules())],
    // Chromium on Linux takes its language from the environment.
    env: { ...process.env, LANGUAGE: options.language ?? "en" },
    ignoreDefaultArgs: ["--disable-extensions", "--disable-component-extensions-with-background-pages"],
    viewport: options.headed ? null : { width: 1600, height: 900 },
  });
  const devtools = await keepDownloadNames(context);
  // A new user is welcomed; tests begin with a browser that nobody greets any more.
  if (options.profile === undefined) await closeWelcome(context);
  const extensionPage = (name: string) => `chrome-extension://${extensionId()}/${name}.html`;
  return {
    context,
    downloads,
    extensionPage,

    async saveKey(key) {
      const page = await context.newPage();
      await page.goto(extensionPage("options"));
      await fillKey(page, key);
      await expect(page.getByRole("status")).toContainText("Connected");
      await page.close();
    },

    async allowHosts(origins) {
      const page = await context.newPage();
      await page.goto("chrome://extensions");
      await page.evaluate(
        async ({ id, patterns }) => {
          for (const pattern of patterns) await chrome.developerPrivate.addHostPermission(id, pattern);
        },
        { id: extensionId(), patterns: origins.map((origin) => `${origin}/*`) },
      );
      await page.close();
    },

    async openRun(path) {
      const page = await context.newPage();
      await page.goto(APP + path);
      await expect(actions(page).host).toBeAttached();
      return page;
    },

    waitForDownload: (pattern, timeout = 30_000) => waitForFile(downloads, pattern, timeout),

    devtools,
    profile,

    async kill() {
      const ended = new Promise((resolve) => context.once("close", resolve));
      for (const pid of processesOf(profile)) process.kill(pid, "SIGKILL");
      await ended;
      // A killed browser leaves its lock behind, and the next one takes it over only where nobody holds it.
      while (processesOf(profile).length > 0) await sleep(20);
    },

    async close() {
      await context.close().catch(() => undefined);
      for (const folder of own ? [profile, downloads] : [profile]) {
        rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      }
    },
  };
}

/** Under automation a browser renames downloads, unless told to behave as it does for people. */
async function keepDownloadNames(context: BrowserContext): Promise<CDPSession> {
  const session = await context.browser()?.newBrowserCDPSession();
  if (!session) throw new Error("This Playwright gives no session with the browser itself.");
  await session.send("Browser.setDownloadBehavior", { behavior: "default" });
  return session;
}

async function closeWelcome(context: BrowserContext): Promise<void> {
  const welcome = () => context.pages().find((page) => page.url().endsWith("/welcome.html"));
  await expect.poll(() => welcome() !== undefined, { timeout: 30_000 }).toBe(true);
  await welcome()?.close();
}

/** Process IDs of the browser that uses a profile; its children name it or its children do. */
function processesOf(profile: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandOf(pid).includes(`--user-data-dir=${profile}`))
    .map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
}

/** Fills in the options page and saves, as a user does. */
export async function fillKey(page: Page, key: string): Promise<void> {
  await page.getByRole("textbox", { name: "API key" }).fill(key);
  await page.getByRole("button", { name: "Save and test" }).click();
}

/** What Runpack shows on a run page. Locators go into the open shadow root by themselves. */
export interface Actions {
  host: Locator;
  downloadAll: Locator;
  exportBundle: Locator;
  more: Locator;
  cancel: Locator;
  status: Locator;
  alert: Locator;
  /** Clicks one of the two export buttons, which narrow places keep in a menu. */
  start(button: "Download all" | "Export bundle"): Promise<void>;
}

export function actions(page: Page): Actions {
  const host = page.locator("runpack-actions");
  const button = (name: string) => host.getByRole("button", { name, exact: true });
  const more = button("More export options");
  return {
    host,
    downloadAll: button("Download all"),
    exportBundle: button("Export bundle"),
    more,
    cancel: button("Cancel"),
    status: host.getByRole("status"),
    alert: host.getByRole("alert"),

    async start(name) {
      // While the page loads, its line gets narrower and wider, and the buttons change their form with it.
      await expect(async () => {
        if (!(await button(name).isVisible())) await more.click({ timeout: 2000 });
        await button(name).click({ timeout: 2000 });
      }).toPass();
    },
  };
}

/** Finished files below a folder: what is still being written is not among them. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".crdownload"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

async function waitForFile(folder: string, pattern: RegExp, timeout: number): Promise<string> {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    const found = filesIn(folder).find((path) => pattern.test(path));
    if (found !== undefined) return join(folder, found);
    await sleep(50);
  }
  throw new Error(
    `no file like ${pattern} in ${timeout} ms; there are: ${filesIn(folder).join(", ") || "none"}`,
  );
}
