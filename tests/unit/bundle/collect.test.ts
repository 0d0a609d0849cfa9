import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { collectRun } from "@/core/bundle/collect";
import type { CollectedRun } from "@/core/bundle/collected-run";
import { SkyvernClient } from "@/core/skyvern/client";
import { warningText } from "@/core/text/warning-text";
import {
  type Answer,
  API,
  fakeClock,
  inNoTime,
  json,
  KEY,
  notFound,
  refused,
  reset,
  ScriptedFetcher,
  text,
} from "../support/scripted-fetcher";
import { english } from "../support/words";

const NOW = "2026-11-24T12:00:00Z";
const LONG_AGO = "2026-11-23T12:00:00";
const SOON = "2026-11-24T11:58:00";
const BROKEN = json({ error: "boom" }, 500);

let server: ScriptedFetcher;

beforeEach(() => {
  fakeClock(NOW);
  server = new ScriptedFetcher().on("/v1/runs", json([]));
});
afterEach(() => {
  vi.useRealTimers();
});

const row = (id: string, type = "har", fields: object = {}) => ({
  artifact_id: id,
  artifact_type: type,
  uri: `s3://bucket/${id}`,
  created_at: LONG_AGO,
  ...fields,
});
const content = (id: string): string => `https://api.skyvern.com/v1/artifacts/${id}/content?sig=s`;
const run = (fields: object = {}): Answer =>
  json({ run_id: "wr_1", status: "completed", finished_at: LONG_AGO, ...fields });
const block = (fields: object, children: unknown[] = []) => ({
  type: "block",
  created_at: LONG_AGO,
  block: { workflow_run_block_id: "wrb_1", workflow_run_id: "wr_1", block_type: "task", ...fields },
  children,
});

/** A run with a document and a list. */
function serve(id: string, rows: unknown[], document: Answer = run({ run_id: id })): void {
  server.on(`/v1/runs/${id}`, document).on(`/v1/runs/${id}/artifacts`, json(rows));
}

function collect(id = "wr_1"): Promise<CollectedRun> {
  const client = new SkyvernClient(
    { apiAddress: API, apiKey: KEY },
    new AbortController().signal,
    server.fetch,
  );
  return inNoTime(collectRun(client, id));
}

const ids = ({ artifacts }: CollectedRun): string[] => artifacts.map(({ id }) => id);

function said({ warnings }: CollectedRun): string {
  return warnings.map((each) => warningText(english, each)).join("\n");
}

