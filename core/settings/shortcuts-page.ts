/**
 * Where a Chromium browser sets the keyboard shortcuts of extensions: each has the page under its own name.
 * @param userAgent `navigator.userAgent`
 * @param isBrave Brave's user agent is Chrome's; `navigator.brave` tells
 */
export function shortcutsPage(userAgent: string, isBrave: boolean): string {
  if (isBrave) return "brave://extensions/shortcuts";
  if (userAgent.includes("OPR/")) return "opera://settings/keyboardShortcuts";
  if (userAgent.includes("Edg/")) return "edge://extensions/shortcuts";
  if (userAgent.includes("Vivaldi/")) return "vivaldi://extensions/shortcuts";
  return "chrome://extensions/shortcuts";
}
