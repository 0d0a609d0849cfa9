/**
 * Calls `onUrl` with the page's URL now and after every change of it, in-page navigation included, until `signal`
 * aborts. The Navigation API's events reach a content script's isolated world; where there is no such API, the
 * renders that follow a navigation give the occasion to compare.
 */
export function watchUrl(onUrl: (url: URL) => void, signal: AbortSignal): void {
  let last = "";
  const look = () => {
    if (signal.aborted || location.href === last) return;
    last = location.href;
    onUrl(new URL(last));
  };
  if ("navigation" in window) {
    window.navigation.addEventListener("currententrychange", look, { signal });
  } else {
    addEventListener("popstate", look, { signal });
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true });
    signal.addEventListener("abort", () => observer.disconnect());
  }
  look();
}