describe("what a run left (skyvern-api.md §4)", () => {
  it("is its list, in the list's order", async () => {
    serve("wr_1", [row("a_2"), row("a_1")]);
    expect(ids(await collect())).toEqual(["a_2", "a_1"]);
  });

  it("and the downloads and recording of its document", async () => {
    const files = [
      { url: content("a_2"), filename: "x.pdf" },
      { url: null, filename: "y.pdf", artifact_id: "a_3" },
    ];
    serve("wr_1", [row("a_1")], run({ downloaded_files: files, recording_url: content("a_4") }));
    expect(ids(await collect())).toEqual(["a_1", "a_2", "a_3", "a_4"]);
  });

  it("and the recordings and downloads of the workflow run", async () => {
    serve("wr_1", [row("a_1")]);
    server.on(
      "/v1/workflows/runs/wr_1",
      json({ recording_urls: [content("a_2"), content("a_3")], downloaded_files: [{ url: content("a_4") }] }),
    );
    expect(ids(await collect()).sort()).toEqual(["a_1", "a_2", "a_3", "a_4"]);
  });

  it("and the files named in its output and in the outputs of blocks", async () => {
    serve("wr_1", [], run({ output: { deep: [`see ${content("a_1")}`] } }));
    server.on("/v1/runs/wr_1/timeline", json([block({ output: { files: [content("a_2")] } })]));
    expect(ids(await collect())).toEqual(["a_1", "a_2"]);
  });

  it("each once, however often it is named", async () => {
    const files = [{ url: content("a_1"), artifact_id: "a_1", filename: "x.pdf" }];
    serve("wr_1", [row("a_1", "download")], run({ downloaded_files: files, output: content("a_1") }));
    server.on("/v1/workflows/runs/wr_1", json({ downloaded_files: files, outputs: { a: content("a_1") } }));
    const collected = await collect();
    expect(ids(collected)).toEqual(["a_1"]);
    expect(collected.artifacts[0]).toMatchObject({ fileName: "x.pdf", row: { artifact_type: "download" } });
  });

  it("a file of another host is the row whose uri it ends in", async () => {
    const url = "https://s3.amazonaws.com/bucket/o_1/x.pdf?X-Amz-Signature=s";
    serve("wr_1", [row("a_1", "download", { uri: "s3://bucket/o_1/x.pdf" })], run({ recording_url: url }));
    const collected = await collect();
    expect(ids(collected)).toEqual(["a_1"]);
    expect(collected.artifacts[0]?.storageUrls).toEqual([url]);
  });

  it("a file on a self-hosted server's disk too", async () => {
    const url = "file:///data/artifacts/x.pdf";
    serve(
      "wr_1",
      [row("a_1", "download", { uri: url })],
      run({ downloaded_files: [{ url, filename: "x.pdf" }] }),
    );
    expect(ids(await collect())).toEqual(["a_1"]);
  });

  it("a file that only a URL names stays a file of its own, once", async () => {
    const url = "https://bucket.s3.amazonaws.com/o_1/x.pdf";
    const files = [{ url: `${url}?X-Amz-Signature=1`, filename: "x.pdf" }];
    const again = [{ url: `${url}?X-Amz-Signature=2`, filename: "x.pdf" }];
    serve("wr_1", [], run({ downloaded_files: files }));
    server.on("/v1/workflows/runs/wr_1", json({ downloaded_files: again }));
    const { artifacts } = await collect();
    expect(artifacts).toMatchObject([{ id: `url:${url}`, hasId: false, fileName: "x.pdf" }]);
    expect(artifacts[0]?.storageUrls).toHaveLength(2);
  });

  it("a file that no list has gets its row by its ID", async () => {
    serve("wr_1", [], run({ output: content("a_1") }));
    server.on("/v1/artifacts/a_1", json(row("a_1", "pdf")));
    expect((await collect()).artifacts[0]?.row).toMatchObject({
      artifact_type: "pdf",
      uri: "s3://bucket/a_1",
    });
  });

  it("a row that can't be read is counted, and costs the others nothing", async () => {
    serve("wr_1", [{ artifact_type: "har" }, row("a_1"), null]);
    const collected = await collect();
    expect(ids(collected)).toEqual(["a_1"]);
    expect(collected.unreadable).toEqual([
      "entry 1 of the list of artifacts",
      "entry 3 of the list of artifacts",
    ]);
  });

  it("an empty place in a list of files costs the others nothing", async () => {
    serve("wr_1", [], run({ downloaded_files: [{ artifact_id: "a_d", filename: "x.pdf" }, null] }));
    server.on("/v1/workflows/runs/wr_1", json({ recording_urls: [null, content("a_r")] }));
    const collected = await collect();
    expect(ids(collected)).toEqual(["a_d", "a_r"]);
    expect(collected.unreadable).toEqual([]);
  });

  it("what is no file in such a list is counted", async () => {
    serve("wr_1", [], run({ downloaded_files: [7, {}] }));
    expect((await collect()).unreadable).toHaveLength(2);
  });

  it("a node of the timeline that can't be read is counted, and costs the others nothing", async () => {
    serve("wr_1", []);
    server.on("/v1/runs/wr_1/timeline", json([null, block({ label: "a" })]));
    const collected = await collect();
    expect(collected.blocks).toHaveLength(1);
    expect(collected.unreadable).toHaveLength(1);
  });

  it("two files of one address with other queries are two; two signatures of one file are one", async () => {
    const pick = (number: number) => ({ url: `https://files.example/get?file=${number}`, filename: "x" });
    const signed = (signature: string) => ({ url: `https://s3.example/x?X-Amz-Signature=${signature}` });
    serve("wr_1", [], run({ downloaded_files: [pick(1), pick(2), signed("a"), signed("b")] }));
    expect((await collect()).artifacts).toHaveLength(3);
  });

  it("unknown types, unknown fields and fields of the wrong kind are data", async () => {
    const odd = row("a_1", "hologram", {
      new_field: { x: 1 },
      file_size: "big",
      checksum: 7,
      signed_url: [],
    });
    serve("wr_1", [odd], run({ future: true, downloaded_files: "none", recording_url: 3 }));
    const { artifacts } = await collect();
    expect(artifacts[0]?.row).toMatchObject({
      artifact_type: "hologram",
      new_field: { x: 1 },
      file_size: null,
    });
  });
});

