import { describe, expect, it } from "vitest";
import { isExportId, isRunId, isSessionId, runIdKind } from "@/core/skyvern/ids";

describe("run IDs (skyvern-api.md §2)", () => {
  it.each([
    ["wr_4611686018427387904", "workflow-run"],
    ["tsk_9223372036854775807", "task"],
    ["tsk_v2_4611686018427387904", "task-v2"],
    ["wr_old-Style_id", "workflow-run"],
    ["tsk_v2x", "task"],
    ["tsk_v2", "task"],
  ])("%s is the ID of a %s", (id, kind) => {
    expect(isRunId(id)).toBe(true);
    expect(runIdKind(id)).toBe(kind);
  });

  it.each([
    [""],
    ["wr_"],
    ["tsk_"],
    ["tsk_v2_"],
    ["wr"],
    ["WR_1"],
    ["a_1"],
    ["wpid_1"],
    [" wr_1"],
    ["wr_1\n"],
    ["wr_1/../x"],
    ["wr_ü"],
    ["4611686018427387904"],
  ])("%j is none", (text) => {
    expect(isRunId(text)).toBe(false);
    expect(runIdKind(text)).toBeNull();
  });
});

describe("IDs of browser sessions", () => {
  it.each([["pbs_493285619334753001"], ["pbs_old-Style_id"]])("%s is one, and no run's", (id) => {
    expect(isSessionId(id)).toBe(true);
    expect(isExportId(id)).toBe(true);
    expect(isRunId(id)).toBe(false);
  });

  it.each([["pbs_"], ["wr_1"], ["pbs_1/x"], ["xpbs_1"]])("%j is none", (text) => {
    expect(isSessionId(text)).toBe(false);
  });
});
