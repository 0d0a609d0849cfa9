import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CatalogueEntry } from "@/cli/catalogue/catalogue";
import { postgresCatalogue } from "@/cli/catalogue/postgres-catalogue";
import { generatedRun } from "../practice/runs/generated";
import { INVOICE, INVOICE_AGENT } from "../practice/runs/ids";
import { startBucketServer } from "./bucket-server";
import { COMMAND, type Desk, openDesk, startCommand } from "./command";
import { startPostgres } from "./postgres";
import { startRedis } from "./redis";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const recipe = (name: string) => readFileSync(join(ROOT, "docs/recipes", name), "utf8");

let desk: Desk;
let environment: NodeJS.ProcessEnv;
let fresh: string;
beforeEach(async () => {
  desk = await openDesk();
  // As if it were installed.
  const bin = join(desk.folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "runpack"), `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`);
  chmodSync(join(bin, "runpack"), 0o755);
  environment = { ...desk.environment, HOME: desk.folder, PATH: `${bin}:${process.env.PATH}` };
  fresh = addFresh(1);
});
afterEach(() => desk.close());

/** A run of this very hour, whatever the hour is. */
function addFresh(seed: number): string {
  const spec = { count: 3, bytesEach: 1000, kind: "text", title: "Fresh", seed } as const;
  const run = generatedRun(desk.server.world, spec);
  const now = new Date().toISOString().replace("Z", "");
  run.agentId = INVOICE_AGENT;
  run.status = "failed";
  Object.assign(run, { createdAt: now, finishedAt: now });
  for (const document of [run.document, run.workflowRun])
    if (document) Object.assign(document, { status: "failed", created_at: now, finished_at: now });
  return run.id;
}

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

test("systemd's service archives what is new", async () => {
  const command = /^ExecStart=(.*)$/m.exec(recipe("runpack-archive.service"))?.[1] ?? "false";
  writeFileSync(join(desk.folder, "skyvern-key"), desk.server.apiKey);
  const line = command
    .replace("/usr/local/bin/", "")
    .replaceAll("%d", desk.folder)
    .replaceAll("%S", desk.folder);
  expect((await shell(line)).code).toBe(0);
  expect(bundles("runpack")).toHaveLength(1);
});

test.runIf(existsSync("/usr/bin/systemd-analyze"))("systemd finds nothing wrong with its units", async () => {
  for (const name of ["runpack-archive.service", "runpack-archive.timer"]) {
    const text = recipe(name).replace("/usr/local/bin/runpack", join(desk.folder, "bin/runpack"));
    writeFileSync(join(desk.folder, name), text);
  }
  const { code, stdout, stderr } = await shell(
    "systemd-analyze verify ./runpack-archive.service ./runpack-archive.timer",
  );
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
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
  addFresh(2);
  writeFileSync(join(desk.folder, "play.py"), AIRFLOW);
  const play = `python3 play.py "${join(ROOT, "docs/recipes/airflow_dag.py")}" "${join(desk.folder, "archive")}"`;
  expect((await shell(play)).stdout).toBe("2 ['saved']\n");
  expect((await shell(play)).stdout).toBe("2 ['kept']\n");
  expect(bundles("archive")).toHaveLength(2);
});

test("Kubernetes' containers, as they stand, archive into a bucket and a catalogue that they share", async () => {
  const redis = await startRedis();
  const postgres = startPostgres();
  const store = await startBucketServer(join(desk.folder, "s3"));
  try {
    // Elsewhere on this machine the same test may use the same work folder.
    const ids = [addFresh(2 * process.pid), addFresh(2 * process.pid + 1)];
    desk.server.world.removeRun(fresh);
    Object.assign(environment, store.environment(), {
      RUNPACK_REDIS: redis.url,
      RUNPACK_CATALOGUE: postgres.url,
    });
    const all = [...recipe("kubernetes.yaml").matchAll(/^ +args: (\[.*\])$/gm)];
    const [enqueue = [], worker = []] = all.map(([, args]): string[] => JSON.parse(args ?? "[]"));
    const run = (args: string[]) => startCommand("runpack", args, environment).ended;
    expect((await run(enqueue)).lines).toContainEqual(expect.objectContaining({ event: "enqueued", put: 2 }));
    const ends = await Promise.all([run(worker), run(worker)]);
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: "" },
      { code: 0, stderr: "" },
    ]);
    const keys = await store.keys();
    expect(keys).toEqual(ids.map((id) => `runs/fresh_${id}.zip`).sort());
    const catalogue = await postgresCatalogue(postgres.url);
    const entries: CatalogueEntry[] = [];
    for await (const entry of catalogue.entries()) entries.push(entry);
    await catalogue.close();
    expect(entries.map(({ bundle, state }) => [`runs/${bundle}`, state]).sort()).toEqual(
      keys.map((key) => [key, "saved"]),
    );
    // From another machine, which has nothing but the catalogue: nothing is done twice.
    const again = ["archive", ...ids, "--out", "s3://evidence/runs", "--work", join(desk.folder, "other")];
    expect((await run(again)).lines).toContainEqual(
      expect.objectContaining({ event: "archived", saved: 0, kept: 2 }),
    );
  } finally {
    postgres.close();
    await Promise.all([redis.close(), store.close()]);
  }
});

test("the package, installed into an empty folder from its tarball, has all that the command needs", async () => {
  const folder = join(desk.folder, "empty");
  mkdirSync(folder);
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync("npm", args, { cwd, stdio: "ignore", env: { ...process.env, NODE_OPTIONS: "" } });
  // The command is built already.
  npm(ROOT, "pack", "--ignore-scripts", "--pack-destination", folder);
  const [tarball = ""] = readdirSync(folder);
  npm(folder, "install", "--prefer-offline", "--no-audit", "--no-fund", `./${tarball}`);
  const installed = readdirSync(join(folder, "node_modules"));
  expect(installed).toContain("libsql");
  for (const name of ["bullmq", "pg", "@aws-sdk", "vitest", "wxt"]) expect(installed).not.toContain(name);
  const help = await startCommand(
    "npx",
    ["--no-install", "--prefix", folder, "runpack", "--help"],
    environment,
  ).ended;
  expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: "" });
  expect(help.stdout).toContain("runpack export");
  const command = join(folder, "node_modules/.bin/runpack");
  const out = join(desk.folder, "out");
  const done = await startCommand(command, ["archive", INVOICE, "--out", out], environment).ended;
  expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
  expect(bundles("out")).toHaveLength(1);
  const [name = ""] = bundles("out");
  expect((await startCommand(command, ["verify", join(out, name)], environment).ended).code).toBe(0);
  // What the installation lacks it asks for in words.
  const worker = ["worker", "--redis", "redis://localhost:1", "--out", out];
  const asked = await startCommand(command, worker, environment).ended;
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining("npm install bullmq ioredis") });
});
