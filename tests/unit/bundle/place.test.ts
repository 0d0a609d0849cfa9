import { describe, expect, it } from "vitest";
import type { CollectedArtifact } from "@/core/bundle/artifact-union";
import type { CollectedRun } from "@/core/bundle/collected-run";
import { placeArtifacts } from "@/core/bundle/place";
import { blocksOf, readTimeline } from "@/core/bundle/timeline";

const row = (id: string, artifact_type: string, fields: object = {}): CollectedArtifact => ({
  id,
  row: { artifact_id: id, artifact_type, uri: "", created_at: "2026-11-24T12:00:00", ...fields },
  fileName: null,
  storageUrls: [],
  hasId: true,
});
const block = (label: string, second: number, fields: object = {}, children: unknown[] = []) => ({
  type: "block",
  created_at: `2026-11-24T12:00:${second}`,
  block: { workflow_run_block_id: `wrb_${label}`, label, task_id: `tsk_${label}`, ...fields },
  children,
});

/** The paths of artifacts by ID. */
function paths(
  artifacts: CollectedArtifact[],
  given: { timeline?: unknown[]; steps?: CollectedRun["steps"]; arrived?: CollectedArtifact[] } = {},
): Record<string, string> {
  const run: CollectedRun = {
    runId: "wr_1",
    requestedId: "wr_1",
    runIds: ["wr_1"],
    nestedRuns: [],
    title: null,
    status: null,
    organization: null,
    settling: false,
    running: false,
    artifacts,
    unreadable: [],
    unlistedRuns: [],
    unreadSources: [],
    facts: {
      type: null,
      failureReason: null,
      failureCategory: null,
      createdAt: null,
      startedAt: null,
      finishedAt: null,
      modifiedAt: null,
      workflowId: null,
    },
    timeline: [],
    blocks: blocksOf(readTimeline(given.timeline ?? []).entries),
    steps: given.steps ?? [],
    taskActions: [],
    separateRuns: [],
    children: [],
    documents: new Map(),
    warnings: [],
  };
  const arrived = (given.arrived ?? artifacts).map((artifact) => ({
    artifact,
    head: new Uint8Array(0),
    contentType: null,
  }));
  const placed = placeArtifacts(run, arrived);
  return Object.fromEntries(arrived.map(({ artifact }, index) => [artifact.id, placed[index] ?? ""]));
}

