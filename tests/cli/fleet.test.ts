import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openQueue, type RunQueue } from "@/cli/fleet/run-queue";
import { generatedRun } from "../practice/runs/generated";
import { type Desk, openDesk, type Running } from "./command";
import { type RedisServer, startRedis } from "./redis";

/** `RUNPACK_FLEET_RUNS=500` is the long form. */
const RUNS = Number(process.env.RUNPACK_FLEET_RUNS ?? 24);
const AGENT = "wpid_493285619334769999";
const FILES = 3;

let desk: Desk;
let redis: RedisServer;
let workers: Running[] = [];
let queues: RunQueue[] = [];
beforeEach(async () => {
  [desk, redis] = await Promise.all([openDesk(), startRedis()]);
  workers = [];
  queues = [];
});
afterEach(async () => {
  for (const worker of workers) worker.process.kill("SIGKILL");
  await Promise.all([...workers.map(({ ended }) => ended), ...queues.map((queue) => queue.close())]);
  await Promise.all([desk.close(), redis.close()]);
});

const out = () => join(desk.folder, "out");
const bundles = (folder = out()) =>
  (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith(".zip")).sort();

function addRuns(count: number, at = desk): string[] {
  return Array.from({ length: count }, (_, seed) => {
    const spec = { count: FILES, bytesEach: 3000, kind: "mixed", seed: seed + 1 } as const;
    const run = generatedRun(at.server.world, spec);
    run.agentId = AGENT;
    return run.id;
  });
}

function startWorker(...args: string[]): Running {
  return startWorkerAt(desk, "--out", out(), ...args);
}

function startWorkerAt(at: Desk, ...args: string[]): Running {
  const worker = at.start(["worker", "--redis", redis.url, "--stalled-after", "3", ...args]);
  workers.push(worker);
  return worker;
}

/** The queue as BullMQ itself has it. */
async function look(name = "runpack"): Promise<RunQueue> {
  const queue = await openQueue({ redis: redis.url, queue: name }, new AbortController().signal);
  queues.push(queue);
  return queue;
}

const enqueue = (...args: string[]) => desk.run(["enqueue", "--redis", redis.url, ...args]);
const saidOf = (worker: Running, said: string) =>
  worker.lines().flatMap(({ event, run_id }) => (event === said ? [String(run_id)] : []));

/** The last file of a run does not come for whoever asks for it first. Gives how often each file was asked for. */
function hangLastFile(runId: string): () => number[] {
  const ids = desk.server.world.artifactsOf(runId).map(({ row }) => row.artifact_id);
  desk.server.world.faults.set(ids.at(-1) ?? "", { kind: "stall-before-headers", ms: 60_000, times: 1 });
  const asked = (id: string) => desk.server.requests.filter(({ path }) => path.includes(`${id}/content`));
  return () => ids.map((id) => asked(id).length);
}

/** How many files of a run an export has noted as whole, in the work folder that all workers share. */
function notedFiles(runId: string): number {
  const work = join(out(), ".runpack");
  const names = existsSync(work) ? readdirSync(work) : [];
  const journal = names.find((name) => name.startsWith(runId) && name.endsWith(".journal"));
  if (journal === undefined) return 0;
  return readFileSync(join(work, journal), "utf8").split('"kind":"file"').length - 1;
}

test(`three workers, one killed in mid-job: another takes its run over, and ${RUNS} bundles are whole, none twice`, async () => {
  const ids = addRuns(RUNS);
  const [hanging = ""] = ids;
  const timesAsked = hangLastFile(hanging);
  desk.server.world.contentLatencyMs = 50;
  const put = await enqueue("--agent", AGENT);
  expect(put.lines).toContainEqual(expect.objectContaining({ event: "enqueued", put: RUNS, already: 0 }));
  const three = [1, 2, 3].map(() => startWorker("--until-empty"));
  await Promise.all(three.map((worker) => worker.until("saved")));
  await expect.poll(() => notedFiles(hanging), { timeout: 100_000 }).toBe(FILES - 1);
  const doomed = three.find((worker) => saidOf(worker, "listed").includes(hanging));
  const job = (await (await look()).getActive()).find(({ data }) => data.runId === hanging);
  expect(job).toMatchObject({ attemptsStarted: 1, stalledCounter: 0 });
  doomed?.process.kill("SIGKILL");
  const others = three.filter((worker) => worker !== doomed);
  const ends = await Promise.all(others.map(({ ended }) => ended));
  expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
    { code: 0, stderr: "" },
    { code: 0, stderr: "" },
  ]);
  // BullMQ saw it stall, and another worker saved it, with what the killed one had fetched.
  const stalled = others.flatMap((worker) => worker.lines().filter(({ event }) => event === "stalled"));
  expect(stalled.map((line) => line.job)).toContain(job?.id);
  expect(await queues[0]?.getJob(job?.id ?? "")).toMatchObject({ attemptsStarted: 2, stalledCounter: 1 });
  expect(others.flatMap((worker) => saidOf(worker, "saved"))).toContain(hanging);
  expect(timesAsked()).toEqual([1, 1, 2]);

  const names = bundles();
  expect(names.map((name) => /wr_\d+/.exec(name)?.[0]).sort()).toEqual(ids.sort());
  expect(names.filter((name) => / \(\d+\)|_partial/.test(name))).toEqual([]);
  const verified = await desk.run(["verify", ...names.map((name) => join(out(), name))]);
  expect(verified.code).toBe(0);
  expect(verified.lines.filter((line) => line.whole === true)).toHaveLength(RUNS);
  // A second order of the same runs changes nothing.
  const again = await enqueue("--agent", AGENT);
  expect(again.lines).toContainEqual(expect.objectContaining({ event: "enqueued", put: 0, already: RUNS }));
  await startWorker("--until-empty").ended;
  expect(bundles()).toEqual(names);
}, 240_000);

