import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { firefox } from "@playwright/test";
import { z } from "zod";
import { findFirefox } from "../../scripts/firefox";
import { API_HOST, APP_HOST } from "../practice/server";
import { writeZip } from "../practice/zip";
import { type Driver, type DriverOptions, familyOf, killAll, putVersion, stopAll } from "./driver";
import { FirefoxBridge } from "./firefox-bridge";

const BUILD = fileURLToPath(new URL("../../.output/firefox-mv3", import.meta.url));
const ADDON = "runpack@runpack.example";
/** Firefox makes one up for each profile, unless it is told. */
const UUID = "5a1f8f6e-7c5b-4f0e-9d2e-3a52e8c1b7d4";
const STARTS_WITHIN_MS = 60_000;
const PERMISSIONS =
  'ChromeUtils.importESModule("resource://gre/modules/ExtensionPermissions.sys.mjs").ExtensionPermissions';
const SEARCH =
  'ChromeUtils.importESModule("resource://gre/modules/ExtensionSearchHandler.sys.mjs").ExtensionSearchHandler';
const Suggestions = z.array(z.object({ content: z.string(), description: z.string() }));
const POLICY = `WebExtensionPolicy.getByID("${ADDON}")`;

export interface FirefoxDriver extends Driver {
  /** Evaluates an expression with the browser's own rights. */
  inBrowser(expression: string): Promise<unknown>;
  /** Ends what is told of requests, for which the browser keeps every answer in memory. Pages can't be opened then. */
  endNetworkEvents(): Promise<void>;
  /** Whether the event page runs, asked without waking it. */
  backgroundState(): Promise<"running" | "suspended" | "stopped" | "starting">;
  /** Opens an address in a private window, where the user allowed the extension. */
  openPrivately(address: string): Promise<void>;
  /** The user takes a host back in the browser's own list of permissions. */
  revoke(origin: string): Promise<void>;
}

/**
 * Playwright loads no extension into its own Firefox. So Firefox is started here, with the extension in its profile as
 * if it were installed, and Playwright is connected to it by WebDriver BiDi.
 */
