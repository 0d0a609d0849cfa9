/** One browser and one server for many tests: each finds both as a user does who comes back the next day. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { type PracticeServer, startPracticeServer } from "../practice/server";
import { APP, launchRunpack, type Runpack } from "./harness";

export interface SharedBrowser {
  server: PracticeServer;
  runpack: Runpack;
  /** Takes away whatever was left: pages, jobs, files, settings, requests. @param keyStored as in the profile, or none */
  putBack(keyStored: boolean): Promise<void>;
  close(): Promise<void>;
}

/** What the extension has stored: records by key, by object store, by database. */
type Stored = Record<string, Record<string, [key: string, value: unknown][]>>;

/** Chromium's alone. @param copyOf the profile to begin with */
export async function shareBrowser(copyOf: string): Promise<SharedBrowser> {
  const server = await startPracticeServer();
  const runpack = await launchRunpack(server, { copyOf });
  const page = await ownPage(runpack);
  const kept = await page.evaluate(readStores);
  expect(Object.keys(kept), "the database with the key").toContain("runpack");
  return {
    server,
    runpack,
    async putBack(keyStored) {
      await emptyBrowser(runpack, keyStored ? kept : {});
      for (const name of readdirSync(runpack.downloads))
        rmSync(join(runpack.downloads, name), { recursive: true });
      server.beginAnew();
    },
    async close() {
      await runpack.close();
      await server.close();
    },
  };
}

/** The page that the browser began with, on an address of the extension's where nothing runs. All others are closed. */
async function ownPage({ context, extensionOrigin }: Runpack): Promise<Page> {
  const [first, ...others] = context.pages();
  await Promise.all(others.map((page) => page.close()));
  const page = first ?? (await context.newPage());
  const address = `${extensionOrigin}/manifest.json`;
  if (page.url() !== address) await page.goto(address);
  return page;
}

async function emptyBrowser(runpack: Runpack, stored: Stored): Promise<void> {
  const page = await ownPage(runpack);
  const session = await runpack.context.newCDPSession(page);
  await session.send("Network.clearBrowserCache");
  await session.send("Storage.clearDataForOrigin", { origin: APP, storageTypes: "all" });
  await session.detach();
  // A background that begins anew while it is ended takes its jobs up again, and writes them down once more.
  do {
    await runpack.chromium?.stopAll(page);
    await page.evaluate(empty, stored);
    await runpack.chromium?.stopAll(page);
  } while (await page.evaluate(isAtWork));
}

/** Of the extension's page. */
declare const chrome: {
  action: { setBadgeText(badge: { text: string }): Promise<void> };
  alarms: { clearAll(): Promise<boolean>; getAll(): Promise<unknown[]> };
  downloads: {
    search(query: { state: "in_progress" }): Promise<{ id: number }[]>;
    cancel(id: number): Promise<void>;
    erase(query: object): Promise<number[]>;
  };
  notifications: { getAll(): Promise<object>; clear(id: string): Promise<boolean> };
  storage: Record<"local" | "session", { clear(): Promise<void> }>;
};

/** Runs in the extension's page. */
async function readStores(): Promise<Stored> {
  const done = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const stored: Stored = {};
  for (const { name = "" } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name));
    stored[name] = {};
    for (const storeName of db.objectStoreNames) {
      const store = db.transaction(storeName).objectStore(storeName);
      // Settings alone: what has its key within belongs to jobs.
      if (store.keyPath !== null) continue;
      const [keys, values] = [await done(store.getAllKeys()), await done(store.getAll())];
      stored[name][storeName] = keys.map((key, index) => [String(key), values[index]]);
    }
    db.close();
  }
  return stored;
}

/** Runs in the extension's page. */
async function empty(stored: Stored): Promise<void> {
  const done = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name = "" } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name));
    for (const storeName of db.objectStoreNames) {
      const store = db.transaction(storeName, "readwrite").objectStore(storeName);
      await done(store.clear());
      for (const [key, value] of stored[name]?.[storeName] ?? []) await done(store.put(value, key));
    }
    db.close();
  }
  const root = await navigator.storage.getDirectory();
  const end = Date.now() + 30_000;
  for await (const name of root.keys()) {
    for (;;) {
      try {
        await root.removeEntry(name, { recursive: true });
        break;
      } catch (error) {
        // A thread that ends holds its file for another moment.
        if (Date.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
  const underWay = await chrome.downloads.search({ state: "in_progress" });
  await Promise.all(underWay.map(({ id }) => chrome.downloads.cancel(id)));
  await Promise.all([
    chrome.storage.local.clear(),
    chrome.storage.session.clear(),
    chrome.alarms.clearAll(),
    chrome.downloads.erase({}),
    chrome.action.setBadgeText({ text: "" }),
    chrome.notifications
      .getAll()
      .then((all) => Promise.all(Object.keys(all).map((id) => chrome.notifications.clear(id)))),
  ]);
}

/** Runs in the extension's page: whether anything is left that the extension would go on with. */
async function isAtWork(): Promise<boolean> {
  const done = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  let left = (await chrome.alarms.getAll()).length;
  for (const { name = "" } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name));
    for (const storeName of db.objectStoreNames) {
      const store = db.transaction(storeName).objectStore(storeName);
      // As in `readStores`: what has its key within belongs to jobs.
      if (store.keyPath !== null) left += await done(store.count());
    }
    db.close();
  }
  return left > 0;
}
