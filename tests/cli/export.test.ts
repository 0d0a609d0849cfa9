import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EXIT } from "@/cli/exit-codes";
import { checkZip } from "../e2e/verify-zip";
import { generatedRun } from "../practice/runs/generated";
import { GAPS, INVOICE, INVOICE_AGENT, TASK_V2, TASK_V2_WR, UNKNOWN } from "../practice/runs/ids";
import { COMMAND, type Desk, openDesk, type Running, startCommand } from "./command";
import { startProxy } from "./proxy";

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const INVOICE_ZIP = `invoice-download-acme-q1_${INVOICE}.zip`;
const out = () => join(desk.folder, "out");
const saved = () => readdirSync(out()).sort();
const exported = (...args: string[]) => desk.run(["export", ...args, "--out", out()]);
const contentCalls = () => desk.server.requests.filter(({ path }) => path.includes("/content"));

test("HTTPS_PROXY is heeded, and sees nothing but names", async () => {
  const proxy = await startProxy(desk.server.port);
  // Without the practice server's names: who finds it has gone through the proxy.
  const environment = { HTTPS_PROXY: proxy.url, NODE_OPTIONS: "" };
  const { code, stderr } = await desk.run(["export", INVOICE, "--out", out()], environment);
  expect([code, stderr]).toEqual([0, ""]);
  await checkZip(join(out(), INVOICE_ZIP), desk.server);
  expect([...proxy.asked]).toEqual(["api.skyvern.com:443"]);
  proxy.close();
});

describe("a whole run", () => {
  test("is one ZIP with every byte that the server has, and the command ends with 0", async () => {
    const { code, lines } = await exported(INVOICE);
    expect(code).toBe(0);
    const bundle = await checkZip(join(out(), INVOICE_ZIP), desk.server);
    expect(bundle.report.counts).toEqual({ found: 91, written: 91, missing: 0, left_out: 0 });
    expect(lines.find(({ event }) => event === "saved")).toMatchObject({
      run_id: INVOICE,
      bundle: INVOICE_ZIP,
      bytes: bundle.bytes,
    });
    expect(saved()).toEqual([INVOICE_ZIP]);
  });

  test("has the report that opens from disk", async () => {
    await exported(INVOICE);
    const { entries } = await checkZip(join(out(), INVOICE_ZIP), desk.server);
    expect(entries.get("index.html")?.head.toString()).toContain("report/app.js");
    expect(entries.get("report/app.js")?.bytes).toBeGreaterThan(50_000);
    expect(entries.get("report/app.css")?.bytes).toBeGreaterThan(5000);
  });

  test("never takes the name of an earlier bundle", async () => {
    await exported(INVOICE);
    const before = readFileSync(join(out(), INVOICE_ZIP));
    await exported(INVOICE);
    expect(saved()).toEqual([INVOICE_ZIP.replace(".zip", " (1).zip"), INVOICE_ZIP].sort());
    expect(readFileSync(join(out(), INVOICE_ZIP)).equals(before)).toBe(true);
  });

  test("is found by a link to it, and by the other ID of a task v2", async () => {
    const link = `https://app.skyvern.com/agents/${INVOICE_AGENT}/${INVOICE}/overview`;
    const { code } = await exported(link, TASK_V2);
    expect(code).toBe(0);
    expect(saved()).toEqual([INVOICE_ZIP, `task-v2_${TASK_V2_WR}.zip`]);
  });

  test("comes from a self-hosted address as well", async () => {
    const address = `https://localhost:${desk.server.port}/`;
    const { code } = await desk.run(["export", INVOICE, "--out", out()], { SKYVERN_BASE_URL: address });
    expect(code).toBe(0);
    const hosts = new Set(desk.server.requests.map(({ host }) => host));
    expect([...hosts]).toEqual(["localhost"]);
  });

  test("comes from the address of --api, whatever the environment says", async () => {
    const { code } = await desk.run(
      ["export", INVOICE, "--api", `https://localhost:${desk.server.port}`, "--out", out()],
      { SKYVERN_BASE_URL: "https://elsewhere.example" },
    );
    expect(code).toBe(0);
    expect(saved()).toEqual([INVOICE_ZIP]);
  });
});