export async function openFirefox(options: DriverOptions): Promise<FirefoxDriver> {
  if (!existsSync(join(BUILD, "manifest.json"))) throw new Error("There is no build: npm run build:firefox");
  const profile = options.profile ?? mkdtempSync(join(tmpdir(), "runpack-firefox-"));
  prepare(profile, options);
  const home = options.policy && homeWith(options.policy);
  const browser = start(profile, options.headed ?? false, home);
  const address = await sessionAddress(browser);
  const bridge = await FirefoxBridge.open(address);
  const stand = mkdtempSync(join(tmpdir(), "runpack-stand-in-"));
  const context = await firefox.launchPersistentContext(stand, {
    channel: "moz-firefox",
    executablePath: standIn(stand, bridge.address, browser.pid ?? 0),
    headless: !options.headed,
    ignoreHTTPSErrors: true,
    viewport: options.headed ? null : { width: 1600, height: 900 },
  });
  const inBrowser = (expression: string) => bridge.inBrowser(expression);
  const stopBackground = async () => {
    await inBrowser(`${POLICY}.extension.terminateBackground().then(() => null)`);
  };
  const reloadExtension = async () => {
    await inBrowser(`ChromeUtils.importESModule("resource://gre/modules/AddonManager.sys.mjs").AddonManager
      .getAddonByID("${ADDON}").then((addon) => addon.reload())`);
  };
  return {
    context,
    profile,
    extensionOrigin: `moz-extension://${UUID}`,
    extensionDatabases: `storage/default/moz-extension+++${UUID}`,
    inBrowser,
    endNetworkEvents: () => bridge.endNetworkEvents(),

    async backgroundState() {
      const state = await inBrowser(`${POLICY}.extension.backgroundState`);
      if (state === "running" || state === "suspended" || state === "stopped" || state === "starting")
        return state;
      throw new Error(`The background is ${state}`);
    },

    // Firefox's prompt answers itself here (see `prepare`).
    async allowHosts() {},

    stopBackground,
    stopHost: stopBackground,

    reloadExtension,

    async updateExtension(version, first) {
      const build = mkdtempSync(join(profile, "later-"));
      cpSync(BUILD, build, { recursive: true });
      putVersion(build, version, first);
      const later = `${build}.xpi`;
      writeFileSync(later, packed(build));
      await inBrowser(`ChromeUtils.importESModule("resource://gre/modules/AddonManager.sys.mjs").AddonManager
        .getInstallForFile(new (Components.Constructor("@mozilla.org/file/local;1", "nsIFile", "initWithPath"))(
          ${JSON.stringify(later)})).then((install) => install.install()).then(() => null)`);
    },

    async openPrivately(address) {
      await inBrowser(`${PERMISSIONS}.add("${ADDON}",
        { permissions: ["internal:privateBrowsingAllowed"], origins: [] }, ${POLICY}.extension).then(() => null)`);
      await reloadExtension();
      await inBrowser(`BrowserWindowTracker.promiseOpenWindow({ private: true }).then(({ gBrowser }) =>
        gBrowser.selectedBrowser.fixupAndLoadURIString("${address}",
          { triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal() })).then(() => null)`);
    },

    async allowClipboard() {
      await inBrowser(`${PERMISSIONS}.add("${ADDON}", { permissions: ["clipboardRead"], origins: [] },
        ${POLICY}.extension).then(() => null)`);
    },

    // From here on, what the browser itself sends when it has found out what was clicked, pressed or typed.
    async clickMenu(item, place = {}) {
      const info = JSON.stringify({ menuItemId: item, editable: false, modifiers: [], button: 0, ...place });
      // A click is a permission for the tab.
      await inBrowser(`((tab) => {
        ${POLICY}.extension.tabManager.addActiveTabPermission(tab);
        ${POLICY}.extension.emit("webext-menu-menuitem-click", ${info}, tab);
        return null;
      })(Services.wm.getMostRecentWindow("navigator:browser").gBrowser.selectedTab)`);
    },

    async pressCommand(command) {
      await inBrowser(`${POLICY}.extension.shortcuts.onCommand("${command}") && null`);
    },

    async suggestionsFor(text) {
      const lines = await inBrowser(`new Promise((resolve, reject) => ${SEARCH}.handleSearch(
        { keyword: "sky", text: ${JSON.stringify(`sky ${text}`)}, inPrivateWindow: false },
        (lines) => { if (lines.length > 0) resolve(lines); }).catch(reject))`);
      return Suggestions.parse(lines);
    },

    async enterInAddressBar(text, where) {
      const typed = JSON.stringify(`sky ${text}`);
      const key = where === "currentTab" ? "current" : "tab";
      await inBrowser(`(${SEARCH}.handleSearch({ keyword: "sky", text: ${typed}, inPrivateWindow: false },
        () => undefined), ${SEARCH}.handleInputEntered("sky", ${typed}, "${key}"), null)`);
    },

    async breakNextDownload() {
      await inBrowser(`(({ Downloads }) => Downloads.getList(Downloads.ALL).then((list) => {
          const view = { onDownloadAdded(download) {
            // A view is told of all that are in the list already, too.
            if (download.canceled || download.succeeded) return;
            list.removeView(view);
            // It is started after it is in the list.
            Services.tm.dispatchToMainThread(() => download.cancel());
          } };
          return list.addView(view);
        }).then(() => null))(ChromeUtils.importESModule("resource://gre/modules/Downloads.sys.mjs"))`);
    },

    async revoke(origin) {
      await inBrowser(`${PERMISSIONS}.remove("${ADDON}", { permissions: [], origins: ["${origin}/*"] },
          ${POLICY}.extension).then(() => null)`);
    },

    putToSleep: () => stopAll(familyOf(browser.pid ?? 0)),

    async kill() {
      const ended = new Promise((resolve) => context.once("close", resolve));
      const family = new Set(familyOf(browser.pid ?? 0));
      await killAll(() => [...family].filter((pid) => familyOf(pid).length > 0));
      await ended;
      rmSync(stand, { recursive: true, force: true });
    },

    async close() {
      await context.close().catch(() => undefined);
      if (browser.exitCode === null && browser.signalCode === null) {
        browser.kill("SIGKILL");
        await once(browser, "exit");
      }
      if (home) rmSync(home, { recursive: true, force: true });
      bridge.close();
      rmSync(stand, { recursive: true, force: true });
    },
  };
}

