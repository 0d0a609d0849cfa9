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

/** True on a page in a private window, where Firefox gives the extension another, empty store. */
export function hasPrivateStore(): boolean {
  return import.meta.env.FIREFOX && browser.extension.inIncognitoContext;
}

/** Opens the options where what is stored stays. */
export async function openOptionsInNormalWindow(): Promise<void> {
  await browser.windows.create({ url: browser.runtime.getURL("/options.html"), incognito: false });
}
