import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { ContentScriptContext } from "@/components/light-context";
import { runListOf } from "@/core/skyvern/list-url";
import { watchUrl } from "../run-page.content/watch-url";
import { ListView, TAGS } from "./list-view";

/** Put into a page when it shows a list of runs for the first time; stays, and sleeps on all other pages. */
export default defineUnlistedScript(() => {
  // An updated extension finds what the one before it left behind, which would put itself back if it went on.
  const life = new ContentScriptContext("run-list");
  for (const stale of document.querySelectorAll(TAGS)) stale.remove();

  let shown = "";
  let view: AbortController | null = null;
  watchUrl((url) => {
    const list = runListOf(url);
    const key = list === null ? "" : url.pathname;
    if (key === shown) return;
    view?.abort();
    shown = key;
    view = list === null ? null : new AbortController();
    if (list !== null && view) new ListView(list, view.signal).start();
  }, life.signal);
  life.onInvalidated(() => view?.abort());
});
