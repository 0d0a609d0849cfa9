import { readFileSync } from "node:fs";
import { join } from "node:path";
import { constants, deflateRawSync } from "node:zlib";
import { generatedRun } from "../practice/runs/generated";
import type { PracticeServer } from "../practice/server";
import { readZip, writeZip, type ZipEntry } from "../practice/zip";
import { processesWith } from "./driver";
import { contentCalls, expect, saved, test } from "./fixtures";
import { actions, type Runpack } from "./harness";
import { checkReport, checkZip, Report } from "./verify-zip";

const MIB = 1024 * 1024;
const MEMBERS = 4;
const BYTES_EACH = 20_000;
/** What an archive that is inflated whole takes is more by far, and what is fetched is less. */
const DISK_BYTES = 64 * MIB;
const MEMORY_BYTES = 256 * MIB;

/** Deflated zeros, of any size at no cost: one flushed piece again and again, and an empty last block. */
function deflatedZeros(mebibytes: number): Buffer {
  const piece = deflateRawSync(Buffer.alloc(MIB), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: mebibytes }, () => piece), Buffer.from([3, 0])]);
}

/** The second entry, which is deflated, is not the data that its size tells of. */
const instead = (packed: Buffer) => (entries: ZipEntry[]) =>
  entries.map((entry, index) => (index === 1 ? { ...entry, packed } : entry));

/** The last entry's bytes stand inside the first one's. */
function overlapping(entries: ZipEntry[]): ZipEntry[] {
  const inner = entries.slice(-1);
  const [name = ""] = entries.map((entry) => entry.name);
  const data = writeZip(inner);
  return [
    { name, data, method: "stored" },
    ...entries.slice(1, -1),
    ...inner.map((entry) => ({ ...entry, offset: 30 + name.length })),
  ];
}

/** An entry that no row names, and that nobody can have: it is worth a gap. */
const withUnnamedBomb = (entries: ZipEntry[]): ZipEntry[] => [
  ...entries,
  { name: "unnamed", data: Buffer.alloc(100), method: "deflated", packed: deflatedZeros(512) },
];

/** What the server hands out for each of a run's archives, and how many of its members it can't be taken for. */
const LIES: [(entries: ZipEntry[]) => ZipEntry[], number][] = [
  [instead(deflateRawSync(Buffer.alloc(BYTES_EACH + 1))), 1],
  [instead(deflateRawSync(Buffer.alloc(BYTES_EACH - 1))), 1],
  [overlapping, MEMBERS],
  // Small enough to be inflated in one piece, and too big for that.
  [instead(deflatedZeros(512)), 1],
  [instead(deflatedZeros(2048)), 1],
  [withUnnamedBomb, 0],
];

/** @returns the IDs of the members that have to come one by one */
function lyingRun(server: PracticeServer): { run: string; single: number } {
  const { id: run } = generatedRun(server.world, {
    count: LIES.length * MEMBERS,
    bytesEach: BYTES_EACH,
    kind: "mixed",
    archives: { membersEach: MEMBERS },
    seed: 7001,
  });
  const archives = server.world.artifactsOf(run).filter(({ row }) => row.artifact_type === "step_archive");
  LIES.forEach(([lie], index) => {
    const id = archives[index]?.row.artifact_id ?? "";
    const body = writeZip(lie(readZip(server.bytesOf(id))));
    server.world.faults.set(id, { kind: "status", status: 200, body });
  });
  return { run, single: LIES.reduce((sum, [, members]) => sum + members, 0) };
}

/** The most memory that any process of extensions has had, in bytes. */
function mostMemory({ profile }: Runpack): number {
  const most = processesWith(`--user-data-dir=${profile}`)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--extension-process"))
    .map((pid) => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]));
  return Math.max(...most) * 1024;
}

async function withDisk(runpack: Runpack, quotaSize: number | undefined): Promise<void> {
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  const storage = await runpack.context.newCDPSession(options);
  const origin = runpack.extensionOrigin;
  await storage.send("Storage.overrideQuotaForOrigin", quotaSize ? { origin, quotaSize } : { origin });
  await options.close();
}

function checkGaps(report: Report): void {
  const files = LIES.length * MEMBERS;
  expect(report.counts).toEqual({ found: files + 1, written: files, missing: 1, left_out: 0 });
  expect(report.missing).toMatchObject([{ artifact_type: "archive_entry", reason: "damaged" }]);
}

test("archives that lie about sizes, share bytes or are bombs give no byte more than they tell, and cost no file", {
  tag: "@chromium",
}, async ({ lasting: { runpack, server } }) => {
  const { run, single } = lyingRun(server);
  const opened = await runpack.openRun(`/runs/${run}/overview`);
  await withDisk(runpack, DISK_BYTES);
  const memory = mostMemory(runpack);

  server.requests.length = 0;
  await actions(opened).start("Export bundle");
  await saved(opened);
  const bundle = await checkZip(await runpack.waitForDownload(new RegExp(`${run}_partial\\.zip$`)), server);
  checkGaps(bundle.report);
  expect(contentCalls(server)).toHaveLength(LIES.length + single);

  // As a folder, where what is deflated is inflated onto the disk.
  await actions(opened).start("Download all");
  const file = await runpack.waitForDownload(new RegExp(`${run}.export-report\\.json$`));
  const report = Report.parse(JSON.parse(readFileSync(file, "utf8")));
  checkReport(report);
  checkGaps(report);
  for (const written of report.written)
    expect(readFileSync(join(file, "..", written.path))).toEqual(server.bytesOf(written.artifact_id));

  expect(mostMemory(runpack) - memory).toBeLessThan(MEMORY_BYTES);
  await withDisk(runpack, undefined);
  await opened.close();
});
