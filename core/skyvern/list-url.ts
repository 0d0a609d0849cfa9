/** How a page of runs lets its rows be chosen: by its own checkboxes, or not at all. */
export type RunListPage = "selectable" | "bare";

/** A quick no for most pages: it is asked on every one. */
export function mayBeRunList({ pathname }: URL): boolean {
  return /\/(runs|history|tasks)\/?$/i.test(pathname);
}

/** What list of runs a URL of Skyvern's web UI shows; null where it shows none, or shows it without page chrome. */
export function runListOf(url: URL): RunListPage | null {
  if (url.searchParams.get("embed") === "true") return null;
  const [root = "", id, tab, more] = url.pathname
    .toLowerCase()
    .split("/")
    .filter((part) => part !== "");
  if (more !== undefined) return null;
  if (root === "runs" || root === "history") return id === undefined ? "selectable" : null;
  if (root === "tasks") return id === undefined ? "bare" : null;
  if (tab !== "runs") return null;
  if (root === "agents" || root === "workflows") return "selectable";
  return root === "browser-session" ? "bare" : null;
}
