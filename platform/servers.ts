import { CLOUD, defaultOf, type Server, serverOfPage } from "@/core/settings/servers";
import { eraseServer, sessionKey } from "./access";
import { changeStoredServers, readStoredServers, type StoredServer } from "./settings-store";

/** All servers, Skyvern Cloud first. For the background and the extension's pages; no key is among this. */
export async function listServers(): Promise<Server[]> {
  const { servers } = await readStoredServers();
  return Promise.all(servers.map(shown));
}

/** The server that is meant where nothing says which. */
export async function defaultServer(): Promise<Server> {
  const { servers, chosen } = await readStoredServers();
  return defaultOf(await Promise.all(servers.map(shown)), chosen);
}

/** The server whose web UI this page is of; null for all other pages. */
export async function serverOf(pageUrl: string): Promise<Server | null> {
  return serverOfPage(await listServers(), pageUrl);
}

/** Makes a server the one that is meant where nothing says which. */
export async function chooseServer(apiAddress: string): Promise<void> {
  await changeStoredServers(({ servers }) => ({ servers, chosen: apiAddress }));
}

/** Takes a server and its key away; the cloud stays, without its key. */
export async function removeServer(apiAddress: string): Promise<void> {
  if (apiAddress === CLOUD.apiAddress) throw new Error("Skyvern Cloud is always there");
  await eraseServer(apiAddress);
}

async function shown({
  apiAddress,
  uiOrigins,
  organization,
  apiKey,
  sessionOnly,
}: StoredServer): Promise<Server> {
  const key = sessionOnly ? await sessionKey(apiAddress) : apiKey;
  return { apiAddress, uiOrigins, organization, hasKey: key !== "", sessionOnly };
}
