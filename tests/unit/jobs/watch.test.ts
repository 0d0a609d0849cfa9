import { beforeEach, describe, expect, it } from "vitest";
import { EVERYTHING } from "@/core/bundle/presets";
import { isDue, lookAt, NO_WATCHES, type Rule, runsFor, type Watch, watchListIn } from "@/core/jobs/watch";
import { SkyvernClient } from "@/core/skyvern/client";
import { API, json, KEY, ScriptedFetcher } from "../support/scripted-fetcher";

const NOW = Date.UTC(2026, 2, 31, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const WATCH: Watch = {
  server: API,
  runId: "wr_1",
  choice: EVERYTHING,
  since: NOW,
  seen: null,
  trouble: null,
};
const RULE: Rule = {
  id: "1",
  server: API,
  agentId: "wpid_1",
  kind: "failed",
  choice: EVERYTHING,
  folder: "",
  on: true,
  since: NOW,
  checkedAt: 0,
  done: [],
  trouble: null,
};
const time = (at: number) => new Date(at).toISOString();

let server: ScriptedFetcher;
let client: SkyvernClient;
beforeEach(() => {
  server = new ScriptedFetcher();
  client = new SkyvernClient({ apiAddress: API, apiKey: KEY }, new AbortController().signal, server.fetch);
});

describe("a watched run", () => {
  const look = (watch = WATCH, now = NOW) => lookAt(watch, client, now);

  it("is waited for while it runs", async () => {
    server.on("/v1/runs/wr_1", json({ status: "running" }));
    expect(await look()).toEqual({ kind: "wait", watch: WATCH });
  });

  it("is exported at once where it ended long ago: after a sleep", async () => {
    server.on("/v1/runs/wr_1", json({ status: "failed", finished_at: time(NOW - 10 * MINUTE) }));
    expect(await look()).toEqual({ kind: "export" });
  });

  it("is exported when its list has stayed the same for a minute", async () => {
    server
      .on("/v1/runs/wr_1", json({ status: "completed", finished_at: time(NOW) }))
      .on("/v1/runs/wr_1/artifacts", json([{ artifact_id: "a_1", artifact_type: "har", file_size: 7 }]));
    const first = await look();
    expect(first).toMatchObject({ kind: "wait", watch: { seen: { files: "1 7", at: NOW } } });
    const watch = first.kind === "wait" ? first.watch : WATCH;
    expect(await look(watch, NOW + MINUTE / 2)).toMatchObject({ kind: "wait", watch: { seen: { at: NOW } } });
    expect(await look(watch, NOW + MINUTE)).toEqual({ kind: "export" });
  });

  it("is waited for anew where another file came", async () => {
    server
      .on("/v1/runs/wr_1", json({ status: "completed", finished_at: time(NOW) }))
      .on("/v1/runs/wr_1/artifacts", json([{ artifact_id: "a_1", artifact_type: "har" }]));
    const watch = { ...WATCH, seen: { files: "0 0", at: NOW - 5 * MINUTE } };
    expect(await look(watch)).toMatchObject({ kind: "wait", watch: { seen: { files: "1 0", at: NOW } } });
  });

  it("that nobody knows is gone, one that never ends is given up", async () => {
    expect(await look()).toEqual({ kind: "gone" });
    server.on("/v1/runs/wr_1", json({ status: "running" }));
    expect(await look(WATCH, NOW + 31 * DAY)).toEqual({ kind: "give-up" });
  });
});

describe("a rule", () => {
  const runs = (...list: { id: string; status: string; finished: number }[]) =>
    json(
      list.map(({ id, status, finished }) => ({
        workflow_run_id: id,
        status,
        created_at: time(finished),
        finished_at: time(finished),
      })),
    );
  const serve = (answer: ReturnType<typeof json>) => server.on("/v1/workflows/wpid_1/runs", answer);

  it("for failed runs takes those that failed since it is there, oldest first, each once", async () => {
    serve(
      runs(
        { id: "wr_4", status: "timed_out", finished: NOW + 4 },
        { id: "wr_3", status: "failed", finished: NOW + 3 },
        { id: "wr_2", status: "completed", finished: NOW + 2 },
        { id: "wr_1", status: "failed", finished: NOW - 1 },
      ),
    );
    expect(await runsFor(RULE, client, NOW + DAY)).toEqual(["wr_3", "wr_4"]);
    expect(await runsFor({ ...RULE, done: ["wr_3"] }, client, NOW + DAY)).toEqual(["wr_4"]);
  });

  it("for runs before they are archived takes all that have ended", async () => {
    serve(
      runs(
        { id: "wr_2", status: "running", finished: NOW - 80 * DAY },
        { id: "wr_1", status: "completed", finished: NOW - 80 * DAY },
      ),
    );
    expect(await runsFor({ ...RULE, kind: "archive" }, client, NOW)).toEqual(["wr_1"]);
  });

  it("of an agent that is gone says so", async () => {
    await expect(runsFor(RULE, client, NOW)).rejects.toMatchObject({ code: "no-such-run" });
  });

  it("is due every five minutes, and never while it is off", () => {
    expect(isDue({ ...RULE, checkedAt: NOW }, NOW + 4 * MINUTE)).toBe(false);
    expect(isDue({ ...RULE, checkedAt: NOW }, NOW + 5 * MINUTE)).toBe(true);
    expect(isDue({ ...RULE, on: false }, NOW)).toBe(false);
  });
});

it("what is stored comes back; what is not sound in it does not", () => {
  expect(watchListIn(undefined)).toEqual(NO_WATCHES);
  const list = { watches: [WATCH], rules: [RULE], events: [] };
  expect(watchListIn(structuredClone(list))).toEqual(list);
  const odd = { watches: [{ ...WATCH, runId: "../x" }], rules: [{ ...RULE, agentId: "wr_1" }], events: [7] };
  expect(watchListIn(odd)).toEqual(NO_WATCHES);
});