/** The extension as the store gives it, and settings that leave the browser as people have it where that matters. */
function prepare(profile: string, { server, downloads, api, language }: DriverOptions): void {
  mkdirSync(join(profile, "extensions"), { recursive: true });
  // A package that is newer than the last start's is an update to Firefox.
  const installed = join(profile, "extensions", `${ADDON}.xpi`);
  if (!existsSync(installed)) writeFileSync(installed, packed());
  const preferences = {
    "xpinstall.signatures.required": false,
    "extensions.autoDisableScopes": 0,
    "extensions.startupScanScopes": 1,
    "extensions.webextensions.uuids": JSON.stringify({ [ADDON]: UUID }),
    // Asked for by a click all the same; the browser's own dialog is out of reach.
    "extensions.webextOptionalPermissionPrompts": false,
    "network.dns.localDomains": (api === undefined ? [APP_HOST, API_HOST] : [APP_HOST]).join(),
    "network.socket.forcePort": `443=${server.port}`,
    "network.dns.disableIPv6": true,
    "browser.download.folderList": 2,
    "browser.download.dir": downloads,
    "browser.download.useDownloadDir": true,
    // The list of downloads opens over the page, and has the keyboard.
    "browser.download.alwaysOpenPanel": false,
    "browser.sessionstore.resume_from_crash": false,
    "toolkit.startup.max_resumed_crashes": -1,
    "browser.newtabpage.enabled": false,
    "browser.newtab.preload": false,
    "browser.startup.homepage": "about:blank",
    "browser.startup.page": 0,
    "intl.locale.requested": language ?? "en-US",
    "app.normandy.enabled": false,
    "datareporting.policy.dataSubmissionEnabled": false,
  };
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
}

function packed(build = BUILD): Buffer {
  const files = readdirSync(build, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return writeZip(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: relative(build, path), data: readFileSync(path), method: "deflated" };
    }),
  );
}

/** A home folder with a policy for the extension, as administrators put it into that of the system. */
function homeWith(policy: Record<string, unknown>): string {
  const home = mkdtempSync(join(tmpdir(), "runpack-home-"));
  const folder = join(home, ".mozilla", "managed-storage");
  mkdirSync(folder, { recursive: true });
  const manifest = { name: ADDON, description: "Policy", type: "storage", data: policy };
  writeFileSync(join(folder, `${ADDON}.json`), JSON.stringify(manifest));
  return home;
}

function start(profile: string, headed: boolean, home: string | undefined): ChildProcess {
  return spawn(
    findFirefox(),
    [
      "--remote-debugging-port=0",
      "--remote-allow-system-access",
      "--no-remote",
      ...(headed ? [] : ["--headless"]),
      "--profile",
      profile,
    ],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...(home ? { HOME: home } : {}) } },
  );
}

async function sessionAddress(browser: ChildProcess): Promise<string> {
  const said: string[] = [];
  const told = new Promise<string>((resolve, reject) => {
    browser.stderr?.on("data", (data) => {
      said.push(String(data));
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(said.join(""))?.[1];
      if (address) resolve(`${address}/session`);
    });
    browser.once("exit", () => reject(new Error(`Firefox did not start: ${said.join("")}`)));
    setTimeout(() => reject(new Error("Firefox did not start in time")), STARTS_WITHIN_MS).unref();
  });
  return told;
}

/** What Playwright takes for the browser: a program that tells the bridge's address and lives as long as Firefox. */
function standIn(folder: string, address: string, firefoxPid: number): string {
  const path = join(folder, "firefox.sh");
  const lines = [
    "#!/bin/sh",
    `echo "WebDriver BiDi listening on ${address}" >&2`,
    `while kill -0 ${firefoxPid} 2>/dev/null; do sleep 0.1; done`,
  ];
  writeFileSync(path, lines.join("\n"), { mode: 0o755 });
  return path;
}