describe("a row whose type is no text", () => {
  it.each([7, null, undefined, ["har"]])("(%j) is a file of an unknown type, by its own ID", async (type) => {
    serve("wr_1", [{ ...row("a_1"), artifact_type: type }]);
    const collected = await collect();
    expect(collected.artifacts[0]).toMatchObject({ id: "a_1", row: { artifact_type: "unknown" } });
    expect(collected.unreadable).toEqual([]);
  });
});

describe("runs inside the run", () => {
  it("are part of it, theirs too", async () => {
    serve("wr_1", [row("a_1")]);
    serve("wr_2", [row("a_2")]);
    serve("wr_3", [row("a_3")]);
    server
      .on("/v1/runs/wr_1/timeline", json([block({ block_workflow_run_id: "wr_2" })]))
      .on(
        "/v1/runs/wr_2/timeline",
        json([block({ workflow_run_id: "wr_2", block_workflow_run_id: "wr_3" })]),
      );
    const collected = await collect();
    expect(ids(collected)).toEqual(["a_1", "a_2", "a_3"]);
    expect(collected.runIds).toEqual(["wr_1", "wr_2", "wr_3"]);
    expect(collected.nestedRuns).toEqual(["wr_2", "wr_3"]);
  });

  it("are found in blocks shown inside the parent's", async () => {
    serve("wr_1", []);
    serve("wr_2", [row("a_2")]);
    server.on("/v1/runs/wr_1/timeline", json([block({}, [block({ workflow_run_id: "wr_2" })])]));
    expect(ids(await collect())).toEqual(["a_2"]);
  });

  it("are listed once each, and a circle has an end", async () => {
    serve("wr_1", []);
    serve("wr_2", [row("a_2")]);
    const circle = json([block({ workflow_run_id: "wr_2", block_workflow_run_id: "wr_1" })]);
    server.on("/v1/runs/wr_1/timeline", circle).on("/v1/runs/wr_2/timeline", circle);
    expect(ids(await collect())).toEqual(["a_2"]);
    expect(server.to("/v1/runs/wr_1/artifacts")).toHaveLength(1);
    expect(server.to("/v1/runs/wr_2/artifacts")).toHaveLength(1);
  });

  it("own the row of a file that the parent merely names", async () => {
    serve("wr_1", [], run({ output: content("a_2") }));
    serve("wr_2", [row("a_2", "pdf", { bundle_key: "k" })]);
    server.on("/v1/runs/wr_1/timeline", json([block({ block_workflow_run_id: "wr_2" })]));
    const { artifacts } = await collect();
    expect(artifacts).toHaveLength(1);
    expect(artifacts[0]?.row).toMatchObject({ artifact_type: "pdf", bundle_key: "k" });
    expect(server.to("/v1/artifacts/a_2")).toHaveLength(0);
  });

  it("own the storage file that the parent merely names", async () => {
    serve(
      "wr_1",
      [],
      run({ downloaded_files: [{ url: "https://s3.test/bucket/o_1/x.pdf", filename: "x.pdf" }] }),
    );
    serve("wr_2", [row("a_2", "download", { uri: "s3://bucket/o_1/x.pdf" })]);
    server.on("/v1/runs/wr_1/timeline", json([block({ block_workflow_run_id: "wr_2" })]));
    expect(ids(await collect())).toEqual(["a_2"]);
  });

  it.each([
    ["doesn't know", notFound],
    ["can't give", BROKEN],
    ["keeps from this key", refused],
  ])("whose list the server %s are named, and cost the run nothing", async (_, answer) => {
    serve("wr_1", [row("a_1")]);
    server
      .on("/v1/runs/wr_1/timeline", json([block({ block_workflow_run_id: "wr_2" })]))
      .on("/v1/runs/wr_2/artifacts", answer);
    const collected = await collect();
    expect(ids(collected)).toEqual(["a_1"]);
    expect(collected.unlistedRuns).toEqual(["wr_2"]);
  });

  it("that a trigger started are runs of their own: named alone, at any depth", async () => {
    const trigger = (id: string) =>
      block({ block_type: "workflow_trigger", block_workflow_run_id: id, output: { workflow_run_id: id } });
    serve("wr_1", []);
    serve("wr_2", []);
    serve("wr_8", [row("a_8")]);
    server
      .on("/v1/runs/wr_1/timeline", json([trigger("wr_8"), block({ block_workflow_run_id: "wr_2" })]))
      .on("/v1/runs/wr_2/timeline", json([trigger("wr_9")]));
    const collected = await collect();
    expect(ids(collected)).toEqual([]);
    expect(collected.runIds).toEqual(["wr_1", "wr_2"]);
    expect(said(collected)).toContain("wr_8");
    expect(said(collected)).toContain("wr_9");
  });
});

