import { browser } from "wxt/browser";
import { shortcutsPage } from "@/core/settings/shortcuts-page";

/** Opens the page on which this browser sets the keyboard shortcuts of extensions. */
export async function openShortcuts(): Promise<void> {
  // Firefox has a call of its own, which the typings don't know.
  const open: unknown = Reflect.get(browser.commands ?? {}, "openShortcutSettings");
  if (typeof open === "function") await open.call(browser.commands);
  else await browser.tabs.create({ url: shortcutsPage(navigator.userAgent, "brave" in navigator) });
}
