import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CatalogueEntry } from "@/cli/catalogue/catalogue";
import { sqliteCatalogue } from "@/cli/catalogue/sqlite-catalogue";
import { checkZip, Report } from "../e2e/verify-zip";
import { generatedRun } from "../practice/runs/generated";
import { GAPS, INVOICE } from "../practice/runs/ids";
import type { Run } from "../practice/world";
import { readZip } from "../practice/zip";
import { type Desk, type Ended, openDesk } from "./command";

const AGENT = "wpid_493285619334769999";
const RUNS = 3;

let desk: Desk;
let runs: Run[];
beforeEach(async () => {
  desk = await openDesk();
  runs = Array.from({ length: RUNS }, (_, seed) => addRun(seed + 1));
});
afterEach(() => desk.close());

function addRun(seed: number): Run {
  const run = generatedRun(desk.server.world, {
    count: 3,
    bytesEach: 2000,
    kind: "mixed",
    seed,
    title: `Nightly ${seed}`,
  });
  run.agentId = AGENT;
  return run;
}

const out = () => join(desk.folder, "out");
const bundles = () =>
  readdirSync(out())
    .filter((name) => name.endsWith(".zip"))
    .sort();
const archive = (...args: string[]) => desk.run(["archive", "--agent", AGENT, "--out", out(), ...args]);
const contentCalls = () => desk.server.requests.filter(({ path }) => path.includes("/content")).length;
const bundleOf = (run: Run | undefined) => `${run?.title?.toLowerCase().replace(" ", "-")}_${run?.id}.zip`;

const sha256Of = (bytes: Buffer = Buffer.alloc(0)) => createHash("sha256").update(bytes).digest("hex");

function sums({ lines }: Ended): unknown {
  return lines.find(({ event }) => event === "archived");
}

function setState(state: string, runId: string): void {
  const database = new Sqlite(join(out(), "catalogue.sqlite"));
  const row = database.prepare("SELECT entry FROM runs WHERE run_id = ?").get(runId) as { entry: string };
  const entry = JSON.stringify({ ...JSON.parse(row.entry), state });
  database.prepare("UPDATE runs SET state = ?, entry = ? WHERE run_id = ?").run(state, entry, runId);
  database.close();
}

async function catalogueEntries(): Promise<CatalogueEntry[]> {
  const catalogue = await sqliteCatalogue(join(out(), "catalogue.sqlite"));
  const entries: CatalogueEntry[] = [];
  for await (const entry of catalogue.entries()) entries.push(entry);
  await catalogue.close();
  return entries;
}

