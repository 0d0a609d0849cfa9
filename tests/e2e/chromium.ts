import { cpSync, existsSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { type BrowserContext, type CDPSession, chromium, type Page, type Worker } from "@playwright/test";
import { findChromium } from "../../scripts/browser";
import { chromiumArguments, EXTENSION, extensionId, makeProfile } from "../../scripts/profile";
import type { PracticeServer } from "../practice/server";
import {
  type Driver,
  type DriverOptions,
  killAll,
  type LaunchOptions,
  processesWith,
  putVersion,
  type Suggestion,
  stopAll,
} from "./driver";

/** Of the browser's own page of extensions. */
declare const chrome: {
  developerPrivate: { addHostPermission(extensionId: string, pattern: string): Promise<void> };
  /** Of the background, as far as tests reach into it. */
  tabs: { query(filter: { active: boolean; lastFocusedWindow: boolean }): Promise<unknown[]> };
  omnibox: { onInputChanged: { dispatch(text: string, suggest: (lines: Suggestion[]) => void): void } };
};
type Event = "contextMenus.onClicked" | "commands.onCommand" | "omnibox.onInputEntered";

/** Longer than a busy machine takes to stop a background. */
const STOP_MS = 60_000;

export interface ChromiumDriver extends Driver {
  /** The browser's own DevTools session. */
  devtools: CDPSession;
  /** Ends all of the extension's that no page shows, if it runs. @param page any that is open */
  stopAll(page: Page): Promise<void>;
  /** As a developer installs it. */
  install(): Promise<void>;
  /** Takes all hosts back from the extension, as a user does who lets it run on a click alone. */
  withholdHosts(): Promise<void>;
  /**
   * Sets what an administrator may set of the extension, by the browser's own page for trying policies.
   * @param namespace `chrome` for what may be set of the browser itself
   */
  setPolicy(policy: Record<string, unknown>, namespace?: "chrome"): Promise<void>;
}

export async function openChromium(options: DriverOptions): Promise<ChromiumDriver> {
  if (!existsSync(join(EXTENSION, "manifest.json"))) throw new Error("There is no build: npm run build");
  const profile = options.profile ?? makeProfile(options.downloads, options.copyOf);
  const plain = options.api === "plain" ? await plainServer() : null;
  const hosts = hostRules(options.server, options.api, plain);
  const beside = options.beside === undefined ? [] : [options.beside];
  const extension = options.ownBuild ? buildIn(profile) : EXTENSION;
  const own = options.installLater ? [] : [extension];
  const extensions = options.besideIsOlder ? [...beside, ...own] : [...own, ...beside];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: false,
    args: [
      ...(options.headed ? [] : ["--headless=new"]),
      ...(options.installLater ? ["--enable-unsafe-extension-debugging"] : []),
      ...chromiumArguments(hosts, extensions),
    ],
    // Chromium on Linux takes its language from the environment.
    env: { ...process.env, LANGUAGE: options.language ?? "en" },
    ignoreDefaultArgs: ["--disable-extensions", "--disable-component-extensions-with-background-pages"],
    viewport: options.headed ? null : { width: 1600, height: 900 },
  });
  const devtools = await keepDownloadNames(context);
  const id = extensionId(extension);
  const reloadExtension = async () => {
    const page = await context.newPage();
    await page.goto("chrome://extensions");
    await page.evaluate("chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true })");
    await page.evaluate(`chrome.developerPrivate.reload("${id}")`);
  };
  return {
    context,
    profile,
    devtools,
    extensionOrigin: `chrome-extension://${id}`,
    extensionDatabases: `IndexedDB/chrome-extension_${id}`,

    async allowHosts(origins) {
      const page = await context.newPage();
      await page.goto("chrome://extensions");
      await page.evaluate(
        async ({ id, patterns }) => {
          for (const pattern of patterns) await chrome.developerPrivate.addHostPermission(id, pattern);
        },
        { id, patterns: origins.map((origin) => `${origin}/*`) },
      );
      await page.close();
    },

    async install() {
      await devtools.send("Extensions.loadUnpacked", { path: extension });
    },

    async withholdHosts() {
      const page = await context.newPage();
      await page.goto("chrome://extensions");
      await page.evaluate(
        `chrome.developerPrivate.updateExtensionConfiguration({ extensionId: "${id}", hostAccess: "ON_CLICK" })`,
      );
      await page.close();
    },

    async setPolicy(policy, namespace) {
      const rows = Object.entries(policy).map(([name, value]) => ({
        namespace: namespace ?? id,
        name,
        value,
        source: 0,
        scope: 0,
        // Mandatory: what is recommended is not handed to extensions.
        level: 1,
      }));
      const page = await context.newPage();
      await page.goto("chrome://policy/test");
      await page.evaluate(
        `import("chrome://resources/js/cr.js").then(({ sendWithPromise }) =>
          sendWithPromise("setLocalTestPolicies", ${JSON.stringify(JSON.stringify(rows))}, ""))`,
      );
      await page.close();
    },

    async stopBackground() {
      const page = await context.newPage();
      await page.goto(`chrome-extension://${id}/popup.html`);
      await stopWorkers(page);
      await page.close();
    },

    async stopHost() {
      await devtools.send("Target.closeTarget", { targetId: (await hostIn(devtools)) ?? "" });
    },

    async stopAll(page) {
      const targetId = await hostIn(devtools);
      if (targetId !== undefined) await devtools.send("Target.closeTarget", { targetId });
      await stopWorkers(page);
    },

    reloadExtension,

    async updateExtension(version, first) {
      if (extension === EXTENSION) throw new Error("The build itself must stay as it is: ownBuild");
      putVersion(extension, version, first);
      await reloadExtension();
    },

    async allowClipboard() {
      const permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"] as const;
      await devtools.send("Browser.grantPermissions", {
        origin: `chrome-extension://${id}`,
        permissions: [...permissions],
      });
    },

    clickMenu: (item, place = {}) =>
      dispatch(
        context,
        "contextMenus.onClicked",
        place,
        { menuItemId: item, editable: false, ...place },
        "tab",
      ),

    pressCommand: (command) => dispatch(context, "commands.onCommand", {}, command, "tab"),

    async suggestionsFor(text) {
      const worker = await background(context);
      return worker.evaluate(
        (typed) =>
          new Promise<Suggestion[]>((resolve) => {
            const suggest = (lines: Suggestion[]) => {
              if (lines.length > 0) resolve(lines);
            };
            chrome.omnibox.onInputChanged.dispatch(typed, suggest);
          }),
        text,
      );
    },

    enterInAddressBar: (text, where) => dispatch(context, "omnibox.onInputEntered", {}, text, where),

    async breakNextDownload() {
      const worker = await background(context);
      await worker.evaluate(`chrome.downloads.onCreated.addListener(function cancel({ id }) {
        chrome.downloads.onCreated.removeListener(cancel);
        chrome.downloads.cancel(id);
      })`);
    },

    putToSleep: () => stopAll(processesWith(`--user-data-dir=${profile}`)),

    async kill() {
      const ended = new Promise((resolve) => context.once("close", resolve));
      await killAll(() => processesWith(`--user-data-dir=${profile}`));
      await ended;
    },

    async close() {
      await context.close().catch(() => undefined);
      plain?.close();
    },
  };
}