describe("files of a run that a trigger started", () => {
  const trigger = block({
    block_type: "workflow_trigger",
    output: { workflow_run_id: "wr_9", downloaded_files: [{ artifact_id: "a_9", filename: "theirs.pdf" }] },
  });

  it("are no part of this one, though the trigger's block names them", async () => {
    serve("wr_1", [row("a_1")]);
    server.on("/v1/runs/wr_1/timeline", json([trigger]));
    expect(ids(await collect())).toEqual(["a_1"]);
  });

  it("nor where the run's own output repeats that", async () => {
    serve("wr_1", [row("a_1")], run({ output: { block_output: { files: [content("a_9")] } } }));
    server
      .on("/v1/runs/wr_1/timeline", json([trigger]))
      .on("/v1/artifacts/a_9", json(row("a_9", "download", { workflow_run_id: "wr_9" })));
    expect(ids(await collect())).toEqual(["a_1"]);
  });
});

describe("a task v2 has two IDs (skyvern-api.md §2)", () => {
  const asTask = run({
    run_id: "tsk_v2_1",
    run_type: "task_v2",
    app_url: "https://app.skyvern.com/runs/wr_1",
  });
  beforeEach(() => {
    server
      .on("/v1/runs/tsk_v2_1", asTask)
      .on("/v1/runs/wr_1", asTask)
      .on("/v1/runs/tsk_v2_1/artifacts", json([]))
      .on("/v1/runs/wr_1/artifacts", json([row("a_1")]))
      .on("/v1/runs/tsk_v2_1/timeline", json([block({ label: "first" })]));
  });

  it.each(["tsk_v2_1", "wr_1"])("and is the same run by %s", async (id) => {
    server.on("/api/v2/tasks/tsk_v2_1", json({ workflow_run_id: "wr_1" }));
    const collected = await collect(id);
    expect(collected).toMatchObject({ runId: "wr_1", requestedId: id });
    expect(new Set(collected.runIds)).toEqual(new Set(["wr_1", "tsk_v2_1"]));
    expect(collected.nestedRuns).toEqual([]);
    expect(ids(collected)).toEqual(["a_1"]);
    expect(collected.blocks.map(({ block }) => block.label)).toEqual(["first"]);
    expect(collected.documents.has("timeline.json")).toBe(true);
  });

  it("the second of which may be known by the run's app_url alone", async () => {
    expect((await collect("tsk_v2_1")).runId).toBe("wr_1");
  });

  it("nobody knows where the second can't be had for trouble: its own list is empty", async () => {
    server
      .on("/api/v2/tasks/tsk_v2_1", BROKEN)
      .on("/v1/runs/tsk_v2_1", run({ run_id: "tsk_v2_1", app_url: null }));
    await expect(collect("tsk_v2_1")).rejects.toMatchObject({ code: "server" });
  });

  it("and a run that has ended without a second has an unlisted rest, one that has not begun has none", async () => {
    const ofStatus = (status: string) => run({ run_id: "tsk_v2_1", app_url: null, status });
    server.on("/v1/runs/tsk_v2_1/timeline", notFound).on("/v1/runs/tsk_v2_1", ofStatus("completed"));
    expect((await collect("tsk_v2_1")).unlistedRuns).toEqual(["tsk_v2_1"]);
    server.on("/v1/runs/tsk_v2_1", ofStatus("queued"));
    expect((await collect("tsk_v2_1")).unlistedRuns).toEqual([]);
  });

  it("and keeps the one it has where the server tells no other; the timeline leads to its files", async () => {
    server.on("/v1/runs/tsk_v2_1", run({ run_id: "tsk_v2_1", app_url: null }));
    const collected = await collect("tsk_v2_1");
    expect(collected.runId).toBe("tsk_v2_1");
    expect(ids(collected)).toEqual(["a_1"]);
  });
});

