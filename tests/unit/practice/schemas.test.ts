import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as ids from "../../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { json, type Row, rowsOf } from "./client";

const subset = readFileSync(new URL("../../practice/openapi-subset.json", import.meta.url), "utf8");
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(JSON.parse(subset) as object, "skyvern");

/** Types that the description doesn't list: unknown ones are part of the practice. */
const UNLISTED = new Set(["agent_notes", "../weird type"]);

function expectValid(schema: string, value: unknown): void {
  const validate = ajv.compile({ $ref: `skyvern#/components/schemas/${schema}` });
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
}

let server: PracticeServer;
beforeAll(async () => {
  server = await startPracticeServer();
});
afterAll(() => server.close());

const RUNS = Object.entries(ids)
  .filter(([, id]) => /^(wr|tsk)_/.test(id))
  .map(([name, id]) => ({ name, id }));

describe("answers are those of the API's description", () => {
  test.each(RUNS)("artifacts of $name", async ({ id }) => {
    for (const row of await rowsOf(server, id)) {
      const artifact_type = UNLISTED.has(row.artifact_type) ? "html" : row.artifact_type;
      expectValid("Artifact", { ...row, artifact_type } satisfies Row);
    }
  });

  test.each(RUNS)("document of $name", async ({ id }) => {
    const run = server.world.runOf(id);
    if (!run?.document) return;
    const document = await json<{ run_type: string }>(server, `/v1/runs/${id}`);
    expectValid(document.run_type === "workflow_run" ? "WorkflowRunResponse" : "TaskRunResponse", document);
  });

  test.each(RUNS)("timeline of $name", async ({ id }) => {
    const run = server.world.runOf(id);
    if (!run?.timeline) return;
    const timeline = await json<unknown[]>(server, `/v1/runs/${run.taskV2Id ?? id}/timeline`);
    for (const node of timeline) expectValid("WorkflowRunTimeline", node);
  });

  test("the history and an agent's runs", async () => {
    const history = await json<unknown[]>(server, "/v1/runs?page_size=100");
    expect(history.length).toBeGreaterThan(10);
    for (const item of history) expectValid("TaskRunListItem", item);
    const runs = await json<unknown[]>(server, `/v1/workflows/${ids.OTHER_AGENT}/runs?page_size=100`);
    expect(runs.length).toBeGreaterThan(5);
    for (const item of runs) expectValid("WorkflowRun", item);
  });

  test("browser sessions", async () => {
    for (const id of [ids.SESSION_BROWSER, ids.OPEN_SESSION_BROWSER]) {
      expectValid("BrowserSessionResponse", await json(server, `/v1/browser_sessions/${id}`));
    }
  });
});
