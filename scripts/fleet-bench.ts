/**
 * What a fleet does, and what the catalogue costs as it grows: `npm run bench:fleet -- --runs 500 --files 100`. The
 * practice server, Redis and all workers share this machine, so that the figures are the least that is to be expected.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { writeArchivePages } from "../cli/archive-pages";
import type { CatalogueEntry } from "../cli/catalogue/catalogue";
import { sqliteCatalogue } from "../cli/catalogue/sqlite-catalogue";
import { FolderDestination } from "../cli/folder-destination";
import { openDesk, type Running } from "../tests/cli/command";
import { startRedis } from "../tests/cli/redis";
import { generatedRun } from "../tests/practice/runs/generated";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "500" },
    files: { type: "string", default: "100" },
    bytes: { type: "string", default: "20000" },
    workers: { type: "string", default: "1,2,4" },
    rows: { type: "string", default: "1000000" },
  },
});
const AGENT = "wpid_493285619334769999";
const BATCH = 1000;

/** Memory of a process in bytes (Linux): the most that it had at once, or what it has now. */
function memory(pid: number | undefined, which: "VmHWM" | "VmRSS"): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${which}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0; // It has ended.
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function fleet(count: number, runs: number, files: number, bytesEach: number): Promise<void> {
  const [desk, redis] = await Promise.all([openDesk(), startRedis()]);
  try {
    for (let seed = 1; seed <= runs; seed++)
      generatedRun(desk.server.world, { count: files, bytesEach, kind: "mixed", seed }).agentId = AGENT;
    await desk.run(["enqueue", "--redis", redis.url, "--agent", AGENT]);
    const began = performance.now();
    const args = ["worker", "--redis", redis.url, "--out", join(desk.folder, "out"), "--until-empty"];
    const workers: Running[] = Array.from({ length: count }, () => desk.start(args));
    const peaks = workers.map(() => 0);
    /** Of all workers, in the order of time. */
    const samples: number[] = [];
    let over = false;
    const watching = (async () => {
      while (!over) {
        for (const [index, { process }] of workers.entries()) {
          peaks[index] = Math.max(peaks[index] ?? 0, memory(process.pid, "VmHWM"));
          samples.push(memory(process.pid, "VmRSS"));
        }
        await sleep(200);
      }
    })();
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    over = true;
    await watching;
    const seconds = (performance.now() - began) / 1000;
    const saved = ends.flatMap(({ lines }) => lines).filter(({ event }) => event === "saved").length;
    const peak = Math.max(...peaks) / 1e6;
    const alive = samples.filter((sample) => sample > 0);
    const quarter = Math.floor(alive.length / 4);
    // The first quarter has the start in it.
    const [early, late] = [alive.slice(quarter, 2 * quarter), alive.slice(3 * quarter)].map(median);
    console.log(
      [
        `${count} workers: ${saved} runs of ${files} artifacts in ${seconds.toFixed(1)} s`,
        `${(saved / seconds).toFixed(1)} runs/s`,
        `${Math.round((saved * files) / seconds)} artifacts/s`,
        `each at most ${peak.toFixed(0)} MB, ${mb(early)} in the second quarter of the time, ${mb(late)} in the last`,
      ].join("; "),
    );
  } finally {
    await Promise.all([desk.close(), redis.close()]);
  }
}

function mb(bytes = 0): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function entry(index: number): CatalogueEntry {
  const runId = `wr_${4_940_000_000_000_000_000n + BigInt(index)}`;
  return {
    runId,
    requestedId: runId,
    choiceKey: "0123456789abcdef",
    fingerprint: "completed 1764000000000",
    state: "saved",
    title: "A run of a simulated catalogue",
    status: "completed",
    createdAt: 1_764_000_000_000 + index,
    startedAt: null,
    finishedAt: null,
    failure: null,
    bundle: `a-run-of-a-simulated-catalogue_${runId}.zip`,
    bytes: 1_000_000,
    sha256: "a".repeat(64),
    manifestSha256: "b".repeat(64),
    found: 100,
    written: 100,
    missing: 0,
    leftOut: 0,
    payloadBytes: 2_000_000,
    proofs: { checksum: 2, crc32: 90, length: 8, none: 0 },
    gaps: [],
    exportedAt: Date.now(),
  };
}

/** What one run costs the catalogue (found not to be there, put twice) at each size, and the archive's pages out of it. */
async function growth(rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "runpack-rows-"));
  const catalogue = await sqliteCatalogue(join(folder, "catalogue.sqlite"));
  try {
    let size = 0;
    for (let target = 1000; target <= rows; target *= 10) {
      // The rows in between are put in transactions of many: only their number matters.
      for (; size < target - BATCH; size += BATCH)
        await catalogue.putAll(Array.from({ length: BATCH }, (_, index) => entry(size + index)));
      const began = performance.now();
      for (let index = 0; index < 200; index++) {
        await catalogue.find(entry(size + index).runId, "0123456789abcdef");
        await catalogue.put({ ...entry(size + index), state: "saving" });
        await catalogue.put(entry(size + index));
      }
      const each = (performance.now() - began) / 200;
      const kept = performance.now();
      for (let index = 0; index < 1000; index++)
        await catalogue.find(entry((index * 7919) % Math.max(size, 1)).runId, "0123456789abcdef");
      const look = performance.now() - kept;
      const wrote = performance.now();
      await writeArchivePages(catalogue, new FolderDestination(folder), "0");
      const pages = (performance.now() - wrote) / 1000;
      console.log(
        [
          `${target} rows: ${each.toFixed(2)} ms a new run`,
          `${(look / 1000).toFixed(3)} ms a run that is there already`,
          `${pages.toFixed(1)} s to write runs.csv, SHA256SUMS and index.html`,
          `this process at most ${mb(memory(process.pid, "VmHWM"))}`,
        ].join("; "),
      );
    }
  } finally {
    await catalogue.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const count of values.workers
  .split(",")
  .map(Number)
  .filter((workers) => workers > 0))
  await fleet(count, Number(values.runs), Number(values.files), Number(values.bytes));
if (Number(values.rows) > 0) await growth(Number(values.rows));
