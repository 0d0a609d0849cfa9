import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as ids from "../../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { ask, json, rowsOf } from "./client";

let server: PracticeServer;
beforeAll(async () => {
  server = await startPracticeServer();
});
afterAll(() => server.close());

interface Node {
  created_at: string;
  children: Node[];
  block: { label: string; actions: { created_at: string }[] } | null;
}

const status = async (path: string): Promise<number> => (await ask(server, path)).status;

describe("who may ask", () => {
  test.each([{}, { "x-api-key": "wrong" }])("no or a wrong key is 403: %o", async (headers) => {
    const reply = await ask(server, "/v1/runs?page=1&page_size=1", { key: false, headers });
    expect(reply.status).toBe(403);
    expect(reply.body.toString()).toBe('{"detail":"Invalid credentials"}');
  });

  test("only Skyvern's own origin may read answers from a page, and gets none without a key", async () => {
    const own = await ask(server, `/v1/runs/${ids.INVOICE}`, {
      key: false,
      headers: { origin: "https://app.skyvern.com" },
    });
    expect([own.status, own.headers["access-control-allow-origin"]]).toEqual([
      403,
      "https://app.skyvern.com",
    ]);
    const other = await ask(server, `/v1/runs/${ids.INVOICE}`, {
      headers: { origin: "https://evil.example" },
    });
    expect(other.headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("whose key it is", async () => {
    expect(await json(server, "/api/v1/organizations/me")).toEqual({
      organization_id: server.world.organization.id,
      organization_name: server.world.organization.name,
    });
  });

  test("an unknown path is an empty 404", async () => {
    const reply = await ask(server, "/v1/nothing/here");
    expect([reply.status, reply.body.length]).toEqual([404, 0]);
  });
});

describe("is there such a run", () => {
  test.each([
    ["an unknown run", ids.UNKNOWN, 404, 404],
    ["a task inside a workflow", ids.TASK_IN_WORKFLOW, 404, 404],
    ["an older workflow run", ids.NO_DOCUMENT, 404, 200],
    ["a workflow run", ids.INVOICE, 200, 200],
  ])("%s", async (_, id, run, workflowRun) => {
    expect(await status(`/v1/runs/${id}`)).toBe(run);
    expect(await status(`/v1/workflows/runs/${id}`)).toBe(workflowRun);
  });

  test("an unknown run's artifacts are an empty list", async () => {
    expect(await rowsOf(server, ids.UNKNOWN)).toEqual([]);
  });

  test("the task inside a workflow has its documents", async () => {
    expect(await status(`/api/v1/tasks/${ids.TASK_IN_WORKFLOW}`)).toBe(200);
    expect(await json<unknown[]>(server, `/api/v1/tasks/${ids.TASK_IN_WORKFLOW}/steps`)).toHaveLength(2);
    expect(await rowsOf(server, ids.TASK_IN_WORKFLOW)).not.toEqual([]);
  });
});

describe("a task v2 under its two IDs", () => {
  test("is the same run", async () => {
    const byTask = await json<{ run_id: string }>(server, `/v1/runs/${ids.TASK_V2}`);
    const byRun = await json<{ run_id: string }>(server, `/v1/runs/${ids.TASK_V2_WR}`);
    expect([byTask.run_id, byRun.run_id]).toEqual([ids.TASK_V2, ids.TASK_V2]);
    expect(await json(server, `/api/v2/tasks/${ids.TASK_V2}`)).toMatchObject({
      workflow_run_id: ids.TASK_V2_WR,
    });
  });

  test("has artifacts by one and a timeline by the other", async () => {
    expect(await rowsOf(server, ids.TASK_V2)).toEqual([]);
    expect((await rowsOf(server, ids.TASK_V2_WR)).length).toBeGreaterThan(5);
    expect(await status(`/v1/runs/${ids.TASK_V2}/timeline`)).toBe(200);
    expect(await status(`/v1/runs/${ids.TASK_V2_WR}/timeline`)).toBe(404);
  });
});

describe("the timeline", () => {
  test("is newest first at every level", async () => {
    const timeline = await json<Node[]>(server, `/v1/runs/${ids.INVOICE}/timeline`);
    const check = (times: string[]) => expect(times).toEqual([...times].sort().reverse());
    const visit = (nodes: Node[]): void => {
      check(nodes.map(({ created_at }) => created_at));
      for (const node of nodes) {
        check(node.block?.actions.map(({ created_at }) => created_at) ?? []);
        visit(node.children);
      }
    };
    visit(timeline);
    expect(timeline.map(({ block }) => block?.label)).toEqual([
      "Summarise / Übersicht",
      "Each month",
      "sign_in",
    ]);
    expect(timeline[1]?.children).toHaveLength(2);
  });

  test("shows a nested run's blocks inside the parent's, which is a run of its own", async () => {
    interface Nested {
      block: { workflow_run_id: string; block_workflow_run_id: string | null };
      children: Nested[];
    }
    const timeline = await json<Nested[]>(server, `/v1/runs/${ids.PARENT}/timeline`);
    const block = timeline.find((node) => node.block.block_workflow_run_id === ids.NESTED);
    expect(block?.children[0]?.block.workflow_run_id).toBe(ids.NESTED);
    const own = (await rowsOf(server, ids.PARENT)).map(({ artifact_id }) => artifact_id);
    const nested = (await rowsOf(server, ids.NESTED)).map(({ artifact_id }) => artifact_id);
    expect(nested.length).toBeGreaterThan(5);
    expect(own.filter((id) => nested.includes(id))).toEqual([]);
  });

  test("is 400 for plain tasks", async () => {
    expect(await status(`/v1/runs/${ids.TASK}/timeline`)).toBe(400);
  });

  test("grows while the run runs, until the world ends it", async () => {
    const path = `/v1/runs/${ids.RUNNING}/timeline`;
    expect(await json<Node[]>(server, path)).toHaveLength(1);
    expect(await json<Node[]>(server, path)).toHaveLength(2);
    server.world.endRun(ids.RUNNING);
    expect(await json<Node[]>(server, path)).toHaveLength(4);
    expect(await json(server, `/v1/runs/${ids.RUNNING}`)).toMatchObject({ status: "completed" });
  });
});

describe("documents", () => {
  test("hold integers beyond 2^53 as they are, and fresh signed URLs", async () => {
    const text = async (): Promise<string> => (await ask(server, `/v1/runs/${ids.INVOICE}`)).body.toString();
    const first = await text();
    expect(first).toContain('"account":9007199254740993123');
    expect(first).toMatch(/content\?expiry=\d+&kid=k1&sig=/);
    expect(first).not.toContain("{{");
    expect(await text()).not.toBe(first);
  });

  test("the session's files are in its own document, not in the list", async () => {
    const rows = await rowsOf(server, ids.SESSION);
    expect(
      rows.some(({ artifact_type }) => artifact_type === "recording" || artifact_type === "download"),
    ).toBe(false);
    const session = await json<{ recordings: unknown[] }>(
      server,
      `/v1/browser_sessions/${ids.SESSION_BROWSER}`,
    );
    expect(session.recordings).toHaveLength(1);
    const run = await json<{ recording_urls: unknown[] }>(server, `/v1/workflows/runs/${ids.SESSION}`);
    expect(run.recording_urls).toHaveLength(1);
    const runs = await json<unknown[]>(server, `/v1/browser_sessions/${ids.SESSION_BROWSER}/workflow_runs`);
    expect(runs).toHaveLength(1);
  });

  test("generated code is asked for by POST; a deleted agent has none", async () => {
    const body = JSON.stringify({ cache_key_value: "", status: "published", workflow_run_id: ids.INVOICE });
    const code = await json<{ blocks: object }>(server, `/v1/scripts/${ids.INVOICE_AGENT}/blocks`, {
      method: "POST",
      body,
    });
    expect(Object.keys(code.blocks)).toHaveLength(3);
    const gone = await ask(server, `/v1/scripts/${ids.GONE_AGENT}/blocks`, { method: "POST", body });
    expect(gone.status).toBe(404);
  });
});

describe("the history", () => {
  test.each([
    ["page_size=0", 422],
    ["page=101", 422],
    ["search_key=ab", 422],
    ["search_key=abc&page=11&page_size=100", 400],
    ["page=11&page_size=100", 200],
  ])("%s is %i", async (query, expected) => {
    expect(await status(`/v1/runs?${query}`)).toBe(expected);
  });

  test("finds run IDs, leaves child runs out, comes newest first", async () => {
    const found = await json<{ title: string }[]>(server, `/v1/runs?search_key=${ids.INVOICE}&page_size=1`);
    expect(found[0]?.title).toBe("Invoice download / ACME: Q1");
    const all = await json<{ run_id: string; created_at: string }[]>(server, "/v1/runs?page_size=100");
    expect(all.map(({ run_id }) => run_id)).not.toContain(ids.NESTED);
    const times = all.map(({ created_at }) => created_at);
    expect(times).toEqual([...times].sort().reverse());
  });
});
