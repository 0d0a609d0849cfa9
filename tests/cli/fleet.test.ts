import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readZip } from "../e2e/verify-zip";
import { generatedRun } from "../practice/runs/generated";
import { type Desk, openDesk, type Running } from "./command";
import { type RedisServer, startRedis } from "./redis";

/** `RUNPACK_FLEET_RUNS=500` is the long form. */
const RUNS = Number(process.env.RUNPACK_FLEET_RUNS ?? 60);
const AGENT = "wpid_493285619334769999";
const FILES = 3;

let desk: Desk;
let redis: RedisServer;
let workers: Running[] = [];
beforeEach(async () => {
  [desk, redis] = await Promise.all([openDesk(), startRedis()]);
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) worker.process.kill("SIGKILL");
  await Promise.all(workers.map(({ ended }) => ended));
  await Promise.all([desk.close(), redis.close()]);
});

const out = () => join(desk.folder, "out");
const bundles = () =>
  (existsSync(out()) ? readdirSync(out()) : []).filter((name) => name.endsWith(".zip")).sort();

function addRuns(count: number): string[] {
  return Array.from({ length: count }, (_, seed) => {
    const run = generatedRun(desk.server.world, {
      count: FILES,
      bytesEach: 3000,
      kind: "mixed",
      seed: seed + 1,
    });
    run.agentId = AGENT;
    return run.id;
  });
}

function startWorker(...args: string[]): Running {
  const worker = desk.start([
    "worker",
    "--redis",
    redis.url,
    "--out",
    out(),
    "--stalled-after",
    "2",
    ...args,
  ]);
  workers.push(worker);
  return worker;
}

const enqueue = (...args: string[]) => desk.run(["enqueue", "--redis", redis.url, ...args]);

test(`three workers, one of them killed in the midst of its runs: ${RUNS} bundles, all whole, none twice`, async () => {
  const ids = addRuns(RUNS);
  desk.server.world.contentLatencyMs = 50;
  const put = await enqueue("--agent", AGENT);
  expect(put.lines).toContainEqual(expect.objectContaining({ event: "enqueued", put: RUNS, already: 0 }));
  const [doomed, ...others] = [startWorker(), startWorker("--until-empty"), startWorker("--until-empty")];
  await doomed?.until("saved");
  await doomed?.until("listed");
  doomed?.process.kill("SIGKILL");
  const ends = await Promise.all(others.map(({ ended }) => ended));
  expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
    { code: 0, stderr: "" },
    { code: 0, stderr: "" },
  ]);
  const names = bundles();
  expect(names.map((name) => /wr_\d+/.exec(name)?.[0]).sort()).toEqual(ids.sort());
  expect(names.filter((name) => / \(\d+\)|_partial/.test(name))).toEqual([]);
  for (const name of names.slice(0, 60))
    expect((await readZip(join(out(), name))).size).toBeGreaterThan(FILES);
  const verified = await desk.run(["verify", ...names.map((name) => join(out(), name))]);
  expect(verified.code).toBe(0);
  // A second order of the same runs changes nothing.
  const again = await enqueue("--agent", AGENT);
  expect(again.code).toBe(0);
  await startWorker("--until-empty").ended;
  expect(bundles()).toEqual(names);
}, 240_000);

test("a worker that is told to end gives its runs back, and another goes on where they were", async () => {
  const [id = ""] = addRuns(1);
  const [slow] = desk.server.world.artifactsOf(id).slice(-1);
  desk.server.world.faults.set(slow?.row.artifact_id ?? "", {
    kind: "stall-before-headers",
    ms: 60_000,
    times: 1,
  });
  await enqueue(id);
  const first = startWorker();
  await first.until("listed");
  const served = () =>
    desk.server.requests.filter(({ path, bytesSent }) => path.includes("/content") && bytesSent >= 3000);
  while (served().length < FILES - 1) await new Promise((resolve) => setTimeout(resolve, 20));
  first.process.kill("SIGTERM");
  expect((await first.ended).code).toBe(143);
  const second = await startWorker("--until-empty").ended;
  expect(second.code).toBe(0);
  expect(bundles()).toHaveLength(1);
});

test("what Skyvern tells one worker by a 429, all workers heed", async () => {
  addRuns(8);
  desk.server.world.contentLatencyMs = 30;
  const both = [startWorker("--parallel", "1"), startWorker("--parallel", "1")];
  await Promise.all(both.map((worker) => worker.until("ready")));
  const wait = 4;
  desk.server.world.faults.set("/v1/runs/*/artifacts", {
    kind: "status",
    status: 429,
    headers: { "retry-after": String(wait) },
    times: 1,
  });
  await enqueue("--agent", AGENT);
  await expect.poll(() => bundles().length, { timeout: 100_000 }).toBe(8);
  // The order of the runs itself does not pass through a worker.
  const asked = desk.server.requests.filter(({ path }) => !path.includes("/v1/workflows/wpid"));
  const told = asked.find(({ status }) => status === 429);
  expect(told).toBeDefined();
  const began = told?.at ?? 0;
  // What was under way already, and what crossed the message, is not held against them.
  const during = asked.filter(({ at }) => at > began + 2000 && at < began + wait * 1000 - 100);
  expect(during.map(({ path }) => path)).toEqual([]);
});

test("the dashboard shows the queue", async () => {
  addRuns(2);
  await enqueue("--agent", AGENT);
  const dashboard = desk.start(["dashboard", "--redis", redis.url, "--port", "0"]);
  workers.push(dashboard);
  const { port } = await dashboard.until("listening");
  const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
  expect(page).toContain("Bull");
  const queues = await (await fetch(`http://127.0.0.1:${port}/api/queues`)).text();
  expect(queues).toContain('"runpack"');
  expect(queues).not.toContain(desk.server.apiKey);
});
