import { openDB } from "idb";
import { DEFAULT_API_ADDRESS } from "@/core/settings/api-address";
import type { Access } from "@/core/skyvern/client";

/**
 * The API key and address, in IndexedDB of the extension's own origin: content scripts can read `storage.local`
 * in some browsers, this in none. The worker that fetches reads it here, so the key crosses no message.
 */
const database = () =>
  openDB<{ settings: { key: string; value: Access } }>("runpack", 1, {
    upgrade: (db) => {
      db.createObjectStore("settings");
    },
  });

/** What is stored; an empty key where none is. */
export async function readAccess(): Promise<Access> {
  const db = await database();
  const stored = await db.get("settings", "access");
  db.close();
  return stored ?? { apiKey: "", apiAddress: DEFAULT_API_ADDRESS };
}

export async function writeAccess(access: Access): Promise<void> {
  const db = await database();
  await db.put("settings", access, "access");
  db.close();
}
