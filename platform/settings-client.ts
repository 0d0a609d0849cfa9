import { browser } from "wxt/browser";
import { parseApiAddress, parseUiOrigin } from "@/core/settings/api-address";
import { patternOf } from "@/core/settings/origin-pattern";
import { CLOUD, guessUiOrigin } from "@/core/settings/servers";
import { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError } from "@/core/skyvern/errors";
import { Organization } from "@/core/skyvern/schemas";
import { errorText } from "@/core/text/error-text";
import { type KeptAccess, writeServer } from "./access";
import { ask } from "./ask";
import { PORTS_IN_PATTERNS } from "./page-scripts";
import { listServers, removeServer } from "./servers";
import type { StoredServer } from "./settings-store";
import { t, words } from "./words";

/** What the user typed of a server. */
export interface ServerInput extends KeptAccess {
  /** Addresses of its web UI, between spaces or commas; empty: where it is likely to be. */
  uiAddresses: string;
}

export type Field = "key" | "address" | "ui";

export type TestResult =
  | { ok: true; apiAddress: string; organization: string | null }
  | { ok: false; field: Field | null; message: string };

/**
 * Asks for the permissions that a server needs, stores it with its key, asks the API whether the key works, and
 * lets waiting exports go on. A server that is new is stored only if it answers. To be called in the handler of a
 * click, with nothing awaited before: browsers ask for permissions only then.
 */
export async function saveAndTest(input: ServerInput): Promise<TestResult> {
  const apiAddress = parseApiAddress(input.apiAddress);
  if (apiAddress === null)
    return refused(
      "address",
      t(/^\s*http:/i.test(input.apiAddress) ? "server_inClear" : "server_noApiAddress"),
    );
  const uiOrigins = uiOriginsOf(apiAddress, input.uiAddresses);
  if (uiOrigins === null) return refused("ui", t("server_noUiAddress"));
  const apiKey = input.apiKey.trim();
  if (/[^\x21-\x7e]/.test(apiKey)) return refused("key", t("server_keyCharacters"));
  const { origin } = new URL(apiAddress);
  const permitted = await requestOrigins([origin, ...uiOrigins]);
  if (!permitted) return refused("address", t("server_notPermitted", origin));

  const server: StoredServer = { ...input, apiKey, apiAddress, uiOrigins, organization: null };
  const known = (await listServers()).some((each) => each.apiAddress === apiAddress);
  if (known) await store(server);
  if (apiKey === "") return refused("key", t("server_keyNeeded"));
  const result = await test(apiKey, apiAddress);
  if (!result.ok) return result;
  await store({ ...server, organization: result.organization });
  await ask({ to: "background", type: "settings-saved", server: apiAddress });
  return result;
}

/** Forgets a server's key; the server stays. */
export async function removeKey({ apiAddress }: Pick<ServerInput, "apiAddress">): Promise<void> {
  const server = (await listServers()).find((each) => each.apiAddress === apiAddress);
  if (!server) return;
  const { uiOrigins, sessionOnly } = server;
  await store({ apiAddress, uiOrigins, sessionOnly, apiKey: "", organization: null });
}

/** Takes a server away, its key, and the permissions that no other server needs. */
export async function forgetServer(apiAddress: string): Promise<void> {
  const server = (await listServers()).find((each) => each.apiAddress === apiAddress);
  if (!server) return;
  await removeServer(apiAddress);
  const needed = (await listServers()).flatMap(originsOf).map(asPattern);
  const spare = originsOf(server)
    .map(asPattern)
    .filter((pattern) => !needed.includes(pattern));
  // What the manifest demands can't be given back; then nothing is.
  if (spare.length > 0) await browser.permissions.remove({ origins: spare }).catch(() => false);
  await ask({ to: "background", type: "servers-changed" });
}

/** True where the browser lets the extension onto the server's pages and API. */
export function isPermitted(server: { apiAddress: string; uiOrigins: string[] }): Promise<boolean> {
  return browser.permissions.contains({ origins: originsOf(server).map(asPattern) });
}

async function store(server: StoredServer): Promise<void> {
  const { apiAddress, uiOrigins, apiKey, organization, sessionOnly } = server;
  await writeServer({ apiAddress, uiOrigins, apiKey, organization, sessionOnly });
  await ask({ to: "background", type: "servers-changed" });
}

function uiOriginsOf(apiAddress: string, typed: string): string[] | null {
  if (apiAddress === CLOUD.apiAddress) return CLOUD.uiOrigins;
  const parts = typed.split(/[\s,]+/).filter((part) => part !== "");
  if (parts.length === 0) return [guessUiOrigin(apiAddress)];
  const origins = parts.flatMap((part) => parseUiOrigin(part) ?? []);
  return origins.length === parts.length ? [...new Set(origins)] : null;
}

function originsOf({ apiAddress, uiOrigins }: { apiAddress: string; uiOrigins: string[] }): string[] {
  return [new URL(apiAddress).origin, ...uiOrigins];
}

function asPattern(origin: string): string {
  return patternOf(origin, PORTS_IN_PATTERNS);
}

/** Asks nothing where the permission is there already. */
function requestOrigins(origins: string[]): Promise<boolean> {
  return browser.permissions.request({ origins: [...new Set(origins.map(asPattern))] });
}

function refused(field: Field | null, message: string): TestResult {
  return { ok: false, field, message };
}

async function test(apiKey: string, apiAddress: string): Promise<TestResult> {
  const client = new SkyvernClient({ apiKey, apiAddress }, AbortSignal.timeout(20_000));
  try {
    if (!(await client.checkKey())) return refused("key", t("server_keyRefused", apiAddress));
    // Older servers don't say whose key it is.
    const organization = await client.document("/api/v1/organizations/me", Organization).catch(() => null);
    return { ok: true, apiAddress, organization: organization?.value.organization_name ?? null };
  } catch (error) {
    if (error instanceof RunpackError)
      return refused(error.code === "key-refused" ? "key" : "address", errorText(words, error.view));
    return refused("address", t("server_noAnswerFrom", apiAddress));
  }
}
