import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext } from "@playwright/test";
import type { PracticeServer } from "../practice/server";

export type BrowserName = "chromium" | "firefox";

export interface LaunchOptions {
  browser?: BrowserName;
  /** A window, for people. */
  headed?: boolean;
  /** Where downloads go; a temporary folder otherwise, which `close` deletes. */
  downloads?: string;
  /** One that was used before; a new one otherwise. */
  profile?: string;
  /** One to begin with a copy of. Chromium's alone: Firefox knows the extension anew at every start. */
  copyOf?: string;
  /** The extension comes from a copy of the build in the profile, for an update. Firefox's always does. */
  ownBuild?: boolean;
  /** The browser begins without the extension, until `install`. Chromium's alone. */
  installLater?: boolean;
  /** Of the browser's own texts; English otherwise. */
  language?: string;
  /** The folder of another extension that the user has too. Chromium's alone. */
  beside?: string;
  /** It was installed before Runpack; after it otherwise. */
  besideIsOlder?: boolean;
  /** What an administrator has set for the extension; Firefox reads it as it starts. */
  policy?: Record<string, unknown>;
  /** `unknown`: no name server knows the API's host. `deaf`: nobody listens there. `plain`: who listens speaks no TLS. */
  api?: "unknown" | "deaf" | "plain";
}

/** A line below the address bar. */
export interface Suggestion {
  content: string;
  /** With the browser's own marks where it takes them. */
  description: string;
}

/** A browser with the production build, and what no page can do to it. */
export interface Driver {
  context: BrowserContext;
  profile: string;
  /** `chrome-extension://…` or `moz-extension://…`, without a slash at the end. */
  extensionOrigin: string;
  /** Where below the profile the extension's databases lie. */
  extensionDatabases: string;
  /** Allows the extension on hosts, as a user does in the browser's own settings: then it may ask for them. */
  allowHosts(origins: string[]): Promise<void>;
  /** Ends the background as the browser itself does after half a minute without events. */
  stopBackground(): Promise<void>;
  /** Ends what holds the jobs: Chromium's offscreen document, Firefox's event page. */
  stopHost(): Promise<void>;
  /** As a developer does. */
  reloadExtension(): Promise<void>;
  /**
   * Puts a later version in the installed one's place at once: Chromium, which waits until an extension rests, does so
   * when the user presses **Update**. Needs `ownBuild`.
   * @param first a script that the later version's background begins with
   */
  updateExtension(version: string, first: string): Promise<void>;
  /** Lets the extension read what was copied, as a user does who is asked. */
  allowClipboard(): Promise<void>;
  /** Tells the background of a click on an item of its menus. @param place what the browser knows of the place */
  clickMenu(item: string, place?: Record<string, string>): Promise<void>;
  /** Tells the background of a keyboard command. */
  pressCommand(command: string): Promise<void>;
  /** What the background suggests for a text behind the keyword in the address bar. */
  suggestionsFor(text: string): Promise<Suggestion[]>;
  /** Tells the background of Enter in the address bar. */
  enterInAddressBar(text: string, where: "currentTab" | "newForegroundTab"): Promise<void>;
  /** Breaks the next download off, as a user does in the browser's list. */
  breakNextDownload(): Promise<void>;
  /** Stops every process of the browser where it stands, as a computer that goes to sleep does. @returns wakes them */
  putToSleep(): () => void;
  /** Ends the browser as a crash does: no process of it gets a word in. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface DriverOptions extends LaunchOptions {
  server: PracticeServer;
  downloads: string;
}

/** Ends processes without a word, and waits until they are gone. @param pids asked anew until there are none */
export async function killAll(pids: () => number[]): Promise<void> {
  for (const pid of pids()) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
  // A killed browser leaves its lock behind, and the next one takes it over only where nobody holds it.
  while (pids().length > 0) await sleep(20);
}

/** Makes a copy of a build a later one. @param first its background begins with it */
export function putVersion(build: string, version: string, first: string): void {
  const change = (name: string, to: (text: string) => string) =>
    writeFileSync(join(build, name), to(readFileSync(join(build, name), "utf8")));
  change("manifest.json", (text) => JSON.stringify({ ...JSON.parse(text), version }));
  change("background.js", (text) => `${first};\n${text}`);
}

/** Stops processes where they stand. @returns lets them go on */
export function stopAll(pids: readonly number[]): () => void {
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  return () => {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  };
}

/** IDs of the running processes whose command line has that text. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/cmdline`).includes(text))
    .map(Number);
}

/** The process and everything below it, as far as it runs. */
export function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // "1234 (a name) S 1 …": the parent is the second field behind the name.
    const [state, parent] = read(`/proc/${name}/stat`)
      .replace(/^.*\) /s, "")
      .split(" ");
    if (state !== undefined && state !== "" && state !== "Z") parents.set(Number(name), Number(parent));
  }
  const family = parents.has(root) ? [root] : [];
  for (const member of family) for (const [pid, parent] of parents) if (parent === member) family.push(pid);
  return family;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
}
