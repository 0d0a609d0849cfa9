import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listAgentRuns } from "@/core/skyvern/agent-runs";
import { SkyvernClient } from "@/core/skyvern/client";
import { generatedRun } from "../../practice/runs/generated";
import { INVOICE, INVOICE_AGENT } from "../../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { practiceFetch } from "../bundle/practice-export";

let server: PracticeServer;
let client: SkyvernClient;
beforeAll(async () => {
  server = await startPracticeServer();
  const access = { apiAddress: "https://api.skyvern.com", apiKey: server.apiKey };
  client = new SkyvernClient(access, new AbortController().signal, practiceFetch(server));
});
afterAll(() => server.close());

const list = (since: number | null, ...statuses: string[]) =>
  listAgentRuns(client, { agentId: INVOICE_AGENT, since, statuses });

describe("the runs of an agent", () => {
  it("are listed with what tells whether they have changed", async () => {
    const found = await list(null);
    expect(found?.cut).toBe(false);
    expect(found?.runs.find(({ runId }) => runId === INVOICE)).toMatchObject({
      status: "completed",
      finishedAt: expect.any(Number),
    });
  });

  it("are those since a time, with a status", async () => {
    const created = (await list(null))?.runs.find(({ runId }) => runId === INVOICE)?.createdAt ?? 0;
    const ids = async (...query: Parameters<typeof list>) =>
      (await list(...query))?.runs.map(({ runId }) => runId);
    expect(await ids(created)).toContain(INVOICE);
    expect(await ids(created + 1)).not.toContain(INVOICE);
    expect(await ids(null, "failed")).not.toContain(INVOICE);
  });

  it("are read page by page, each once", async () => {
    for (let seed = 1; seed <= 230; seed++)
      generatedRun(server.world, { count: 0, bytesEach: 1, kind: "text", seed }).agentId = INVOICE_AGENT;
    const runs = (await list(null))?.runs ?? [];
    expect(runs.length).toBeGreaterThan(230);
    expect(new Set(runs.map(({ runId }) => runId)).size).toBe(runs.length);
  });

  it("of an agent that nobody knows are no list", async () => {
    expect(await listAgentRuns(client, { agentId: "wpid_0", since: null, statuses: [] })).toBeNull();
  });
});
