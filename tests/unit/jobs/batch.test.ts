import { describe, expect, it } from "vitest";
import { EVERYTHING } from "@/core/bundle/presets";
import { asksFirst, type BatchState, batchView, isBatchRuns } from "@/core/jobs/batch";
import { heldUnchanged } from "@/core/jobs/exported";
import type { ExportedRun, JobState, JobView } from "@/core/jobs/job";
import { batchCounts, batchHeadline, choiceSummary } from "@/core/text/batch-text";
import { jobView } from "../support/job-view";
import { english } from "../support/words";

const RUN: ExportedRun = {
  runId: "wr_1",
  title: null,
  status: "completed",
  finishedAt: 100,
  modifiedAt: 120,
  settled: true,
  written: 4,
  missing: 0,
  bytes: 2_000_000,
  failure: null,
};
const result = (run: ExportedRun = RUN): JobView["result"] => ({
  runs: [run],
  found: 4,
  written: run.written,
  missing: run.missing,
  leftOut: 0,
  bytes: run.bytes,
  proofs: { checksum: 0, crc32: 0, length: 4, none: 0 },
  gaps: [],
  warnings: [],
  savedAs: "",
});
const job = (state: JobState, change: Partial<JobView> = {}): JobView =>
  jobView({
    id: crypto.randomUUID(),
    batchId: "b",
    state,
    result: state === "done" || state === "partial" ? result() : null,
    error: state === "failed" ? { code: "server" } : null,
    ...change,
  });
const view = (...states: JobState[]) =>
  batchView(
    "b",
    states.map((state) => job(state)),
  );

describe("how a batch stands", () => {
  it.each<[JobState[], BatchState, string, string]>([
    [["queued", "queued"], "working", "Exporting 2 runs: 0 of 2 done", "2 waiting"],
    [
      ["done", "done", "partial", "failed", "fetching", "saving", "queued"],
      "working",
      "Exporting 7 runs: 3 of 7 done",
      "2 at work, 1 waiting, 1 with gaps, 1 failed",
    ],
    [["done", "paused"], "paused", "Paused: 1 of 2 done", "1 paused"],
    [["done", "done"], "done", "Saved 2 runs (4 MB)", ""],
    [["done", "partial"], "partial", "Saved 2 runs (4 MB)", "1 with gaps"],
    [["done", "failed"], "partial", "Saved 1 of 2 runs (2 MB)", "1 failed"],
    [["failed", "cancelled"], "failed", "The export of 2 runs failed", "1 failed, 1 cancelled"],
    [["cancelled"], "cancelled", "Export of 1 run cancelled", "1 cancelled"],
  ])("%j: %s", (states, state, headline, counts) => {
    const batch = view(...states);
    expect([batch.state, batchHeadline(english, batch), batchCounts(english, batch).join(", ")]).toEqual([
      state,
      headline,
      counts,
    ]);
  });

  it("is told with the reasons of what failed", () => {
    expect(view("done", "failed").failures).toEqual([
      { runId: "wr_1", title: null, error: { code: "server" } },
    ]);
  });
});

describe("a run is exported already", () => {
  const now = { runId: "wr_1", status: "completed", finishedAt: 100, modifiedAt: 120 };
  const held = (change: Partial<ExportedRun>) => job("done", { result: result({ ...RUN, ...change }) });

  it("where an export holds it whole, by the same choice", () => {
    expect(heldUnchanged(job("done"), now, EVERYTHING)).toMatchObject({ runId: now.runId });
  });

  it.each<[string, JobView, Partial<typeof now>]>([
    ["it had gaps", held({ missing: 1 }), {}],
    ["files may have come since", held({ settled: false }), {}],
    ["it could not be exported", held({ failure: { code: "no-such-run" } }), {}],
    ["it ran on", held({}), { finishedAt: 200 }],
    ["it was changed since", held({}), { modifiedAt: 200 }],
    ["it runs still", held({ status: "running" }), { status: "running" }],
    ["it was a folder", job("done", { mode: "folder" }), {}],
    ["it was less", job("done", { choice: { ...EVERYTHING, preset: "media" } }), {}],
  ])("not where %s", (_, known, change) => {
    expect(heldUnchanged(known, { ...now, ...change }, EVERYTHING)).toBeUndefined();
  });
});

describe("an order from beside a page", () => {
  const sound = { runIds: ["wr_1", "tsk_v2_2"], choice: EVERYTHING, form: "each" };
  it.each<[string, object, boolean]>([
    ["is taken", {}, true],
    ["names runs alone", { runIds: ["wr_1", "../x"] }, false],
    ["names some", { runIds: [] }, false],
    ["does not name more than anybody would", { runIds: Array(3000).fill("wr_1") }, false],
    ["has a form", { form: "two" }, false],
    ["has a choice", { choice: null }, false],
  ])("%s", (_, change, taken) => {
    expect(isBatchRuns({ ...sound, ...change })).toBe(taken);
  });
});

it("says what a choice differs in from everything", () => {
  expect(choiceSummary(english, { choice: EVERYTHING, form: "each" })).toBe("");
  const choice = { ...EVERYTHING, preset: "media", shareSafe: true } as const;
  expect(choiceSummary(english, { choice, form: "one" })).toBe("One ZIP for all · Media · Share-safe");
});

it.each([
  [50, 5_000_000_000, false],
  [51, 0, true],
  [1, 5_000_000_001, true],
])("of %d runs and %d bytes, asks first: %s", (runs, bytes, asks) => {
  expect(asksFirst(runs, bytes)).toBe(asks);
});
