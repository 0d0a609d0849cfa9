import { browser } from "wxt/browser";
import { openOptionsFor } from "./open-options";
import { t } from "./words";

const ID = "use-on-this-site";

/** The item of the toolbar icon's menu that makes the site in front one of the user's servers. */
export function createSiteMenu(): void {
  browser.contextMenus.create({ id: ID, title: t("menu_useOnSite"), contexts: ["action"] });
}

/** Permission is asked for on the options page: it needs a click there, and a key belongs to it. */
export function listenToSiteMenu(): void {
  browser.contextMenus.onClicked.addListener(({ menuItemId }, tab) => {
    if (menuItemId !== ID) return;
    const url = tab?.url ?? "";
    const isWebPage = /^https?:/.test(url) && URL.canParse(url);
    void (isWebPage ? openOptionsFor(new URL(url).origin) : browser.runtime.openOptionsPage());
  });
}