describe("an archive", () => {
  test("has every run of the agent, and a second time does nothing", async () => {
    const first = await archive();
    expect(first.code).toBe(0);
    expect(sums(first)).toMatchObject({ saved: RUNS, kept: 0, failed: 0 });
    expect(bundles()).toEqual(runs.map(bundleOf).sort());
    for (const name of bundles()) await checkZip(join(out(), name), desk.server);
    const before = bundles().map((name) => statSync(join(out(), name)).mtimeMs);
    desk.server.requests.length = 0;
    const second = await archive();
    expect(second.code).toBe(0);
    expect(sums(second)).toMatchObject({ saved: 0, kept: RUNS });
    expect(desk.server.requests.map(({ path }) => path.split("?")[0])).toEqual([
      `/v1/workflows/${AGENT}/runs`,
    ]);
    expect(bundles().map((name) => statSync(join(out(), name)).mtimeMs)).toEqual(before);
  });

  test("has a catalogue with each bundle's hashes, its files' proofs and its gaps", async () => {
    expect((await desk.run(["archive", INVOICE, GAPS, "--out", out()])).code).toBe(3);
    const entries = await catalogueEntries();
    expect(entries.map(({ bundle }) => bundle).sort()).toEqual(bundles());
    for (const entry of entries) {
      const zip = readFileSync(join(out(), entry.bundle));
      const files = new Map(readZip(zip).map(({ name, data }) => [name.slice(name.indexOf("/") + 1), data]));
      const report = Report.parse(JSON.parse(String(files.get("export-report.json"))));
      const { found, written, missing } = report.counts;
      const proofs = { checksum: 0, crc32: 0, length: 0, none: 0 };
      for (const { proof } of report.written) proofs[proof]++;
      expect(entry).toMatchObject({ state: "saved", found, written, missing, proofs, bytes: zip.length });
      expect(entry.sha256).toBe(sha256Of(zip));
      expect(entry.manifestSha256).toBe(sha256Of(files.get("manifest-sha256.txt")));
    }
    const [invoice, gaps] = [INVOICE, GAPS].map((id) => entries.find(({ runId }) => runId === id));
    for (const kind of ["checksum", "crc32", "length"] as const)
      expect(invoice?.proofs[kind]).toBeGreaterThan(0);
    expect(invoice?.gaps).toEqual([]);
    expect(gaps?.gaps.map(({ reason, count }) => [reason, count]).sort()).toEqual([
      ["archived", 1],
      ["not-found", 1],
    ]);
  });

  test("has a table, checksums and an index page of its bundles", async () => {
    await archive();
    const csv = readFileSync(join(out(), "runs.csv"), "utf8");
    expect(csv.trim().split("\r\n")).toHaveLength(RUNS + 1);
    expect(execFileSync("sha256sum", ["-c", "SHA256SUMS"], { cwd: out() }).toString()).toContain(
      `${bundleOf(runs[0])}: OK`,
    );
    const page = readFileSync(join(out(), "index.html"), "utf8");
    for (const run of runs) expect(page).toContain(`href="${bundleOf(run)}"`);
  });

  test("has the same pages by `index`, and the key in none of its files", async () => {
    await archive();
    const before = readFileSync(join(out(), "runs.csv"), "utf8");
    for (const page of ["runs.csv", "SHA256SUMS", "index.html"]) rmSync(join(out(), page));
    expect((await desk.run(["index", "--out", out()])).code).toBe(0);
    expect(readFileSync(join(out(), "runs.csv"), "utf8")).toBe(before);
    expect(readFileSync(join(out(), "index.html"), "utf8")).toContain(bundleOf(runs[0]));
    for (const name of readdirSync(out()))
      expect(readFileSync(join(out(), name)).includes(desk.server.apiKey)).toBe(false);
  });

  test("gets a run that changed anew, beside what it was", async () => {
    await archive();
    desk.server.world.endRun(runs[1]?.id ?? "", "failed");
    const again = await archive();
    expect(sums(again)).toMatchObject({ saved: 1, kept: RUNS - 1 });
    expect(bundles()).toContain(bundleOf(runs[1]).replace(".zip", " (1).zip"));
    expect(bundles()).toHaveLength(RUNS + 1);
    expect(readFileSync(join(out(), "runs.csv"), "utf8").match(/failed/g)).toHaveLength(1);
  });

  test("waits for runs that have not ended", async () => {
    for (const document of [runs[0], runs[0]?.document, runs[0]?.workflowRun])
      if (document) Object.assign(document, { status: "running", finished_at: null, finishedAt: null });
    expect(sums(await archive())).toMatchObject({ saved: RUNS - 1, running: 1 });
    desk.server.world.endRun(runs[0]?.id ?? "", "completed", "2026-02-15T10:00:00");
    expect(sums(await archive())).toMatchObject({ saved: 1, kept: RUNS - 1, running: 0 });
  });

  test("takes the runs of a time and a status alone, of an agent or of the whole history", async () => {
    const none = await archive("--since", "2026-03-01");
    expect(sums(none)).toMatchObject({ saved: 0, kept: 0 });
    expect(sums(await archive("--status", "failed"))).toMatchObject({ saved: 0 });
    const args = [
      "archive",
      "--out",
      out(),
      "--since",
      "2026-02-15",
      "--until",
      "2026-02-16",
      "--preset",
      "downloads",
    ];
    expect(sums(await desk.run(args))).toMatchObject({ saved: RUNS });
  });
});

