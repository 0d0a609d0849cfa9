import { isRunId } from "./ids";

/** What a URL of the web UI shows of a run. `runId` null: the studio with no run in the URL shows the latest one. */
export interface RunPage {
  layout: "run" | "studio";
  runId: string | null;
}

const EDITOR_TABS = new Set(["build", "debug"]);
const RUN_TABS = new Set(["overview", "output", "parameters", "recording", "code", "blocks"]);

/**
 * Which run a URL of Skyvern's web UI shows; null where it shows none, or shows it without page chrome
 * (`embed=true`). `?wr=` overrides the path (skyvern-ui.md §1).
 */
export function runPageOf(url: URL): RunPage | null {
  if (url.searchParams.get("embed") === "true") return null;
  const page = pageByPath(url.pathname.split("/").filter((part) => part !== ""));
  if (!page) return null;
  const asked = url.searchParams.get("wr");
  return asked !== null && isRunId(asked) ? { ...page, runId: asked } : page;
}

function pageByPath(parts: string[]): RunPage | null {
  const [root, first, second, third, fourth] = parts;
  if (root === "runs" || root === "tasks") {
    return first !== undefined && isRunId(first) ? { layout: "run", runId: first } : null;
  }
  if ((root !== "agents" && root !== "workflows") || first === undefined) return null;
  if (second === "studio" && third === undefined) return { layout: "studio", runId: null };
  if (second === undefined || !isRunId(second)) return null;
  if (third === undefined || RUN_TABS.has(third)) return { layout: "run", runId: second };
  return fourth !== undefined && EDITOR_TABS.has(fourth) ? { layout: "studio", runId: second } : null;
}
