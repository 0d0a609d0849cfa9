import { browser } from "wxt/browser";
import { runPageOf } from "@/core/skyvern/page-url";
import { serverOf } from "./servers";

/** The run that the tab in front shows, and its server's API address; null where it shows none of a known server. */
export async function activeTabRun(): Promise<{ runId: string; server: string } | null> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  const url = tab?.url ?? "";
  const server = await serverOf(url);
  const runId = server && runPageOf(new URL(url))?.runId;
  return server && runId ? { runId, server: server.apiAddress } : null;
}
