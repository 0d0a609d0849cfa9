import { browser } from "wxt/browser";
import { listServers } from "./servers";

/** Shows a new user how to begin; who has a key has begun. @param reason of `runtime.onInstalled` */
export async function greet(reason: string): Promise<void> {
  if (reason !== "install" || (await listServers()).some(({ hasKey }) => hasKey)) return;
  await browser.tabs.create({ url: browser.runtime.getURL("/welcome.html") });
}
