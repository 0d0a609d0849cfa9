import { type Browser, browser } from "wxt/browser";
import { runPageOf } from "@/core/skyvern/page-url";
import type { PageAsk } from "./messages";
import { serverOf } from "./servers";
import type { Target } from "./target";

/** What the tab in front shows that can be exported; null where it shows nothing of a known server. */
export async function activeTabRun(): Promise<Target | null> {
  const [tab] = await browser.tabs.query({ active: true, lastFocusedWindow: true });
  return tab ? runOfTab(tab) : null;
}

/** The run or browser session that a tab shows; the studio may show one that its URL doesn't name. */
export async function runOfTab({
  id: tabId,
  url = "",
}: Pick<Browser.tabs.Tab, "id" | "url">): Promise<Target | null> {
  const server = (await serverOf(url))?.apiAddress;
  if (server === undefined || tabId === undefined) return null;
  const shown = runPageOf(new URL(url))?.runId ?? (await askPage(tabId));
  return shown === null ? null : { server, id: shown };
}

async function askPage(tabId: number): Promise<string | null> {
  const message: PageAsk = { to: "page", type: "shown-run" };
  const answer: unknown = await browser.tabs.sendMessage(tabId, message).catch(() => null);
  return typeof answer === "string" ? answer : null;
}

/** Calls `listener` when another tab comes in front, or the one in front shows another page. */
export function onActiveTabChanged(listener: () => void): () => void {
  const updated = (_: number, change: { url?: string }) => {
    if (change.url !== undefined) listener();
  };
  browser.tabs.onActivated.addListener(listener);
  browser.tabs.onUpdated.addListener(updated);
  return () => {
    browser.tabs.onActivated.removeListener(listener);
    browser.tabs.onUpdated.removeListener(updated);
  };
}
