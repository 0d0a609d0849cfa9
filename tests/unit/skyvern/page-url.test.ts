import { describe, expect, it } from "vitest";
import { pagePath, runPageOf } from "@/core/skyvern/page-url";

const WR = "wr_493285619334750001";
const OTHER = "wr_493285619334750002";
const TSK = "tsk_493285619334751001";
const V2 = "tsk_v2_493285619334752001";
const AGENT = "wpid_493285619334760001";

/** Path and query → the run that the page shows, its layout before it where that isn't a run page's; null: none. */
const PAGES: [string, string | null][] = [
  // One run, by each of its tabs.
  [`/runs/${WR}`, WR],
  [`/runs/${WR}/`, WR],
  [`/runs/${WR}/overview`, WR],
  [`/runs/${WR}/output`, WR],
  [`/runs/${WR}/parameters`, WR],
  [`/runs/${WR}/recording`, WR],
  [`/runs/${WR}/code`, WR],
  [`/runs/${WR}/blocks`, WR],
  [`/runs/${WR}/a-tab-of-next-week`, WR],
  [`/runs/${WR}/overview?active=act_21`, WR],
  [`/runs/${WR}?active=stream#timeline`, WR],
  [`/Runs/${WR}`, WR],
  [`//runs//${WR}`, WR],
  [`/runs/${V2}`, V2],
  [`/runs/${TSK}`, TSK],
  [`/runs/${TSK}/actions`, TSK],
  [`/runs/${TSK}/diagnostics`, TSK],
  [`/tasks/${TSK}`, TSK],
  [`/tasks/${TSK}/actions`, TSK],
  [`/tasks/${TSK}/recording`, TSK],
  // Below its agent, by the new and the old name.
  [`/agents/${AGENT}/${WR}`, WR],
  [`/agents/${AGENT}/${WR}/overview`, WR],
  [`/agents/${AGENT}/${WR}/output`, WR],
  [`/agents/${AGENT}/${WR}/a-tab-of-next-week`, WR],
  [`/workflows/${AGENT}/${WR}/overview`, WR],
  [`/workflows/${AGENT}/${WR}/code?active=x`, WR],
  // ?wr= overrides the path.
  [`/runs/${WR}?wr=${OTHER}`, OTHER],
  [`/runs/${WR}/overview?active=act_1&wr=${OTHER}`, OTHER],
  [`/agents/${AGENT}/${WR}/overview?wr=${OTHER}`, OTHER],
  [`/runs/${WR}?wr=`, WR],
  [`/runs/${WR}?wr=nonsense`, WR],
  [`/runs/${WR}?WR=${OTHER}`, WR],
  // The studio.
  [`/agents/${AGENT}/studio`, "studio:"],
  [`/agents/${AGENT}/studio?wr=${WR}`, `studio:${WR}`],
  [`/agents/${AGENT}/studio?wr=${WR}&active=act_21`, `studio:${WR}`],
  [`/workflows/${AGENT}/studio?wr=${WR}`, `studio:${WR}`],
  [`/agents/${AGENT}/${WR}/login_block/build`, `studio:${WR}`],
  [`/agents/${AGENT}/${WR}/login_block/debug`, `studio:${WR}`],
  [`/agents/${AGENT}/${WR}/login_block/build?wr=${OTHER}`, `studio:${OTHER}`],
  // A browser session, outside of the normal layout.
  ["/browser-session/pbs_493285619334753001", "session:pbs_493285619334753001"],
  ["/browser-session/pbs_493285619334753001/recordings", "session:pbs_493285619334753001"],
  ["/Browser-Session/pbs_old-Style/runs", "session:pbs_old-Style"],
  [`/browser-session/pbs_493285619334753001/runs?wr=${WR}`, "session:pbs_493285619334753001"],
  ["/browser-session/wr_1/stream", null],
  ["/browser-sessions", null],
  // Without page chrome.
  [`/runs/${WR}?embed=true`, null],
  [`/agents/${AGENT}/studio?wr=${WR}&embed=true`, null],
  [`/runs/${WR}?embed=false`, WR],
  // Lists, editors and everything else.
  ["/", null],
  ["/runs", null],
  [`/runs?wr=${WR}`, null],
  ["/history", null],
  ["/agents", null],
  [`/agents/${AGENT}`, null],
  [`/agents/${AGENT}/runs`, null],
  [`/agents/${AGENT}/runs?wr=${WR}`, null],
  [`/agents/${AGENT}/build`, null],
  [`/agents/${AGENT}/edit?wr=${WR}`, null],
  [`/agents/${AGENT}/run`, null],
  [`/agents/${AGENT}/studio/settings`, null],
  [`/agents/${AGENT}/scripts`, null],
  ["/tasks", null],
  [`/tasks/create/retry/${TSK}`, null],
  ["/runs/wr_", null],
  ["/runs/wrong_1", null],
  [`/runs/x${WR}`, null],
  ["/runs/pbs_493285619334753001", null],
  ["/settings", null],
  [`/search/${WR}`, null],
];

describe("which run a page shows", () => {
  it.each(PAGES)("%s → %s", (path, expected) => {
    const page = runPageOf(new URL(`https://app.skyvern.com${path}`));
    const shown = page && (page.layout === "run" ? page.runId : `${page.layout}:${page.runId ?? ""}`);
    expect(shown).toBe(expected);
  });
});

describe("the page of an ID", () => {
  it.each([[WR], [TSK], [V2], ["pbs_1"]])("of %s shows it", (id) => {
    expect(runPageOf(new URL(pagePath(id), "https://app.skyvern.com"))?.runId).toBe(id);
  });
});
