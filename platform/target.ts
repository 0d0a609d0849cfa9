import { findMention } from "@/core/skyvern/mention";
import { pagePath, runPageOf } from "@/core/skyvern/page-url";
import { defaultServer, listServers, serverOf } from "./servers";

/** A run or a browser session, and the server that has it. */
export interface Target {
  /** API address. */
  server: string;
  id: string;
}

/** What a text came to: a target, a link to a Skyvern that is none of the user's, or nothing at all. */
export type Named = Target | { stranger: string } | null;

/**
 * What a text names. A link means its own server; anything else the one given, or the default.
 * @param given API address
 */
export async function targetIn(text: string, given?: string): Promise<Named> {
  const mention = findMention(text);
  if (!mention) return null;
  const { id, page } = mention;
  const linked = page === null ? null : await serverOfLink(page);
  if (linked) return { server: linked, id };
  // Other sites may have an ID in a link of theirs; a run page is one of Skyvern's.
  if (page !== null && runPageOf(new URL(page)) !== null) return { stranger: new URL(page).host };
  return { server: given ?? (await defaultServer()).apiAddress, id };
}

/** True for something that can be looked up and exported. */
export function isTarget(named: Named): named is Target {
  return named !== null && "id" in named;
}

/** The address of the page that shows it in its server's web UI. */
export async function pageOf({ server, id }: Target): Promise<string> {
  const known = (await listServers()).find(({ apiAddress }) => apiAddress === server);
  return new URL(pagePath(id), known?.uiOrigins[0] ?? server).href;
}

/** By a page of its web UI, or by a call of its API. */
async function serverOfLink(link: string): Promise<string | null> {
  const byPage = await serverOf(link);
  if (byPage) return byPage.apiAddress;
  const called = (await listServers()).find(({ apiAddress }) => link.startsWith(`${apiAddress}/`));
  return called?.apiAddress ?? null;
}
