import { openDB } from "idb";
import { DEFAULT_API_ADDRESS } from "@/core/settings/api-address";
import { type Preferences, preferencesIn } from "@/core/settings/preferences";
import { CLOUD, guessUiOrigin } from "@/core/settings/servers";
import type { Access } from "@/core/skyvern/client";

/**
 * The servers with their API keys, in IndexedDB of the extension's own origin: content scripts can read `storage.local`
 * in some browsers, this in none. The worker that fetches reads it here, so the key crosses no message.
 */
const database = () =>
  openDB<Stored>("runpack", 2, {
    upgrade: (db, from) => {
      if (from < 1) db.createObjectStore("settings");
      if (from < 2) db.createObjectStore("preferences");
    },
  });

/** A server as it is on disk. A key that is to be forgotten with the browser's session is not there (see access.ts). */
export interface StoredServer extends Access {
  uiOrigins: string[];
  organization: string | null;
  sessionOnly: boolean;
}

export interface StoredServers {
  /** Skyvern Cloud first, then in the order in which they were added. */
  servers: StoredServer[];
  /** API address of the server that the user chose as the default. */
  chosen: string | null;
}

/** What version 0.1 stored: the one key and its address. */
interface FirstAccess extends Access {
  sessionOnly?: boolean;
}

interface Stored {
  settings: { key: string; value: StoredServers | FirstAccess };
  preferences: { key: string; value: unknown };
}

const SERVERS = "servers";
const FIRST_ACCESS = "access";
const NEW: StoredServers = {
  servers: [
    {
      apiAddress: CLOUD.apiAddress,
      apiKey: "",
      uiOrigins: CLOUD.uiOrigins,
      organization: null,
      sessionOnly: false,
    },
  ],
  chosen: null,
};

export async function readStoredServers(): Promise<StoredServers> {
  const db = await database();
  const [stored, first] = await Promise.all([db.get("settings", SERVERS), db.get("settings", FIRST_ACCESS)]);
  db.close();
  return storedOf(stored, first);
}

/** One change after the other, whichever page makes it. */
export async function changeStoredServers(change: (before: StoredServers) => StoredServers): Promise<void> {
  const db = await database();
  const { store, done } = db.transaction("settings", "readwrite");
  const before = storedOf(await store.get(SERVERS), await store.get(FIRST_ACCESS));
  await store.put(change(before), SERVERS);
  await store.delete(FIRST_ACCESS);
  await done;
  db.close();
}

/** What is on disk of one server; an empty key where none is. */
export async function readStoredAccess(apiAddress: string): Promise<FirstAccess> {
  const { servers } = await readStoredServers();
  return servers.find((server) => server.apiAddress === apiAddress) ?? { apiAddress, apiKey: "" };
}

function storedOf(
  stored: StoredServers | FirstAccess | undefined,
  first: StoredServers | FirstAccess | undefined,
): StoredServers {
  if (stored && "servers" in stored) return stored;
  if (!first || !("apiKey" in first)) return NEW;
  const { apiAddress, apiKey, sessionOnly = false } = first;
  const kept = { apiAddress, apiKey, sessionOnly, organization: null };
  if (apiAddress === DEFAULT_API_ADDRESS)
    return { servers: [{ ...kept, uiOrigins: CLOUD.uiOrigins }], chosen: null };
  return {
    servers: [...NEW.servers, { ...kept, uiOrigins: [guessUiOrigin(apiAddress)] }],
    chosen: apiAddress,
  };
}

/** Servers, keys and preferences as new. */
export async function eraseSettings(): Promise<void> {
  const db = await database();
  await Promise.all([db.clear("settings"), db.clear("preferences")]);
  db.close();
}

export async function readPreferences(): Promise<Preferences> {
  const db = await database();
  const stored = await db.get("preferences", "export");
  db.close();
  return preferencesIn(stored);
}

export async function writePreferences(preferences: Preferences): Promise<void> {
  const db = await database();
  await db.put("preferences", preferences, "export");
  db.close();
}
