import { browser } from "wxt/browser";
import { policyIn } from "@/core/settings/managed";
import { NO_POLICY, type Policy } from "@/core/settings/policy";
import { CLOUD, guessUiOrigin } from "@/core/settings/servers";
import { changeStoredServers } from "./settings-store";

/** What an administrator has set; nothing where there is none. For contexts with `browser.*`. */
export async function readPolicy(): Promise<Policy> {
  try {
    return policyIn(await browser.storage.managed.get(null));
  } catch {
    return NO_POLICY; // Firefox rejects where nothing is managed.
  }
}

/**
 * Calls the listener when the administrator changes something; also at a browser's start, when what is managed has
 * come. Firefox reads it once and tells nothing.
 */
export function onPolicyChanged(listener: () => void): void {
  browser.storage.managed.onChanged?.addListener(listener);
}

/** Makes the server of the policy one of the user's, and the default. */
export async function applyPolicy(): Promise<void> {
  const { apiAddress } = await readPolicy();
  if (apiAddress === null) return;
  await changeStoredServers(({ servers }) => ({
    servers: servers.some((server) => server.apiAddress === apiAddress)
      ? servers
      : [
          ...servers,
          {
            apiAddress,
            apiKey: "",
            uiOrigins: apiAddress === CLOUD.apiAddress ? CLOUD.uiOrigins : [guessUiOrigin(apiAddress)],
            organization: null,
            sessionOnly: false,
          },
        ],
    chosen: apiAddress,
  }));
}