describe("is there such a run (skyvern-api.md §3)", () => {
  it("no, where the list is empty and every document is 404", async () => {
    server.on("/v1/runs/wr_1/artifacts", json([]));
    await expect(collect()).rejects.toMatchObject({
      code: "no-such-run",
      message: expect.stringContaining("wr_1"),
    });
  });

  it.each([
    ["wr_1", "/v1/workflows/runs/wr_1"],
    ["tsk_1", "/api/v1/tasks/tsk_1"],
  ])("yes, where %s is known at %s alone", async (id, path) => {
    server
      .on(`/v1/runs/${id}/artifacts`, json([]))
      .on(path, json({ status: "failed", finished_at: LONG_AGO }));
    expect(await collect(id)).toMatchObject({ runId: id, status: "failed", artifacts: [] });
  });

  it("yes, where it has artifacts and no document at all", async () => {
    server.on("/v1/runs/wr_1/artifacts", json([row("a_1")]));
    const collected = await collect();
    expect(ids(collected)).toEqual(["a_1"]);
    expect(collected).toMatchObject({ status: null, running: false });
  });

  it("nobody knows, where a document can't be had for trouble", async () => {
    server.on("/v1/runs/wr_1/artifacts", json([])).on("/v1/runs/wr_1", BROKEN);
    await expect(collect()).rejects.toMatchObject({ code: "server" });
  });

  it.each(["/v1/runs/wr_1", "/v1/workflows/runs/wr_1", "/v1/runs/wr_1/timeline"])(
    "yes, with a gap, where %s can't be had for trouble: it may name more files",
    async (path) => {
      server.on("/v1/runs/wr_1/artifacts", json([row("a_1")])).on(path, BROKEN);
      const collected = await collect();
      expect(collected.unreadSources).toMatchObject([{ path }]);
      expect(said(collected)).toContain("Skyvern could not give");
    },
  );

  it("a document that the network swallows is a gap, no end", async () => {
    server.on("/v1/runs/wr_1/artifacts", json([row("a_1")])).on("/v1/runs/wr_1/timeline", reset);
    expect((await collect()).unreadSources).toHaveLength(1);
  });

  it("without the list nothing is known to be complete", async () => {
    server.on("/v1/runs/wr_1", run());
    await expect(collect()).rejects.toMatchObject({ code: "bad-answer" });
  });

  it("a refused key ends it, and leaves no promise behind", async () => {
    for (const path of ["/v1/runs", "/v1/runs/wr_1", "/v1/runs/wr_1/artifacts", "/api/v1/organizations/me"])
      server.on(path, refused);
    await expect(collect()).rejects.toMatchObject({ code: "key-refused" });
  });

  it("a server out of reach ends it", async () => {
    server.on("/v1/runs/wr_1/artifacts", reset);
    await expect(collect()).rejects.toMatchObject({ code: "unreachable" });
  });
});

