import { browser } from "wxt/browser";
import { defineContentScript } from "wxt/utils/define-content-script";
import { CLOUD, serverOfPage } from "@/core/settings/servers";
import { mayBeRunList } from "@/core/skyvern/list-url";
import { type RunPage, runPageOf } from "@/core/skyvern/page-url";
import { isFor } from "@/platform/address";
import { ask } from "@/platform/ask";
import type { PageAsk } from "@/platform/messages";
import { keepText } from "@/platform/words";
import { studioRunId } from "./find-place";
import { HOST_TAG } from "./host";
import { showOnPage } from "./page-view";
import { watchUrl } from "./watch-url";

export default defineContentScript({
  matches: ["https://app.skyvern.com/*"],
  // The page is one document for hours: being there first costs little, and no navigation is missed.
  runAt: "document_start",
  main(ctx) {
    // Said when nobody is left to ask for it.
    keepText("actions_outdated");
    // An updated extension finds what the one before it left behind.
    for (const stale of document.querySelectorAll(HOST_TAG)) stale.remove();

    let shown: RunPage | null = null;
    let view: AbortController | null = null;
    const leave = () => view?.abort();
    let hasList = false;

    watchUrl((url) => {
      if (!hasList && mayBeRunList(url)) {
        hasList = true;
        ask({ to: "background", type: "show-list" }).catch(() => {
          hasList = false;
        });
      }
      const page = runPageOf(url);
      if (page?.runId === shown?.runId && page?.layout === shown?.layout) return;
      leave();
      shown = page;
      view = page ? new AbortController() : null;
      if (page && view) showIfKnown(page, view.signal);
    }, ctx.signal);
    ctx.onInvalidated(leave);
    // For a menu or a key: the studio may show a run that its URL doesn't name.
    browser.runtime.onMessage.addListener((message: unknown, _, respond) => {
      if (isFor<PageAsk>(message, "page")) respond(shown && (shown.runId ?? studioRunId(document)));
    });
  },
});

/**
 * The script runs beside all pages of a host where the browser can't tell its ports apart, and stays in open pages
 * of a server that was removed.
 */
function showIfKnown(page: RunPage, signal: AbortSignal): void {
  if (serverOfPage([CLOUD], location.href)) {
    showOnPage(page, signal);
    return;
  }
  ask({ to: "background", type: "is-known" }).then(
    (known) => {
      if (known && !signal.aborted) showOnPage(page, signal);
    },
    // Without an answer there is nobody who could export.
    () => {},
  );
}
