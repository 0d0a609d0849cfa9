import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Checked, checkZip, readZip } from "../e2e/verify-zip";
import {
  EMPTY,
  FAILED,
  INVOICE,
  INVOICE_AGENT,
  OTHER_AGENT,
  PARENT,
  RUNNING,
  TASK,
  TRIGGERED,
} from "../practice/runs/ids";
import { readZip as zipEntries } from "../practice/zip";
import { COMMAND, type Desk, type Ended, openDesk, startCommand } from "./command";

/** What the practice server's runs hold that nobody else may see. */
const SECRETS = ["header-secret-4e5f6a", "hook-secret-1b2c3d", "JBSWY3DPEHPK3PXP"];

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const saved = ({ lines }: Ended) =>
  lines.flatMap(({ event, bundle }) => (event === "saved" ? [String(bundle)] : []));
const bundlePath = (ended: Ended) => join(desk.folder, saved(ended)[0] ?? "none");
const exported = (...args: string[]) => desk.run(["export", ...args, "--out", desk.folder]);
const typesOf = ({ report }: Checked) =>
  [...new Set(report.written.map((file) => file.artifact_type))].sort();

/** As a user at a terminal types it. */
function atTerminal(...args: string[]): Promise<Ended> {
  const line = [process.execPath, COMMAND, ...args].join(" ");
  return startCommand("script", ["-qec", line, "/dev/null"], desk.environment).ended;
}

