import { browser } from "wxt/browser";
import { patternOf } from "@/core/settings/origin-pattern";
import { CLOUD } from "@/core/settings/servers";
import type { PageAsk } from "./messages";
import { listServers } from "./servers";

/** Firefox takes no ports in match patterns. */
export const PORTS_IN_PATTERNS = !import.meta.env.FIREFOX;

const PREFIX = "ui:";

/** One change after the other: each looks at what the last one registered. */
let turn: Promise<void> = Promise.resolve();

/**
 * Registers the content scripts for the web UIs of all servers that the user has permitted, and takes those away
 * that are no longer wanted. The cloud's stand in the manifest. An update of the extension forgets what was
 * registered, so this runs at every start of the background.
 */
export function registerPageScripts(): Promise<void> {
  turn = turn.then(register).catch(() => undefined);
  return turn;
}

async function register(): Promise<void> {
  const wanted = await permittedPatterns();
  const registered = await browser.scripting.getRegisteredContentScripts();
  const stale = registered.map(({ id }) => id).filter((id) => !wanted.some((pattern) => isFor(id, pattern)));
  if (stale.length > 0) await browser.scripting.unregisterContentScripts({ ids: stale });
  const fresh = wanted.filter((pattern) => !registered.some(({ id }) => isFor(id, pattern)));
  for (const pattern of fresh) await registerFor(pattern);
}

async function permittedPatterns(): Promise<string[]> {
  const servers = await listServers();
  const origins = servers
    .flatMap(({ uiOrigins }) => uiOrigins)
    .filter((origin) => !CLOUD.uiOrigins.includes(origin));
  const patterns = [...new Set(origins.map((origin) => patternOf(origin, PORTS_IN_PATTERNS)))];
  const permitted = await Promise.all(
    patterns.map((pattern) => browser.permissions.contains({ origins: [pattern] })),
  );
  return patterns.filter((_, index) => permitted[index]);
}

async function registerFor(pattern: string): Promise<void> {
  const scripts = browser.runtime.getManifest().content_scripts ?? [];
  await browser.scripting.registerContentScripts(
    scripts.map(({ js = [] }, index) => ({
      id: `${PREFIX}${index}:${pattern}`,
      js: js.map(pathOf),
      matches: [pattern],
      runAt: "document_start",
      persistAcrossSessions: true,
    })),
  );
  // Pages that are open already: a script that finds an older one of ours takes its place.
  const tabs = await browser.tabs.query({ url: [pattern] });
  for (const { id: tabId } of tabs) if (tabId !== undefined) await inject(tabId).catch(() => undefined);
}

/**
 * Brings pages of the cloud that are open to life: those that were there before the extension, and those whose script
 * an update has cut off, which would show the last progress for ever. Firefox does so itself.
 */
export async function renewOpenPages(): Promise<void> {
  if (import.meta.env.FIREFOX) return;
  const scripts = browser.runtime.getManifest().content_scripts ?? [];
  const tabs = await browser.tabs.query({ url: scripts.flatMap(({ matches = [] }) => matches) });
  const lifeless = async (tabId: number) => !(await isListening(tabId)) && inject(tabId);
  // A page that the browser lets nobody into must not keep the others from it.
  await Promise.allSettled(tabs.flatMap(({ id }) => (id === undefined ? [] : lifeless(id))));
}

/** True where a script of this version is at work. */
function isListening(tabId: number): Promise<boolean> {
  const message: PageAsk = { to: "page", type: "shown-run" };
  return browser.tabs.sendMessage(tabId, message).then(
    () => true,
    () => false,
  );
}

/** Firefox gives the manifest's files by their whole address, and takes paths alone. */
function pathOf(file: string): string {
  return new URL(file, browser.runtime.getURL("/")).pathname;
}

async function inject(tabId: number): Promise<void> {
  await browser.scripting.executeScript({ target: { tabId }, files: ["/content-scripts/run-page.js"] });
}

/** Puts the second part of our script into a page that has the first one, and asked for it. */
export async function loadPageTray(tabId: number | undefined): Promise<null> {
  if (tabId !== undefined)
    await browser.scripting.executeScript({ target: { tabId }, files: ["/page-tray.js"] });
  return null;
}

function isFor(id: string, pattern: string): boolean {
  return id.startsWith(PREFIX) && id.replace(/^ui:\d+:/, "") === pattern;
}
