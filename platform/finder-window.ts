import { browser } from "wxt/browser";

/** The popup's size, for a window of its own. */
const SIZE = { width: 440, height: 680 };

/** Shows the popup in a small window, with a text to look up: where nobody clicked its icon, it can't open itself. */
export async function openFinder(text: string): Promise<void> {
  const url = `${browser.runtime.getURL("/popup.html")}?find=${encodeURIComponent(text)}`;
  await browser.windows.create({ url, type: "popup", ...SIZE });
}

/** The text that this page was opened with. */
export function askedText(): string {
  return new URLSearchParams(location.search).get("find") ?? "";
}
