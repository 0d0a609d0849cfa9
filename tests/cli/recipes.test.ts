import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generatedRun } from "../practice/runs/generated";
import { INVOICE_AGENT } from "../practice/runs/ids";
import { COMMAND, type Desk, openDesk, startCommand } from "./command";
import { startRedis } from "./redis";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const recipe = (name: string) => readFileSync(join(ROOT, "docs/recipes", name), "utf8");

let desk: Desk;
let environment: NodeJS.ProcessEnv;
beforeEach(async () => {
  desk = await openDesk();
  // As if it were installed.
  const bin = join(desk.folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "runpack"), `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`);
  chmodSync(join(bin, "runpack"), 0o755);
  environment = { ...desk.environment, HOME: desk.folder, PATH: `${bin}:${process.env.PATH}` };
  // A run of this very hour, whatever the hour is.
  const run = generatedRun(desk.server.world, { count: 3, bytesEach: 1000, kind: "text", title: "Fresh" });
  const now = new Date().toISOString().replace("Z", "");
  run.agentId = INVOICE_AGENT;
  run.status = "failed";
  run.createdAt = now;
  for (const document of [run.document, run.workflowRun])
    if (document) Object.assign(document, { status: "failed", created_at: now, finished_at: now });
});
afterEach(() => desk.close());

const shell = (line: string) =>
  startCommand("sh", ["-c", `cd "${desk.folder}" && ${line}`], environment).ended;
const bundles = (folder: string) =>
  readdirSync(join(desk.folder, folder)).filter((name) => name.endsWith(".zip"));

test("cron's line archives what is new", async () => {
  const line = recipe("crontab")
    .split("\n")
    .find((each) => each.startsWith("15 2"));
  writeFileSync(join(desk.folder, ".skyvern-key"), desk.server.apiKey);
  // Cron gives a line little else than what the table sets itself.
  const path = /^PATH=(.*)$/m.exec(recipe("crontab"))?.[1] ?? "";
  expect(path.split(":")).toContain("/usr/local/bin");
  environment.PATH = path.replace("/usr/local/bin", join(desk.folder, "bin"));
  const { code, stderr } = await shell(line?.replace(/^(\S+ ){5}/, "") ?? "false");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(bundles("skyvern-archive")).toHaveLength(1);
});

test("systemd's service archives what is new, and its timer has a time", async () => {
  const command = /^ExecStart=(.*)$/m.exec(recipe("runpack-archive.service"))?.[1] ?? "false";
  writeFileSync(join(desk.folder, "skyvern-key"), desk.server.apiKey);
  const line = command
    .replace("/usr/local/bin/", "")
    .replaceAll("%d", desk.folder)
    .replaceAll("%S", desk.folder);
  expect((await shell(line)).code).toBe(0);
  expect(bundles("runpack")).toHaveLength(1);
  expect(recipe("runpack-archive.timer")).toMatch(/^OnCalendar=\*-\*-\* \d\d:\d\d:\d\d$/m);
});

test("the CI job's steps export and verify failed runs, and do nothing where there is none", async () => {
  const lines = [...recipe("ci-job.yml").matchAll(/^ +run: (.*runpack (?:archive|verify).*)$/gm)].map(
    ([, line]) => line,
  );
  expect(lines).toHaveLength(2);
  const [variable = ""] = /^ {6}SKYVERN_AGENT(?=: \$\{\{ vars\.)/m.exec(recipe("ci-job.yml")) ?? [];
  environment[variable.trim()] = INVOICE_AGENT;
  const { code, stderr } = await shell(lines.join(" && "));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(bundles("evidence")).toHaveLength(1);
  for (const run of desk.server.world.runs.values()) run.status = "completed";
  const none = await shell(lines.join(" && ").replaceAll("evidence", "nothing"));
  expect({ code: none.code, stderr: none.stderr }).toEqual({ code: 0, stderr: "" });
  expect(none.stdout).not.toContain('"saved":1');
});

/** Airflow is not among what the tests can install: its decorators are played, the functions are the recipe's own. */
const AIRFLOW = `
import sys, types
results = []
class Mapped:
    def __init__(self, work): self.work = work
    def __call__(self, *given): return self.work(*given)
    def expand(self, **given):
        [(name, values)] = given.items()
        results.extend(self.work(**{name: value}) for value in values)
def task(work=None, **_): return Mapped(work) if work else task
def dag(**_): return lambda make: make
sdk = types.ModuleType("airflow.sdk"); sdk.task, sdk.dag = task, dag
sys.modules["airflow"] = types.ModuleType("airflow"); sys.modules["airflow.sdk"] = sdk
source = open(sys.argv[1]).read().replace("/srv/skyvern-archive", sys.argv[2])
exec(compile(source, sys.argv[1], "exec"))
print(len(results), sorted({result["event"] for result in results}))
`;

test("Airflow's tasks archive each run by itself, and once", async () => {
  writeFileSync(join(desk.folder, "play.py"), AIRFLOW);
  const play = `python3 play.py "${join(ROOT, "docs/recipes/airflow_dag.py")}" "${join(desk.folder, "archive")}"`;
  expect((await shell(play)).stdout).toBe("1 ['saved']\n");
  expect((await shell(play)).stdout).toBe("1 ['kept']\n");
  expect(bundles("archive")).toHaveLength(1);
});

test("Kubernetes' containers put runs into the queue and archive them", async () => {
  const redis = await startRedis();
  try {
    environment.RUNPACK_REDIS = redis.url;
    const all = [...recipe("kubernetes.yaml").matchAll(/^ +args: (\[.*\])$/gm)];
    const [enqueue = [], worker = []] = all.map(([, args]): string[] => JSON.parse(args ?? "[]"));
    const run = (args: string[]) => startCommand("runpack", args, environment).ended;
    expect((await run(enqueue)).lines).toContainEqual(expect.objectContaining({ event: "enqueued", put: 1 }));
    const local = worker.map((word) =>
      word
        .replace("s3://evidence/runs", join(desk.folder, "runs"))
        .replace("/work", join(desk.folder, "work")),
    );
    expect((await run(local)).code).toBe(0);
    expect(bundles("runs")).toHaveLength(1);
  } finally {
    await redis.close();
  }
});

test("the package has all that the command needs", async () => {
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", desk.folder], {
    cwd: ROOT,
    stdio: "ignore",
  });
  execFileSync("sh", ["-c", "tar xzf *.tgz"], { cwd: desk.folder });
  symlinkSync(join(ROOT, "node_modules"), join(desk.folder, "package/node_modules"));
  const installed = join(desk.folder, "package/.output/cli/runpack.js");
  const done = await startCommand(
    installed,
    ["archive", "--agent", INVOICE_AGENT, "--out", join(desk.folder, "out")],
    environment,
  ).ended;
  expect(done).toMatchObject({ code: 0, stderr: "" });
  expect(bundles("out").length).toBeGreaterThan(0);
});
