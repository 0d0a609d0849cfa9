import { describe, expect, it } from "vitest";
import { mayBeRunList, type RunListPage, runListOf } from "@/core/skyvern/list-url";

const TABLE: [path: string, list: RunListPage | null][] = [
  ["/runs", "selectable"],
  ["/runs/", "selectable"],
  ["/runs?page=2&status=failed", "selectable"],
  ["/history", "selectable"],
  ["/agents/wpid_1/runs", "selectable"],
  ["/workflows/wpid_1/runs", "selectable"],
  ["/tasks", "bare"],
  ["/browser-session/pbs_1/runs", "bare"],
  ["/runs?embed=true", null],
  ["/runs/wr_1", null],
  ["/runs/wr_1/overview", null],
  ["/tasks/tsk_1/actions", null],
  ["/agents/wpid_1/build", null],
  ["/agents/wpid_1/wr_1/runs", null],
  ["/browser-session/pbs_1/recordings", null],
  ["/", null],
];

describe("which pages are lists of runs", () => {
  it.each(TABLE)("%s: %s", (path, list) => {
    const url = new URL(path, "https://app.skyvern.com");
    expect(runListOf(url)).toBe(list);
    if (list !== null) expect(mayBeRunList(url)).toBe(true);
  });
});
