import { browser } from "wxt/browser";

/** The URL of the tab in front; null where the extension may not see it. */
export async function activeTabUrl(): Promise<string | null> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  return tab?.url ?? null;
}
