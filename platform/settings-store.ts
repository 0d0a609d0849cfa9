import { openDB } from "idb";
import { DEFAULT_NAME_TEMPLATE } from "@/core/bundle/name-template";
import { DEFAULT_API_ADDRESS } from "@/core/settings/api-address";
import type { Access } from "@/core/skyvern/client";

/**
 * The API key and address, in IndexedDB of the extension's own origin: content scripts can read `storage.local`
 * in some browsers, this in none. The worker that fetches reads it here, so the key crosses no message.
 */
const database = () =>
  openDB<Stored>("runpack", 2, {
    upgrade: (db, from) => {
      if (from < 1) db.createObjectStore("settings");
      if (from < 2) db.createObjectStore("preferences");
    },
  });

/** How exports are made. */
export interface Preferences {
  /** Strings that the user wants out of share-safe exports: as secret as the key. */
  words: string[];
  nameTemplate: string;
}

/** As it is on disk. A key that is to be forgotten with the browser's session is not there (see access.ts). */
export interface StoredAccess extends Access {
  sessionOnly?: boolean;
}

interface Stored {
  settings: { key: string; value: StoredAccess };
  preferences: { key: string; value: Preferences };
}

/** What is on disk; an empty key where none is. */
export async function readStoredAccess(): Promise<StoredAccess> {
  const db = await database();
  const stored = await db.get("settings", "access");
  db.close();
  return stored ?? { apiKey: "", apiAddress: DEFAULT_API_ADDRESS };
}

export async function writeStoredAccess(access: StoredAccess): Promise<void> {
  const db = await database();
  await db.put("settings", access, "access");
  db.close();
}

export async function readPreferences(): Promise<Preferences> {
  const db = await database();
  const stored = await db.get("preferences", "export");
  db.close();
  return stored ?? { words: [], nameTemplate: DEFAULT_NAME_TEMPLATE };
}

export async function writePreferences(preferences: Preferences): Promise<void> {
  const db = await database();
  await db.put("preferences", preferences, "export");
  db.close();
}
