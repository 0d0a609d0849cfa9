import { describe, expect, it } from "vitest";
import type { CollectedArtifact } from "@/core/bundle/artifact-union";
import { blocksOf, readTimeline } from "@/core/bundle/timeline";
import { reportTimeline } from "@/core/report/report-timeline";
import { english } from "../support/words";

const artifact = (id: string, artifact_type: string, fields: object): CollectedArtifact => ({
  id,
  row: { artifact_id: id, artifact_type, uri: "", created_at: "2026-11-24T12:00:00", ...fields },
  fileName: null,
  storageUrls: [],
  hasId: true,
});
const ACTIONS = [
  {
    action_id: "act_2",
    action_type: "click",
    step_id: "stp_1",
    status: "failed",
    created_at: "2026-11-24T12:00:03",
  },
  {
    action_id: "act_1",
    action_type: "input_text",
    step_id: "stp_1",
    status: "completed",
    intention: "Type the name",
    reasoning: "It asks for one.",
    screenshot_artifact_id: "a_shot",
    created_at: "2026-11-24T12:00:01",
  },
];
const TIMELINE = [
  {
    type: "thought",
    created_at: "2026-11-24T12:00:09",
    thought: { thought_id: "ot_1", thought_type: "plan", answer: "Go on" },
  },
  {
    type: "block",
    created_at: "2026-11-24T12:00:00",
    block: {
      workflow_run_block_id: "wrb_1",
      label: "sign in",
      block_type: "login",
      status: "failed",
      failure_reason: "No button",
      actions: ACTIONS,
    },
    children: [],
  },
];

function items(artifacts: CollectedArtifact[]) {
  const { entries } = readTimeline(TIMELINE);
  const run = { timeline: entries, blocks: blocksOf(entries), steps: [], taskActions: [] };
  return reportTimeline(
    english,
    run,
    artifacts.map((each, file) => ({ artifact: each, file })),
  );
}

describe("the run laid flat", () => {
  const shot = artifact("a_shot", "screenshot_action", { step_id: "stp_1" });
  const prompt = artifact("a_prompt", "llm_prompt", { step_id: "stp_1" });

  it("goes from blocks to steps to actions, thoughts in their place", () => {
    expect(items([shot, prompt]).items.map(({ kind, depth, title }) => [depth, kind, title])).toEqual([
      [0, "block", "sign in"],
      [1, "step", "Step 1"],
      [2, "action", "Input text: Type the name"],
      [2, "action", "Click"],
      [0, "thought", "Plan"],
    ]);
  });

  it("says what failed, and why", () => {
    const [block, step, first, second] = items([]).items;
    expect([block?.failed, step?.failed, first?.failed, second?.failed]).toEqual([true, true, false, true]);
    expect(block?.texts).toEqual([{ label: "Failure reason", text: "No button" }]);
  });

  it("shows an action by its screenshot, a step by all its files", () => {
    const { items: list, itemOf } = items([prompt, shot]);
    expect(list[2]?.screenshot).toBe(1);
    expect(new Set(list[1]?.files)).toEqual(new Set([0, 1]));
    expect(itemOf.get(0)).toBe(1);
  });

  it("of a plain task is its steps and actions, by the task's own count", () => {
    const steps = [{ step_id: "stp_1", order: 0, retry_index: 1, status: "completed" }];
    const run = { timeline: [], blocks: [], steps, taskActions: [] };
    const { items: list } = reportTimeline(english, run, [{ artifact: prompt, file: 0 }]);
    expect(list).toMatchObject([{ kind: "step", depth: 0, title: "Step 1, retry 1", files: [0] }]);
  });
});
