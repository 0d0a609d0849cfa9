import { isRunId, isSessionId } from "./ids";

/**
 * What a URL of the web UI shows that can be exported: a run, or a browser session, whose ID is then `runId`. null: the
 * studio with no run in the URL shows the latest one.
 */
export interface RunPage {
  layout: "run" | "studio" | "session";
  runId: string | null;
}

const EDITOR_TABS = new Set(["build", "debug"]);

/**
 * Which run or browser session a URL of Skyvern's web UI shows; null where it shows none, or shows it without page chrome
 * (`embed=true`). `?wr=` overrides the path. Tabs aren't told apart: the UI gets new ones often, and each shows
 * the run.
 */
export function runPageOf(url: URL): RunPage | null {
  if (url.searchParams.get("embed") === "true") return null;
  const page = pageByPath(url.pathname.split("/").filter((part) => part !== ""));
  if (!page || page.layout === "session") return page;
  const asked = url.searchParams.get("wr");
  return asked !== null && isRunId(asked) ? { ...page, runId: asked } : page;
}

/** The path of the page of the web UI that shows a run or a browser session. */
export function pagePath(id: string): string {
  return isSessionId(id) ? `/browser-session/${id}/recordings` : `/runs/${id}`;
}

function pageByPath(parts: string[]): RunPage | null {
  const [first, id, second, third, tab] = parts;
  const root = first?.toLowerCase();
  if (root === "browser-session")
    return id !== undefined && isSessionId(id) ? { layout: "session", runId: id } : null;
  if (root === "runs" || root === "tasks") return id !== undefined && isRunId(id) ? run(id) : null;
  if ((root !== "agents" && root !== "workflows") || second === undefined) return null;
  if (second.toLowerCase() === "studio" && third === undefined) return { layout: "studio", runId: null };
  if (!isRunId(second)) return null;
  // …/{run}/{block}/build: the run in the studio; with the studio off, in the editor.
  return tab !== undefined && EDITOR_TABS.has(tab.toLowerCase())
    ? { layout: "studio", runId: second }
    : run(second);
}

function run(runId: string): RunPage {
  return { layout: "run", runId };
}
