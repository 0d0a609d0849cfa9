import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, type Locator, type Page } from "@playwright/test";
import type { PracticeServer } from "../practice/server";
import { type ChromiumDriver, openChromium } from "./chromium";
import type { BrowserName, Driver, LaunchOptions } from "./driver";
import { type FirefoxDriver, openFirefox } from "./firefox";

export const APP = "https://app.skyvern.com";

/** A browser with the production build, and what tests do with it. */
export interface Runpack extends Driver {
  browser: BrowserName;
  /** What one browser alone can do; null in the other. */
  chromium: ChromiumDriver | null;
  firefox: FirefoxDriver | null;
  /** The downloads folder. */
  downloads: string;
  /** Address of one of the extension's pages. */
  extensionPage(name: "options" | "popup" | "sidepanel" | "welcome" | "report"): string;
  /** Stores a key as a user does, and waits until it is said to work. */
  saveKey(key: string): Promise<void>;
  /** Opens a page of Skyvern's web UI and waits for the buttons. */
  openRun(path: string): Promise<Page>;
  /** Waits until the downloads folder has a finished file whose path matches, and gives its absolute path. */
  waitForDownload(pattern: RegExp, timeout?: number): Promise<string>;
  /** Names of what jobs have left in the private file system. */
  packs(): Promise<unknown>;
}

export async function launchRunpack(server: PracticeServer, options: LaunchOptions = {}): Promise<Runpack> {
  const own = options.downloads === undefined;
  const downloads = options.downloads ?? (await mkdtemp(join(tmpdir(), "runpack-downloads-")));
  const browser = options.browser ?? "chromium";
  const chromium = browser === "chromium" ? await openChromium({ ...options, server, downloads }) : null;
  const firefox = browser === "firefox" ? await openFirefox({ ...options, server, downloads }) : null;
  const driver = chromium ?? firefox;
  if (!driver) throw new Error(`There is no driver for ${browser}`);
  const { context, profile, extensionOrigin } = driver;
  // A new user is welcomed; tests begin with a browser that nobody greets any more.
  // In Firefox no address of an extension page is known to the driver, and the tab is in nobody's way.
  const isNew = (options.profile ?? options.copyOf) === undefined;
  if (chromium && isNew && !options.installLater) await closeWelcome(driver);
  const extensionPage = (name: string) => `${extensionOrigin}/${name}.html`;
  return {
    ...driver,
    browser,
    chromium,
    firefox,
    downloads,
    extensionPage,

    async saveKey(key) {
      const page = await context.newPage();
      await page.goto(extensionPage("options"));
      await fillKey(page, key);
      await expect(page.getByRole("status")).toContainText("Connected");
      await page.close();
    },

    async openRun(path) {
      const page = await context.newPage();
      await page.goto(APP + path);
      await expect(actions(page).host).toBeAttached();
      return page;
    },

    waitForDownload: (pattern, timeout = 30_000) => waitForFile(downloads, pattern, timeout),

    async packs() {
      const page = await context.newPage();
      await page.goto(extensionPage("popup"));
      const names = await page.evaluate(`navigator.storage.getDirectory()
        .then((root) => root.getDirectoryHandle("packs", { create: true }))
        .then((packs) => Array.fromAsync(packs.keys()))`);
      await page.close();
      return names;
    },

    async close() {
      await driver.close();
      for (const folder of own ? [profile, downloads] : [profile]) {
        rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      }
    },
  };
}

async function closeWelcome({ context, extensionOrigin }: Driver): Promise<void> {
  const welcome = () => context.pages().find((page) => page.url() === `${extensionOrigin}/welcome.html`);
  await expect.poll(() => welcome() !== undefined, { timeout: 30_000 }).toBe(true);
  await welcome()?.close();
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
        // A page that is still being made may put the button elsewhere between press and release: that is no click.
        const heard = host
          .getByRole("status")
          .or(host.getByRole("alert"))
          .or(host.locator("[aria-busy=true]"));
        await expect(heard.first()).toBeAttached({ timeout: 10_000 });
      }).toPass();
    },
  };
}

/** Finished files below a folder: what is still being written is not among them, nor what holds its place. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const all = new Set(files);
  return files.filter((file) => !/\.(?:crdownload|part)$/.test(file) && !all.has(`${file}.part`)).sort();
}

/** In bytes; 0 for a file that has got its final name meanwhile. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

async function waitForFile(folder: string, pattern: RegExp, timeout: number): Promise<string> {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    // Firefox holds a file's place with an empty one, for a moment without its `.part` beside it.
    const found = filesIn(folder).find((path) => pattern.test(path) && sizeOf(join(folder, path)) > 0);
    if (found !== undefined) return join(folder, found);
    await sleep(50);
  }
  throw new Error(
    `no file like ${pattern} in ${timeout} ms; there are: ${filesIn(folder).join(", ") || "none"}`,
  );
}
