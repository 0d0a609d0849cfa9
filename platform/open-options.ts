import { browser } from "wxt/browser";
import { defaultServer } from "./servers";

/** Opens the options at a server's settings. */
export async function openOptions(apiAddress: string): Promise<void> {
  const { apiAddress: shown } = await defaultServer();
  if (apiAddress === shown) await browser.runtime.openOptionsPage();
  else await openOptionsAt({ server: apiAddress });
}

/** Opens the options for an address of a web UI that may belong to no server yet. */
export async function openOptionsFor(uiOrigin: string): Promise<void> {
  await openOptionsAt({ site: uiOrigin });
}

async function openOptionsAt(query: Record<string, string>): Promise<void> {
  await browser.tabs.create({
    url: `${browser.runtime.getURL("/options.html")}?${new URLSearchParams(query)}`,
  });
}
