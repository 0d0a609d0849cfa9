import { type Browser, browser } from "wxt/browser";
import type { Access } from "@/core/skyvern/client";
import { readStoredAccess, writeStoredAccess } from "./settings-store";

/** How to reach Skyvern, and for how long the key is kept. */
export interface KeptAccess extends Access {
  /** The key is in memory alone, and gone with the browser's session. */
  sessionOnly: boolean;
}

const KEY = "api-key";
const PORT = "session-key";

/** The key and address; an empty key where none is kept. For contexts with `browser.*`, which a worker has not. */
export async function readAccess(): Promise<KeptAccess> {
  const { sessionOnly = false, ...access } = await readStoredAccess();
  return sessionOnly ? { ...access, apiKey: await sessionKey(), sessionOnly } : { ...access, sessionOnly };
}

export async function writeAccess({ apiKey, apiAddress, sessionOnly }: KeptAccess): Promise<void> {
  if (sessionOnly) await browser.storage.session.set({ [KEY]: apiKey });
  else await browser.storage.session.remove(KEY);
  await writeStoredAccess({ apiKey: sessionOnly ? "" : apiKey, apiAddress, sessionOnly });
}

/** The key that is in memory alone; empty where there is none. Content scripts can't read that store. */
export async function sessionKey(): Promise<string> {
  const stored = await browser.storage.session.get(KEY);
  const key: unknown = stored[KEY];
  return typeof key === "string" ? key : "";
}

/** The same for the offscreen document, which has no storage: by a port to the background, which nobody else hears. */
export function askSessionKey(): Promise<string> {
  return new Promise((resolve) => {
    const port = browser.runtime.connect({ name: PORT });
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
  if (port.name !== PORT || port.sender?.id !== browser.runtime.id || !isOffscreen) return;
  sessionKey().then(
    (key) => port.postMessage(key),
    () => port.disconnect(),
  );
}
