import { type Browser, browser } from "wxt/browser";
import type { Access } from "@/core/skyvern/client";
import { changeStoredServers, readStoredAccess, type StoredServer } from "./settings-store";

/** How to reach one Skyvern, and for how long the key is kept. */
export interface KeptAccess extends Access {
  /** The key is in memory alone, and gone with the browser's session. */
  sessionOnly: boolean;
}

const KEY = "api-key:";
const PORT = "session-key:";

/**
 * The key of the server at this address; an empty one where none is kept. For contexts with `browser.*`, which a
 * worker has not.
 */
export async function readAccess(apiAddress: string): Promise<KeptAccess> {
  const { apiKey, sessionOnly = false } = await readStoredAccess(apiAddress);
  return { apiAddress, apiKey: sessionOnly ? await sessionKey(apiAddress) : apiKey, sessionOnly };
}

/** Stores a server with its key; one at the same address is replaced. */
export async function writeServer(server: StoredServer): Promise<void> {
  const { apiAddress, apiKey, sessionOnly } = server;
  if (sessionOnly) await browser.storage.session.set({ [KEY + apiAddress]: apiKey });
  else await browser.storage.session.remove(KEY + apiAddress);
  const kept = { ...server, apiKey: sessionOnly ? "" : apiKey };
  await changeStoredServers(({ servers, chosen }) => {
    const isNew = servers.every((each) => each.apiAddress !== apiAddress);
    return {
      servers: isNew
        ? [...servers, kept]
        : servers.map((each) => (each.apiAddress === apiAddress ? kept : each)),
      chosen,
    };
  });
}

/** Takes a server and its key away. */
export async function eraseServer(apiAddress: string): Promise<void> {
  await browser.storage.session.remove(KEY + apiAddress);
  await changeStoredServers(({ servers, chosen }) => ({
    servers: servers.filter((each) => each.apiAddress !== apiAddress),
    chosen: chosen === apiAddress ? null : chosen,
  }));
}

/** The key that is in memory alone; empty where there is none. Content scripts can't read that store. */
export async function sessionKey(apiAddress: string): Promise<string> {
  const stored = await browser.storage.session.get(KEY + apiAddress);
  const key: unknown = stored[KEY + apiAddress];
  return typeof key === "string" ? key : "";
}

/** The same for the offscreen document, which has no storage: by a port to the background, which nobody else hears. */
export function askSessionKey(apiAddress: string): Promise<string> {
  return new Promise((resolve) => {
    const port = browser.runtime.connect({ name: PORT + apiAddress });
    port.onMessage.addListener((key: unknown) => {
      resolve(typeof key === "string" ? key : "");
      port.disconnect();
    });
    port.onDisconnect.addListener(() => resolve(""));
  });
}

/** The background's end of that port. */
export function answerSessionKey(port: Browser.runtime.Port): void {
  const isOffscreen = port.sender?.url === browser.runtime.getURL("/offscreen.html");
  if (!port.name.startsWith(PORT) || port.sender?.id !== browser.runtime.id || !isOffscreen) return;
  sessionKey(port.name.slice(PORT.length)).then(
    (key) => port.postMessage(key),
    () => port.disconnect(),
  );
}
