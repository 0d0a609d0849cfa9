import { DEFAULT_API_ADDRESS } from "./api-address";

/**
 * One Skyvern that the user works with. Its API address is its name everywhere: in jobs, in messages and in the
 * store; a key belongs to one of them. Holds no key.
 */
export interface Server {
  apiAddress: string;
  /** Origins of its web UI, such as `https://app.skyvern.com`. */
  uiOrigins: string[];
  /** Whose key it is, as the server said last; null where it didn't. */
  organization: string | null;
  hasKey: boolean;
  /** The key is in memory alone, and gone with the browser's session. */
  sessionOnly: boolean;
}

/** Skyvern Cloud, which is always among the servers. */
export const CLOUD: Server = {
  apiAddress: DEFAULT_API_ADDRESS,
  uiOrigins: ["https://app.skyvern.com"],
  organization: null,
  hasKey: false,
  sessionOnly: false,
};

/** The server whose web UI a URL belongs to; null for other sites and for what is no URL. */
export function serverOfPage<S extends Pick<Server, "uiOrigins">>(
  servers: readonly S[],
  url: string,
): S | null {
  if (!URL.canParse(url)) return null;
  const { origin } = new URL(url);
  return servers.find(({ uiOrigins }) => uiOrigins.includes(origin)) ?? null;
}

/** The server that is meant where nothing says which: the chosen one, else the first with a key, else the cloud. */
export function defaultOf(servers: readonly Server[], chosen: string | null): Server {
  const found = servers.find(({ apiAddress }) => apiAddress === chosen);
  return found ?? servers.find(({ hasKey }) => hasKey) ?? servers[0] ?? CLOUD;
}

/** A name for people: the host of its web UI, with its port where it has one. */
export function serverName({ apiAddress, uiOrigins }: Pick<Server, "apiAddress" | "uiOrigins">): string {
  return apiAddress === CLOUD.apiAddress ? "Skyvern Cloud" : new URL(uiOrigins[0] ?? apiAddress).host;
}

/** Where the web UI of an API most likely is: `api.` ↔ `app.`, port 8000 ↔ 8080, else the same origin. */
export function guessUiOrigin(apiAddress: string): string {
  return swapped(apiAddress, /^api(?=[.-])/, "app", "8000", "8080");
}

/** Where the API of a web UI most likely is. */
export function guessApiAddress(uiOrigin: string): string {
  return swapped(uiOrigin, /^app(?=[.-])/, "api", "8080", "8000");
}

function swapped(address: string, host: RegExp, name: string, port: string, otherPort: string): string {
  const url = new URL(address);
  if (url.port === port) url.port = otherPort;
  else url.hostname = url.hostname.replace(host, name);
  return url.origin;
}