describe("files in the order of the run (design.md §4)", () => {
  it("stand by block and step, numbered as the run went", () => {
    const timeline = [block("pay", 20), block("log in", 10)];
    const shot = (id: string, task: string, step: string) =>
      row(id, "screenshot_llm", { task_id: `tsk_${task}`, step_id: step });
    expect(
      paths([shot("a_2", "pay", "stp_2"), shot("a_1", "log in", "stp_1"), shot("a_3", "pay", "stp_2")], {
        timeline,
      }),
    ).toEqual({
      a_1: "steps/01-log in/01-stp_1/001-screenshot_llm.png",
      a_2: "steps/02-pay/01-stp_2/001-screenshot_llm.png",
      a_3: "steps/02-pay/01-stp_2/002-screenshot_llm.png",
    });
  });

  it("name the round of a loop", () => {
    const rounds = [0, 1].map((round) =>
      block("item", 11 + round, { workflow_run_block_id: `wrb_${round}`, current_index: round }),
    );
    const timeline = [block("loop", 10, {}, rounds)];
    const inRound = row("a_1", "html", { workflow_run_block_id: "wrb_1", step_id: "stp_1" });
    expect(paths([inRound], { timeline }).a_1).toBe("steps/03-item[1]/01-stp_1/001-html.html");
  });

  it("of a plain task stand by step, by the task's own count of them", () => {
    const steps = [
      { step_id: "stp_b", order: 0, retry_index: 0 },
      { step_id: "stp_a", order: 1, retry_index: 0 },
    ];
    expect(
      paths([row("a_1", "html", { step_id: "stp_a" }), row("a_2", "html", { step_id: "stp_b" })], { steps }),
    ).toEqual({ a_1: "steps/02-stp_a/001-html.html", a_2: "steps/01-stp_b/001-html.html" });
  });

  it("without any list of steps, stand as their URIs tell, the tenth after the second", () => {
    const inUri = (id: string, order: number) =>
      row(id, "html", { uri: `s3://bucket/tsk_1/${order}_0_stp_${order}/x.html` });
    expect(paths([inUri("a_1", 10), inUri("a_2", 2)])).toMatchObject({
      a_1: "steps/02-stp_10/001-html.html",
    });
  });

  it("within a step come by their time; a screenshot's is that of its action", () => {
    const action = { step_id: "stp_1", screenshot_artifact_id: "a_shot", created_at: "2026-11-24T12:00:05" };
    const timeline = [block("b", 10, { actions: [action] })];
    const at = (id: string, type: string, second: number) =>
      row(id, type, { step_id: "stp_1", created_at: `2026-11-24T12:00:0${second}` });
    expect(
      paths([at("a_shot", "screenshot_action", 9), at("a_1", "llm_prompt", 1), at("a_2", "html", 7)], {
        timeline,
      }),
    ).toMatchObject({
      a_1: expect.stringContaining("/001-"),
      a_shot: expect.stringContaining("/002-"),
      a_2: expect.stringContaining("/003-"),
    });
  });

  it("out of archives, which have one time for all, come by the turns of a step", () => {
    const types = ["llm_response", "screenshot_action", "llm_prompt", "screenshot_llm"];
    const members = types.map((type) => row(type, type, { step_id: "stp_1", bundle_key: type }));
    expect(Object.entries(paths(members)).sort(([, a], [, b]) => (a < b ? -1 : 1))).toMatchObject(
      ["screenshot_llm", "llm_prompt", "llm_response", "screenshot_action"].map((type) => [
        type,
        expect.any(String),
      ]),
    );
  });

  it("keep their number when another is missing or left out", () => {
    const three = ["a_1", "a_2", "a_3"].map((id) => row(id, "html", { step_id: "stp_1" }));
    expect(paths(three, { arrived: three.slice(2) })).toEqual({ a_3: "steps/01-stp_1/003-html.html" });
  });

  it("of a block but of no step stand in the block's folder, those of nothing in `other`", () => {
    const timeline = [block("b", 10)];
    const loose = [row("a_1", "html", { task_id: "tsk_b" }), row("a_2", "html")];
    expect(paths(loose, { timeline })).toEqual({
      a_1: "steps/01-b/001-html.html",
      a_2: "steps/other/001-html.html",
    });
  });

  it("of a thought stand by the thought", () => {
    expect(paths([row("a_1", "llm_prompt", { observer_thought_id: "ot_1" })]).a_1).toBe(
      "steps/01-thought-ot_1/001-llm_prompt.txt",
    );
  });
});

describe("names of other files", () => {
  const download = (id: string, fileName: string | null, uri = ""): CollectedArtifact => ({
    ...row(id, "download", { uri }),
    fileName,
  });

  it.each([
    ["LICENSE", "LICENSE"],
    ["a#b.pdf", "a#b.pdf"],
    ["100%20.pdf", "100_20.pdf"],
    ["..\\evil.sh", "_evil.sh"],
  ])("a download is %j by its own name", (name, expected) => {
    expect(paths([download("a_1", name)]).a_1).toBe(`downloads/${expected}`);
  });

  it.each([
    ["s3://bucket/x/report #2.pdf", "report #2.pdf"],
    ["s3://bucket/x/100%25.pdf", "100_25.pdf"],
    ["s3://bucket/x/Downloads.lnk", "Downloads.lnk_"],
    ["https://host/x/report%20a.pdf?X-Amz-Signature=s", "report a.pdf"],
  ])("without one, by the last part of %j", (uri, expected) => {
    expect(paths([download("a_1", null, uri)]).a_1).toBe(`downloads/${expected}`);
  });
});