/** The target that is the offscreen document, where there is one. */
async function hostIn(devtools: CDPSession): Promise<string | undefined> {
  const { targetInfos } = await devtools.send("Target.getTargets");
  return targetInfos.find(({ url }) => url.endsWith("/offscreen.html"))?.targetId;
}

async function stopWorkers(page: Page): Promise<void> {
  const workers = await page.context().newCDPSession(page);
  const seen: string[] = [];
  const stopped = new Promise<void>((resolve, reject) => {
    workers.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      seen.push(...versions.map(({ runningStatus }) => runningStatus));
      if (seen.includes("stopped")) resolve();
    });
    setTimeout(() => reject(new Error(`The background didn't stop: ${seen.join(", ")}`)), STOP_MS).unref();
  });
  await workers.send("ServiceWorker.enable");
  // Again and again: a message that comes while it stops starts it anew without a word.
  const stop = () => void workers.send("ServiceWorker.stopAllWorkers").catch(() => undefined);
  const stopping = setInterval(stop, 300);
  stop();
  await stopped.finally(() => clearInterval(stopping));
  await workers.detach();
}

/** A copy of the build that stays with the profile, and keeps its ID with it. */
function buildIn(profile: string): string {
  const folder = join(profile, "Runpack");
  if (!existsSync(folder)) cpSync(EXTENSION, folder, { recursive: true });
  return folder;
}

async function background(context: BrowserContext): Promise<Worker> {
  return context.serviceWorkers()[0] ?? context.waitForEvent("serviceworker");
}

/**
 * Sends an event to the background's own listeners: Chromium under automation opens no context menu, has no address bar
 * to type in and hears no shortcut. "tab" stands for the tab in front.
 */
async function dispatch(
  context: BrowserContext,
  event: Event,
  place: Record<string, string>,
  ...given: unknown[]
): Promise<void> {
  const worker = await background(context);
  await worker.evaluate(
    async ([path, values, address]) => {
      const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
      const [area = "", name = ""] = path.split(".");
      const target: unknown = Reflect.get(Reflect.get(chrome, area), name);
      const send: unknown = Reflect.get(Object(target), "dispatch");
      if (typeof send !== "function") throw new Error(`${path} can't be dispatched`);
      // A click lets the extension know the address of the tab, whatever permissions it has; this one is none.
      const clicked = address === undefined ? tab : Object.assign({}, tab, { url: address });
      send.call(target, ...values.map((value) => (value === "tab" ? clicked : value)));
    },
    [event, given, place.pageUrl] as const,
  );
}

/** Takes connections, and ends them before there is any TLS. */
async function plainServer(): Promise<Server> {
  const server = createServer((socket) =>
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n", () => socket.destroy()),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function hostRules(server: PracticeServer, api: LaunchOptions["api"], plain: Server | null): string {
  if (api === undefined) return server.hostRules();
  const address = plain?.address();
  const port = typeof address === "object" ? (address?.port ?? 9) : 9;
  const where = api === "unknown" ? "~NOTFOUND" : `127.0.0.1:${port}`;
  return `MAP app.skyvern.com 127.0.0.1:${server.port}, MAP api.skyvern.com ${where}`;
}

/** Under automation a browser renames downloads, unless told to behave as it does for people. */
async function keepDownloadNames(context: BrowserContext): Promise<CDPSession> {
  const session = await context.browser()?.newBrowserCDPSession();
  if (!session) throw new Error("This Playwright gives no session with the browser itself.");
  await session.send("Browser.setDownloadBehavior", { behavior: "default" });
  return session;
}
