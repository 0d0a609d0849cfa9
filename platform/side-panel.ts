import { browser } from "wxt/browser";

interface Sidebar {
  open(): Promise<void>;
}

/** The Chrome API that the common types don't have. */
declare const chrome: { sidePanel?: { open(options: { windowId: number }): Promise<void> } };

/** True where the browser has a panel beside the page. */
export function hasSidePanel(): boolean {
  return import.meta.env.FIREFOX ? firefoxSidebar() !== null : chrome.sidePanel !== undefined;
}

/**
 * Opens it. Browsers want a click for that: nothing may be waited for between the click and this call.
 * @param windowId the window to open it in, for Chromium
 */
export async function openSidePanel(windowId: number): Promise<void> {
  if (import.meta.env.FIREFOX) await firefoxSidebar()?.open();
  else await chrome.sidePanel?.open({ windowId });
}

/** Firefox's own API; absent on Android. */
function firefoxSidebar(): Sidebar | null {
  const api: unknown = Reflect.get(browser, "sidebarAction");
  return isSidebar(api) ? api : null;
}

function isSidebar(api: unknown): api is Sidebar {
  return typeof api === "object" && api !== null && "open" in api && typeof api.open === "function";
}
