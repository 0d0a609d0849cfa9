import { guessApiAddress, type Server } from "@/core/settings/servers";
import { readAccess } from "@/platform/access";
import { defaultServer, listServers } from "@/platform/servers";
import { isPermitted, type ServerInput } from "@/platform/settings-client";

/** The servers, and what the form below them is filled with. */
export interface ServerView {
  servers: Server[];
  /** API address of the default server. */
  standard: string;
  /** The server that is shown; null: a new one. */
  shown: Server | null;
  form: ServerInput;
  /** Stored, but the browser keeps the extension from it. */
  locked: boolean;
}

const EMPTY: ServerInput = { apiAddress: "", uiAddresses: "", apiKey: "", sessionOnly: false };

/** `?server=<API address>` shows that server, `?site=<origin>` the one whose web UI that is, or is to be. */
export async function firstView(query: URLSearchParams): Promise<ServerView> {
  const site = query.get("site");
  if (site !== null && URL.canParse(site)) return viewOfSite(new URL(site).origin);
  const asked = query.get("server");
  return viewOf((servers, standard) => servers.find(({ apiAddress }) => apiAddress === asked) ?? standard);
}

/** The server at an API address; the default one where it is gone. */
export function viewOfServer(address: string): Promise<ServerView> {
  return viewOf((servers, standard) => servers.find(({ apiAddress }) => apiAddress === address) ?? standard);
}

/** An empty form. */
export async function viewOfNew(): Promise<ServerView> {
  const servers = await listServers();
  const { apiAddress: standard } = await defaultServer();
  return { servers, standard, shown: null, form: EMPTY, locked: false };
}

async function viewOfSite(origin: string): Promise<ServerView> {
  const servers = await listServers();
  const guessed = guessApiAddress(origin);
  const server = servers.find(
    ({ apiAddress, uiOrigins }) => uiOrigins.includes(origin) || apiAddress === guessed,
  );
  if (!server) {
    const view = await viewOfNew();
    return { ...view, form: { ...EMPTY, apiAddress: guessed, uiAddresses: origin } };
  }
  const view = await viewOfServer(server.apiAddress);
  const uiAddresses = [...new Set([...server.uiOrigins, origin])].join(" ");
  return { ...view, form: { ...view.form, uiAddresses } };
}

async function viewOf(choose: (servers: Server[], standard: Server) => Server): Promise<ServerView> {
  const servers = await listServers();
  const standard = await defaultServer();
  const shown = choose(servers, standard);
  const access = await readAccess(shown.apiAddress);
  const form = { ...access, uiAddresses: shown.uiOrigins.join(" ") };
  return {
    servers,
    standard: standard.apiAddress,
    shown,
    form,
    locked: shown.hasKey && !(await isPermitted(shown)),
  };
}