test("what is no terminal gets JSON alone, a line an event, the exit code last", async () => {
  const { stdout } = await exported(INVOICE);
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(events).toEqual(
    expect.arrayContaining(
      ["listed", "progress", "saved"].map((event) => expect.objectContaining({ event })),
    ),
  );
  expect(events.at(-1)).toMatchObject({ event: "end", exit_code: 0 });
});

test("the exit codes are those that are documented, and the help names each", async () => {
  const documented = [
    ...readFileSync("docs/command-line.md", "utf8").matchAll(/^\| (\d+) .*?(?:; (\d+): by SIGTERM.*)?\|$/gm),
  ].flatMap(([, code, other]) => (other === undefined ? [Number(code)] : [Number(code), Number(other)]));
  expect(documented).toEqual(Object.values(EXIT));
  const { stdout } = await desk.run(["--help"]);
  for (const code of documented) expect(stdout).toMatch(new RegExp(`\\b${code}\\b`));
});

test("what is asked for alone comes along", async () => {
  await exported(
    INVOICE,
    "--preset",
    "downloads",
    "--share-safe",
    "--keep",
    "downloads",
    "--name",
    "{runId}-{status}",
  );
  const { report } = await checkZip(join(out(), `${INVOICE}-completed.zip`), desk.server);
  expect(report.share_safe).toBe(true);
  expect(new Set(report.written.map(({ artifact_type }) => artifact_type))).toEqual(new Set(["download"]));
});

/** It tries for some seconds, in which other tests run. */
let unreachable: Running;
const nowhere = mkdtempSync(join(tmpdir(), "runpack-unreachable-"));
beforeAll(() => {
  const args = ["export", INVOICE, "--api", "http://localhost:1", "--patience", "0", "--out", nowhere];
  unreachable = startCommand(process.execPath, [COMMAND, ...args], { SKYVERN_API_KEY: "any" });
});
afterAll(async () => {
  await unreachable.ended;
  rmSync(nowhere, { recursive: true });
});

describe("exit codes", () => {
  test("6 for a Skyvern that can't be reached", async () => {
    const { code, stderr } = await unreachable.ended;
    expect(code).toBe(6);
    expect(stderr).toContain("can't be reached");
  });

  test("3 for a bundle with gaps, whose name says so", async () => {
    const { code, lines } = await exported(GAPS, INVOICE);
    expect(code).toBe(3);
    expect(saved()).toContain(`old-recording_${GAPS}_partial.zip`);
    const gaps = lines.flatMap(({ event, run_id, counts }) =>
      event === "saved" && run_id === GAPS ? [counts] : [],
    );
    expect(gaps).toEqual([{ found: 9, written: 7, missing: 2, left_out: 0 }]);
  });

  test("4 for no such run; the others are exported all the same", async () => {
    const { code, stderr } = await exported(UNKNOWN, INVOICE);
    expect(code).toBe(4);
    expect(stderr).toContain("no such run");
    expect(saved()).toEqual([INVOICE_ZIP]);
  });

  test("5 without a key, and for a refused one", async () => {
    const none = await desk.run(["export", INVOICE, "--out", out()], { SKYVERN_API_KEY: "" });
    expect(none.code).toBe(5);
    expect(none.stderr).toContain("SKYVERN_API_KEY");
    const wrong = await desk.run(["export", INVOICE, "--out", out()], { SKYVERN_API_KEY: "not-the-key" });
    expect(wrong.code).toBe(5);
    expect(wrong.stderr).toContain("refused");
  });

  test("2 for what it doesn't take: a key as an argument among it", async () => {
    for (const args of [
      ["--api-key", "secret"],
      ["--preset", "no-such"],
      ["--name", "{title}"],
    ]) {
      const { code, stderr } = await exported(INVOICE, ...args);
      expect(code).toBe(2);
      expect(stderr).not.toBe("");
    }
    expect(desk.server.requests).toEqual([]);
  });

  test("7 where nothing can be written", async () => {
    writeFileSync(out(), "a file, no folder");
    const { code, stderr } = await exported(INVOICE);
    expect(code).toBe(7);
    expect(stderr).toContain("can't be written");
  });
});