describe("after a crash", () => {
  test("a bundle that has its name already is not made again", async () => {
    await archive();
    setState("saving", runs[2]?.id ?? "");
    desk.server.requests.length = 0;
    expect(sums(await archive())).toMatchObject({ saved: 0, kept: RUNS });
    expect(contentCalls()).toBe(0);
    expect(bundles()).toHaveLength(RUNS);
  });

  test("that came before its pages were written, they are written, and then left alone", async () => {
    await archive();
    const pages = ["runs.csv", "SHA256SUMS", "index.html"].map((name) => join(out(), name));
    const before = pages.slice(0, 2).map((path) => readFileSync(path, "utf8"));
    rmSync(pages[0] ?? "");
    utimesSync(pages[2] ?? "", new Date(0), new Date(0));
    expect(sums(await archive())).toMatchObject({ saved: 0, kept: RUNS });
    expect(pages.slice(0, 2).map((path) => readFileSync(path, "utf8"))).toEqual(before);
    const written = pages.map((path) => statSync(path).mtimeMs);
    await archive();
    expect(pages.map((path) => statSync(path).mtimeMs)).toEqual(written);
  });

  test("a bundle that has no name yet is made", async () => {
    await archive();
    setState("saving", runs[2]?.id ?? "");
    rmSync(join(out(), bundleOf(runs[2])));
    expect(sums(await archive())).toMatchObject({ saved: 1, kept: RUNS - 1 });
    expect(bundles()).toHaveLength(RUNS);
  });

  test("that came in mid-run, the rest follows and nothing is there twice", async () => {
    desk.server.world.contentLatencyMs = 150;
    const running = desk.start(["archive", "--agent", AGENT, "--out", out(), "--parallel", "1"]);
    await running.until("saved");
    running.process.kill("SIGKILL");
    await running.ended;
    const rest = await archive();
    expect(rest).toMatchObject({ code: 0, stderr: "" });
    expect(bundles()).toEqual(runs.map(bundleOf).sort());
    expect(existsSync(join(out(), ".runpack"))).toBe(false);
  });
});

test("gaps that may pass are tried again, and the whole bundle takes the place of the partial one", async () => {
  const [artifact] = desk.server.world.artifactsOf(runs[0]?.id ?? "");
  desk.server.world.faults.set(artifact?.row.artifact_id ?? "", { kind: "status", status: 403 });
  const first = await archive();
  expect(first.code).toBe(3);
  expect(sums(first)).toMatchObject({ saved: RUNS, partial: 1 });
  expect(bundles().filter((name) => name.includes("_partial"))).toHaveLength(1);
  desk.server.world.faults.clear();
  const second = await archive();
  expect(second.code).toBe(0);
  expect(sums(second)).toMatchObject({ saved: 1, kept: RUNS - 1, partial: 0 });
  expect(bundles()).toEqual(runs.map(bundleOf).sort());
});

test("runs that are named are archived once as well, and with --again anew", async () => {
  expect(sums(await desk.run(["archive", INVOICE, "--out", out()]))).toMatchObject({ saved: 1, kept: 0 });
  expect(sums(await desk.run(["archive", INVOICE, "--out", out()]))).toMatchObject({ saved: 0, kept: 1 });
  expect(sums(await desk.run(["archive", INVOICE, "--again", "--out", out()]))).toMatchObject({
    saved: 1,
    kept: 0,
  });
  const name = `invoice-download-acme-q1_${INVOICE}`;
  expect(bundles()).toEqual([`${name} (1).zip`, `${name}.zip`]);
  expect((await catalogueEntries()).map(({ bundle }) => bundle)).toEqual([`${name} (1).zip`]);
});

test("an agent that is not there is an error", async () => {
  expect((await desk.run(["archive", "--agent", "wpid_1", "--out", out()])).code).toBe(4);
});
