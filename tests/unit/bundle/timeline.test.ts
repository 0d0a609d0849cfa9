import { describe, expect, it } from "vitest";
import { blocksOf as flat, insertNested, readTimeline } from "@/core/bundle/timeline";

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
const blocksOf = (nodes: unknown[]) => flat(readTimeline(nodes).entries);
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
    expect(readTimeline(nodes).unreadable).toBe(2);
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

describe("actions of a block", () => {
  it("come in the order of the run, though served newest first", () => {
    const action = (id: string, second: number) => ({
      action_id: id,
      created_at: `2026-11-24T12:00:0${second}`,
    });
    const [first] = blocksOf([
      block("a", 10, { actions: [action("c", 3), 7, action("a", 1), action("b", 2)] }),
    ]);
    expect(first?.actions.map(({ action_id }) => action_id)).toEqual(["a", "b", "c"]);
  });
});

describe("the timeline of a run inside the run", () => {
  const parent = block("parent", 10, { block_workflow_run_id: "wr_2" });
  const inner = [block("late", 14), block("early", 12)];
  const read = (nodes: unknown[]) => readTimeline(nodes).entries;

  it("stands below the block that it ran as, in the order of the run", () => {
    const entries = read([block("after", 20), parent]);
    expect(insertNested(entries, "wr_2", read(inner))).toBe(true);
    expect(flat(entries).map((each) => each.block.label)).toEqual(["parent", "early", "late", "after"]);
  });

  it("stands there once, where the parent's timeline shows it already", () => {
    const entries = read([{ ...parent, children: inner }]);
    insertNested(entries, "wr_2", read(inner));
    expect(flat(entries)).toHaveLength(3);
  });

  it("stands nowhere where no block is that run", () => {
    expect(insertNested(read([block("other", 1)]), "wr_2", read(inner))).toBe(false);
  });
});
