import { describe, expect, it } from "vitest";
import { timelineBlocks } from "@/core/bundle/timeline";

interface Given {
  children?: unknown[];
  [field: string]: unknown;
}

const block = (label: string, second: number, { children = [], ...fields }: Given = {}) => ({
  type: "block",
  created_at: `2026-11-24T12:00:${String(second).padStart(2, "0")}`,
  block: { workflow_run_block_id: `wrb_${label}`, workflow_run_id: "wr_1", label, ...fields },
  children,
});
const thought = (second: number) => ({
  type: "thought",
  created_at: `2026-11-24T12:00:${second}`,
  thought: { thought_id: "ot_1" },
  children: [],
});
const blocksOf = (nodes: unknown[]) => timelineBlocks(nodes).blocks;
const labels = (nodes: unknown[]) => blocksOf(nodes).map(({ block }) => block.label);

describe("the blocks of a timeline", () => {
  it("come in the order of the run, though served newest first", () => {
    expect(labels([block("c", 30), block("b", 20), block("a", 10)])).toEqual(["a", "b", "c"]);
  });

  it("come by ID where they began at once", () => {
    expect(labels([block("b", 10), block("a", 10)])).toEqual(["a", "b"]);
  });

  it("have their children behind them, sorted too, at every level", () => {
    const inner = block("inner", 12, { children: [block("y", 14), block("x", 13)] });
    expect(labels([block("last", 20), block("loop", 10, { children: [block("z", 15), inner] })])).toEqual([
      "loop",
      "inner",
      "x",
      "y",
      "z",
      "last",
    ]);
  });

  it("keep the iteration of a loop", () => {
    const rounds = [1, 0].map((round) => block(`r${round}`, 10 + round, { current_index: round }));
    expect(blocksOf(rounds).map(({ block }) => block.current_index)).toEqual([0, 1]);
  });

  it("leave thoughts aside, and count what can't be read", () => {
    const nodes = [thought(11), null, block("a", 10, { children: ["x"] })];
    expect(labels(nodes)).toEqual(["a"]);
    expect(timelineBlocks(nodes).unreadable).toBe(2);
  });

  it("compare times with a zone and times without, which are UTC", () => {
    const zoned = { ...block("late", 0), created_at: "2026-11-24T14:00:30+02:00" };
    expect(labels([zoned, block("early", 20)])).toEqual(["early", "late"]);
  });

  it("tell the runs that they ran as", () => {
    const [nested] = blocksOf([
      block("task", 10, { workflow_run_id: "wr_1", block_workflow_run_id: "wr_2" }),
    ]);
    expect(nested).toMatchObject({ runIds: ["wr_1", "wr_2"], separateRunId: null });
  });

  it("tell the run that a trigger started apart from those", () => {
    const [trigger] = blocksOf([
      block("t", 10, {
        block_type: "workflow_trigger",
        block_workflow_run_id: "wr_9",
        output: { workflow_run_id: "wr_9" },
      }),
    ]);
    expect(trigger).toMatchObject({ runIds: ["wr_1"], separateRunId: "wr_9" });
  });

  it("are of no other run for an output that merely looks like a trigger's", () => {
    const [plain] = blocksOf([
      block("t", 10, { block_type: "extraction", output: { workflow_run_id: "wr_9" } }),
    ]);
    expect(plain?.separateRunId).toBeNull();
  });
});