describe("the key", () => {
  test("comes from a file as well, and is in nothing that is written", async () => {
    const keyFile = join(desk.folder, "key");
    writeFileSync(keyFile, `${desk.server.apiKey}\n`);
    const args = ["export", INVOICE, "--out", out(), "--key-file", keyFile];
    const { code, stdout, stderr } = await desk.run(args, { SKYVERN_API_KEY: "" });
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain(desk.server.apiKey);
  });

  test("goes to the API's own address alone", async () => {
    await exported(INVOICE);
    const hosts = desk.server.requests.flatMap(({ host, headers }) => ("x-api-key" in headers ? [host] : []));
    expect([...new Set(hosts)]).toEqual(["api.skyvern.com"]);
  });
});

/** How many files the journal of the export that runs names as whole. */
function notedFiles(): number {
  const work = join(out(), ".runpack");
  const journal = existsSync(work) ? readdirSync(work).find((name) => name.endsWith(".journal")) : undefined;
  if (journal === undefined) return 0;
  return readFileSync(join(work, journal), "utf8").split('"kind":"file"').length - 1;
}

/** Stops an export by a signal when all files but one have come, and that one hangs. */
async function stopInTheMidst(signal: NodeJS.Signals) {
  const run = generatedRun(desk.server.world, { count: 40, bytesEach: 20_000, kind: "mixed" });
  const [last] = desk.server.world.artifactsOf(run.id).slice(-1);
  desk.server.world.faults.set(last?.row.artifact_id ?? "", {
    kind: "stall-before-headers",
    ms: 60_000,
    times: 1,
  });
  const running = desk.start(["export", run.id, "--out", out()]);
  await running.until("listed");
  while (notedFiles() < 39) await new Promise((resolve) => setTimeout(resolve, 20));
  running.process.kill(signal);
  return { run, ended: await running.ended };
}

describe("an interrupted export", () => {
  test("ends in order on Ctrl-C with 130, and the same command goes on from there", async () => {
    const { run, ended } = await stopInTheMidst("SIGINT");
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain("goes on from here");
    expect(saved()).toEqual([".runpack"]);
    desk.server.requests.length = 0;
    const again = await exported(run.id);
    expect(again.code).toBe(0);
    // The one that hung.
    expect(contentCalls()).toHaveLength(1);
    expect(saved()).toEqual([`generated-1_${run.id}.zip`]);
    await checkZip(join(out(), `generated-1_${run.id}.zip`), desk.server);
  });

  test("that was killed goes on as well", async () => {
    const { run } = await stopInTheMidst("SIGKILL");
    desk.server.requests.length = 0;
    const again = await exported(run.id);
    expect(again.code).toBe(0);
    expect(contentCalls()).toHaveLength(1);
    await checkZip(join(out(), `generated-1_${run.id}.zip`), desk.server);
  });

  test("is not exported by two processes at once", async () => {
    const run = generatedRun(desk.server.world, { count: 5, bytesEach: 1000, kind: "text" });
    desk.server.world.contentLatencyMs = 1500;
    const first = desk.start(["export", run.id, "--out", out()]);
    await first.until("listed");
    const second = await exported(run.id);
    expect(second.code).toBe(7);
    expect(second.stderr).toContain("Another process");
    expect((await first.ended).code).toBe(0);
  });
});

test("a terminal gets a bar and lines for people instead of JSON", async () => {
  const line = [process.execPath, COMMAND, "export", INVOICE, "--out", out()].join(" ");
  const { stdout: shown } = await startCommand("script", ["-qec", line, "/dev/null"], desk.environment).ended;
  expect(shown).toContain("█");
  expect(shown).toContain("Saved 91 files");
  expect(shown).not.toContain('"event"');
});

test("the checkout's own script runs it", async () => {
  const script = ["run", "--silent", "runpack", "--", "export", INVOICE, "--out", out()];
  const { code, stdout, stderr } = await startCommand("npm", script, desk.environment).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(INVOICE_ZIP);
});