test("a worker that is told to end gives its runs back, and another goes on where they were", async () => {
  const [id = ""] = addRuns(1);
  const timesAsked = hangLastFile(id);
  await enqueue(id);
  const first = startWorker();
  await expect.poll(() => notedFiles(id), { timeout: 100_000 }).toBe(FILES - 1);
  first.process.kill("SIGTERM");
  expect((await first.ended).code).toBe(143);
  const second = await startWorker("--until-empty").ended;
  expect(second.code).toBe(0);
  expect(timesAsked()).toEqual([1, 1, 2]);
  expect(bundles()).toHaveLength(1);
});

test("a run that the server fails twice is tried again until it is there, and no success where it never is", async () => {
  const [id = "", hopeless = ""] = addRuns(2);
  // Not what a client asks again for by itself: the job fails.
  const refusal = { kind: "status", status: 501 } as const;
  desk.server.world.faults.set(`/v1/runs/${id}/artifacts`, { ...refusal, times: 2 });
  await enqueue("--agent", AGENT);
  const queue = await look();
  const lost = (await queue.getWaiting()).find(({ data }) => data.runId === hopeless);
  desk.server.world.faults.set(`/v1/runs/${hopeless}/artifacts`, refusal);
  // The last of its tries.
  await lost?.remove();
  await queue.add(hopeless, lost?.data ?? { runId: hopeless, fingerprint: null }, {
    jobId: "last",
    attempts: 1,
  });
  const worker = startWorker("--until-empty");
  const { code, lines } = await worker.ended;
  expect(saidOf(worker, "failed").sort()).toEqual([id, id, hopeless].sort());
  expect(saidOf(worker, "saved")).toEqual([id]);
  expect(bundles()).toHaveLength(1);
  expect((await queue.getCompleted()).map(({ attemptsMade }) => attemptsMade)).toEqual([3]);
  expect((await queue.getFailed()).map(({ data }) => data.runId)).toEqual([hopeless]);
  expect(code).toBe(lines.find(({ event }) => event === "failed")?.exit_code);
});

test("what Skyvern tells one worker by a 429, all of the organization heed, and no other organization", async () => {
  addRuns(12);
  const others = await openDesk();
  try {
    others.server.world.organization.id = "o_493285619334799999";
    const otherRuns = addRuns(40, others);
    // They have work for longer than the pause takes.
    others.server.world.contentLatencyMs = 300;
    desk.server.world.contentLatencyMs = 100;
    const elsewhere = ["--redis", redis.url, "--queue", "elsewhere"];
    await Promise.all([enqueue("--agent", AGENT), others.run(["enqueue", ...elsewhere, ...otherRuns])]);
    const both = [1, 2].map(() => startWorker("--parallel", "1"));
    const there = ["--out", join(others.folder, "out"), "--parallel", "1"];
    const theirs = startWorkerAt(others, "--queue", "elsewhere", ...there);
    await Promise.all([...both, theirs].map((worker) => worker.until("listed")));
    const wait = 5;
    const headers = { "retry-after": String(wait) };
    desk.server.world.faults.set("/v1/artifacts/*/content", {
      kind: "status",
      status: 429,
      headers,
      times: 1,
    });
    const told = () => desk.server.requests.find(({ status }) => status === 429)?.at ?? 0;
    await expect.poll(told, { timeout: 100_000 }).toBeGreaterThan(0);
    // What was under way already, and what crossed the message, is not held against them.
    const [from, to] = [told() + 1000, told() + wait * 1000 - 100];
    // Whoever lists for the queue waits as well; whose organization it is, it asks.
    const fleet = ["--redis", redis.url, "--agent", AGENT];
    const [listed] = await Promise.all([desk.run(["list", ...fleet]), desk.run(["enqueue", ...fleet])]);
    expect(listed.lines.filter(({ event }) => event === "run")).toHaveLength(12);
    await expect.poll(() => bundles().length, { timeout: 100_000 }).toBe(12);
    const during = ({ server }: Desk) =>
      server.requests
        .filter(({ at, path }) => at > from && at < to && !path.endsWith("/organizations/me"))
        .map(({ path }) => path);
    expect(during(desk)).toEqual([]);
    expect(during(others).length).toBeGreaterThan(FILES);
    for (const worker of [...both, theirs]) expect(saidOf(worker, "saved")).not.toEqual([]);
    theirs.process.kill("SIGKILL");
    await theirs.ended;
  } finally {
    await others.close();
  }
});

test("--runs-per-minute is the limit of all workers together", async () => {
  addRuns(4);
  await enqueue("--agent", AGENT);
  const both = [1, 2].map(() => startWorker("--runs-per-minute", "2", "--until-empty"));
  await expect.poll(() => bundles().length, { timeout: 100_000 }).toBe(2);
  const queue = await look();
  // Four lanes are idle, two runs wait, and it is the limit that holds them.
  await expect.poll(() => queue.getActiveCount(), { timeout: 20_000 }).toBe(0);
  expect(await queue.getWaitingCount()).toBe(2);
  const left = await queue.getRateLimitTtl(2);
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(60_000);
  for (const worker of both) worker.process.kill("SIGTERM");
  await Promise.all(both.map(({ ended }) => ended));
  expect(bundles()).toHaveLength(2);
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