describe("export", () => {
  test("--share-safe takes secrets and the words of --words-file out of all that is text, and leaves pixels out", async () => {
    const words = join(desk.folder, "words.txt");
    writeFileSync(words, "acme.example\n\n  Sign in  \n");
    const ended = await exported(INVOICE, "--share-safe", "--words-file", words, "--name", "safe_{runId}");
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    const forbidden = [...SECRETS, "acme.example", "Sign in"];
    for (const [path, { leaks }] of await readZip(bundlePath(ended), forbidden))
      expect([path, leaks]).toEqual([path, []]);
    const entries = zipEntries(readFileSync(bundlePath(ended)));
    const trace = entries.find(({ name }) => name.endsWith("trace.zip"));
    for (const { name, data } of zipEntries(trace?.data ?? Buffer.alloc(0)))
      expect([name, forbidden.filter((text) => data.includes(text))]).toEqual([name, []]);
    expect(entries.filter(({ name }) => /\.(?:png|webm|pdf)$/.test(name))).toEqual([]);
    const report = JSON.parse(String(entries.find(({ name }) => name.endsWith("export-report.json"))?.data));
    expect(report).toMatchObject({ share_safe: true, redactions: expect.any(Array) });
    expect(report.redactions.length).toBeGreaterThan(5);
    expect(report.counts.left_out).toBeGreaterThan(0);
  });

  test("a words file that would take half of every text with it, or is not there, is refused", async () => {
    const short = join(desk.folder, "short.txt");
    writeFileSync(short, "the\n");
    for (const file of [short, join(desk.folder, "not-there.txt")]) {
      const { code, stderr } = await exported(EMPTY, "--share-safe", "--words-file", file);
      expect(code).toBe(2);
      expect(stderr).toMatch(/fewer than 4 letters|can't be read/);
    }
  });

  test("--types takes these along and nothing else", async () => {
    const ended = await exported(INVOICE, "--types", "recordings, logs", "--name", "types_{runId}");
    const bundle = await checkZip(bundlePath(ended), desk.server);
    expect(typesOf(bundle)).toEqual([
      "browser_console_log",
      "browser_session_action_log",
      "recording",
      "skyvern_log",
      "skyvern_log_raw",
    ]);
    expect(bundle.report.left_out.every(({ reason }) => reason === "preset")).toBe(true);
    const wrong = await exported(INVOICE, "--types", "films");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("recordings, screenshots");
  });

  test("--with-triggered takes the runs along that the run started, in folders of their own", async () => {
    const ended = await exported(PARENT, "--with-triggered", "--name", "with_{runId}");
    const { entries, report } = await checkZip(bundlePath(ended), desk.server);
    const own = desk.server.world.artifactsOf(TRIGGERED).map(({ row }) => row.artifact_id);
    const theirs = report.written.filter(({ artifact_id }) => own.includes(artifact_id));
    expect(theirs.length).toBeGreaterThan(0);
    for (const { path } of theirs) expect(path).toMatch(new RegExp(`^data/runs/${TRIGGERED}/`));
    expect([...entries.keys()]).toContain(`data/runs/${TRIGGERED}/run.json`);
  });

  test("--from reads runs from a file or from standard input, links among them, each once", async () => {
    const file = join(desk.folder, "runs.txt");
    const link = `https://app.skyvern.com/runs/${TASK}/actions`;
    writeFileSync(file, `${EMPTY}\r\n\r\n${link}\n${EMPTY}\n`);
    const out = join(desk.folder, "from");
    const args = ["export", "--out", out, "--from"];
    const byFile = await desk.run([...args, file]);
    expect(byFile.code).toBe(0);
    expect(saved(byFile).map((name) => /(?:wr|tsk)_\d+/.exec(name)?.[0])).toEqual([EMPTY, TASK]);
    const line = `"${process.execPath}" "${COMMAND}" ${args.join(" ")} - <"${file}"`;
    const byInput = await startCommand("sh", ["-c", line], desk.environment).ended;
    expect(saved(byInput)).toEqual(saved(byFile).map((name) => name.replace(".zip", " (1).zip")));
    writeFileSync(file, "the run of yesterday\n");
    const wrong = await desk.run([...args, file]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('no run ID in "the run of yesterday"');
  });

  test("--storage-host has a file fetched from there that Skyvern can't serve, and the key stays away", async () => {
    const log = desk.server.world.artifactsOf(FAILED).find(({ row }) => row.artifact_type === "skyvern_log");
    const id = log?.row.artifact_id ?? "";
    const asked: IncomingHttpHeaders[] = [];
    const storage = createServer(({ headers }, response) => {
      asked.push(headers);
      response.end(desk.server.bytesOf(id));
    });
    storage.listen(0, "127.0.0.1");
    await once(storage, "listening");
    const origin = `http://localhost:${(storage.address() as AddressInfo).port}`;
    if (log) log.link = { kind: "at", url: `${origin}/bucket/log?X-Amz-Signature=0` };
    desk.server.world.faults.set(id, { kind: "status", status: 404 });
    const without = await exported(FAILED);
    expect(without.code).toBe(3);
    expect(asked).toEqual([]);
    const ended = await exported(FAILED, "--storage-host", `${origin}/bucket`);
    expect(ended.code).toBe(0);
    const { report } = await checkZip(bundlePath(ended), desk.server);
    expect(report.written.map(({ artifact_id }) => artifact_id)).toContain(id);
    expect(asked).toHaveLength(1);
    expect(JSON.stringify(asked)).not.toContain(desk.server.apiKey);
    storage.close();
    storage.closeAllConnections();
  });

  test("--name makes the name of all that the template may hold", async () => {
    const run = desk.server.world.runOf(EMPTY);
    const template = "{status}_{date:yyyy-MM-dd}_{title}_{workflowId}_{runId}";
    const ended = await exported(EMPTY, "--name", template);
    const title = run?.title?.toLowerCase().replaceAll(" ", "-");
    const date = run?.startedAt?.slice(0, 10);
    expect(saved(ended)).toEqual([`completed_${date}_${title}_${run?.agentId}_${EMPTY}.zip`]);
  });
});

describe("on a terminal", () => {
  test("--json gives what programs get, and no bar", async () => {
    const { stdout } = await atTerminal("export", EMPTY, "--json", "--out", desk.folder);
    const events = stdout
      .trim()
      .split("\r\n")
      .map((line): unknown => JSON.parse(line));
    expect(events).toContainEqual(expect.objectContaining({ event: "saved", run_id: EMPTY }));
    expect(events.at(-1)).toMatchObject({ event: "end", exit_code: 0 });
  });

  test("`list` gives bare IDs, a line each, for other programs to read", async () => {
    const { stdout } = await atTerminal("list", "--status", "failed");
    expect(stdout).toBe(`${FAILED}\r\n`);
  });
});

describe("list", () => {
  const ids = ({ lines }: Ended) =>
    lines.flatMap(({ event, run_id }) => (event === "run" ? [String(run_id)] : []));

  test("names the ended runs of the history, the newest first", async () => {
    const ended = await desk.run(["list"]);
    const known = [...desk.server.world.runs.values()].filter(({ listed }) => listed);
    const expected = known
      .filter(({ id }) => id !== RUNNING)
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
      .map(({ id, taskV2Id }) => taskV2Id ?? id);
    expect(ended.code).toBe(0);
    expect(ids(ended)).toEqual(expected);
  });

  test("names those of an agent, a time and a status alone", async () => {
    const agents = ["--agent", INVOICE_AGENT, "--agent", OTHER_AGENT];
    const all = ids(await desk.run(["list", ...agents]));
    expect(all).toEqual(expect.arrayContaining([INVOICE, FAILED, PARENT]));
    expect(ids(await desk.run(["list", ...agents, "--status", "failed, terminated"]))).toEqual([FAILED]);
    const day = ["--since", "2025-11-01", "--until", "2025-11-02"];
    const then = ids(await desk.run(["list", ...day]));
    const known = [...desk.server.world.runs.values()];
    expect(then).toEqual(
      known.filter(({ createdAt }) => createdAt.startsWith("2025-11-01")).map(({ id }) => id),
    );
    expect(then).toHaveLength(1);
    expect(existsSync(join(desk.folder, "catalogue.sqlite"))).toBe(false);
  });
});