describe("the title (skyvern-api.md §7)", () => {
  const asked = { title: "Asked", url: "https://shop.example/cart" };
  const workflow = json({ workflow: { title: "Agent" } });
  const listed = json([{ run_id: "wr_1", title: "Listed" }]);

  it.each<[string, object, Answer, Answer, string | null]>([
    ["the request's first", asked, workflow, listed, "Asked"],
    ["the agent's next", { ...asked, title: "" }, workflow, listed, "Agent"],
    ["then the history's", { ...asked, title: null }, notFound, listed, "Listed"],
    ["then the host", { url: asked.url }, notFound, json([]), "shop.example"],
    ["else none", {}, notFound, json([]), null],
    ["not another run's", {}, notFound, json([{ run_id: "wr_7", title: "Other" }]), null],
    ["none where the history fails", {}, notFound, BROKEN, null],
  ])("%s", async (_, request, workflowRun, history, title) => {
    serve("wr_1", [], run({ run_request: request }));
    server.on("/v1/workflows/runs/wr_1", workflowRun).on("/v1/runs?search_key=wr_1&page_size=1", history);
    expect((await collect()).title).toBe(title);
  });
});

describe("warnings", () => {
  const warnings = async (): Promise<string> => said(await collect());

  it("none for a run that left all", async () => {
    serve("wr_1", [row("a_1", "recording")], run({ browser_session_id: "pbs_1" }));
    server.on("/v1/runs/wr_1/timeline", json([]));
    expect(await warnings()).toBe("");
  });

  it("a workflow run without a timeline: runs inside it would be unknown", async () => {
    serve("wr_1", [row("a_1")]);
    expect(await warnings()).toContain("no timeline");
  });

  it.each(["created", "queued", "running", "paused"])("a run that is %s is still running", async (status) => {
    serve("wr_1", [], run({ status, finished_at: null }));
    expect(await warnings()).toContain("still running");
  });

  it("a session without a recording", async () => {
    serve("wr_1", [], run({ browser_session_id: "pbs_1" }));
    expect(await warnings()).toContain("pbs_1");
  });

  it("a task's session without a recording", async () => {
    server
      .on("/v1/runs/tsk_1/artifacts", json([]))
      .on("/api/v1/tasks/tsk_1", json({ status: "completed", browser_session_id: "pbs_1" }));
    expect(said(await collect("tsk_1"))).toContain("pbs_1");
  });

  it("fewer downloads than the blocks count", async () => {
    serve("wr_1", [row("a_1", "download")]);
    server.on("/v1/runs/wr_1/timeline", json([block({ downloaded_file_count: 3 })]));
    expect(await warnings()).toContain("count 3 downloaded files, Skyvern lists 1");
  });
});

describe("the state of a run", () => {
  it.each([
    ["settles while it runs", { status: "running", finished_at: null }, true, true],
    ["settles for five minutes after its end", { finished_at: SOON }, false, true],
    ["has settled then", { finished_at: LONG_AGO }, false, false],
    ["is taken for running with a status of tomorrow", { status: "hibernating" }, true, true],
  ])("%s", async (_, fields, running, settling) => {
    serve("wr_1", [], run(fields));
    expect(await collect()).toMatchObject({ running, settling });
  });

  it("names its organization", async () => {
    serve("wr_1", []);
    server.on("/api/v1/organizations/me", json({ organization_name: "Acme" }));
    expect((await collect()).organization).toBe("Acme");
  });
});

describe("documents", () => {
  it("are the served texts, output and parameters cut out of them", async () => {
    const served =
      '{"run_id":"wr_1","status":"completed","output":{"id":9007199254740993},"run_request":{"a" :1}}';
    server.on("/v1/runs/wr_1", text(served)).on("/v1/runs/wr_1/artifacts", text("[ ]"));
    const { documents } = await collect();
    expect(Object.fromEntries(documents)).toEqual({
      "run.json": served,
      "artifacts.json": "[ ]",
      "output.json": '{"id":9007199254740993}',
      "parameters.json": '{"a" :1}',
    });
  });

  it("of a plain task are its steps and actions, and no timeline is asked for", async () => {
    server
      .on("/v1/runs/tsk_1/artifacts", json([]))
      .on("/api/v1/tasks/tsk_1", json({ status: "completed" }))
      .on("/api/v1/tasks/tsk_1/steps", json([1]))
      .on("/api/v1/tasks/tsk_1/actions", json([2]));
    const { documents } = await collect("tsk_1");
    expect([...documents.keys()].sort()).toEqual([
      "actions.json",
      "artifacts.json",
      "steps.json",
      "task.json",
    ]);
    expect(server.paths.some((path) => path.includes("timeline"))).toBe(false);
  });
});
