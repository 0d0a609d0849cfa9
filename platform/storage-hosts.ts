import { browser } from "wxt/browser";
import { parseUiOrigin } from "@/core/settings/api-address";
import { coversOrigin, patternOf } from "@/core/settings/origin-pattern";
import { PORTS_IN_PATTERNS } from "./page-scripts";
import { listServers } from "./servers";

/** Match patterns of the hosts that the user allowed besides those of servers. */
export async function storageHosts(): Promise<string[]> {
  const [{ origins: granted = [] }, servers] = await Promise.all([
    browser.permissions.getAll(),
    listServers(),
  ]);
  const own = servers.flatMap(({ apiAddress, uiOrigins }) => [new URL(apiAddress).origin, ...uiOrigins]);
  return granted.filter((pattern) => !own.some((origin) => coversOrigin(pattern, origin)));
}

/**
 * Asks for the permission to fetch from a storage host. To be called in the handler of a click, with nothing awaited
 * before.
 * @returns false where the user said no, or the text is no web address
 */
export async function allowStorageHost(typed: string): Promise<boolean> {
  const origin = parseUiOrigin(typed);
  return (
    origin !== null &&
    (await browser.permissions.request({ origins: [patternOf(origin, PORTS_IN_PATTERNS)] }))
  );
}

/** Gives the permission back. */
export async function forgetStorageHost(pattern: string): Promise<void> {
  await browser.permissions.remove({ origins: [pattern] });
}
