import { type Fault, gatewayError } from "../practice/faults";
import { generatedRun } from "../practice/runs/generated";
import { INVOICE } from "../practice/runs/ids";
import type { PracticeServer } from "../practice/server";
import type { LaunchOptions } from "./driver";
import { expect, exportBundle, saved, sharing, test } from "./fixtures";
import { actions, filesIn, type Runpack } from "./harness";
import { checkZip } from "./verify-zip";

/** Faults that take longer than a minute each run in the long form alone, `npm run test:trust -- --long`. */
const LONG = process.env.RUNPACK_LONG === "1";
const FILES = 6;
const MIB = 1024 * 1024;
const DAY_MS = 24 * 3600_000;
const date = (ms: number): string => new Date(ms).toUTCString();
const once = <Each extends object>(fault: Each): Each & { times: number } => ({ ...fault, times: 1 });
const status = (code: number, headers: Record<string, string> = {}): Fault =>
  once({ kind: "status", status: code, headers });
const page: Fault = {
  kind: "status",
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<!doctype html><title>Sign in to the network</title><form></form>",
  times: 2,
};

interface Case {
  fault: string;
  /** `now`: by the server's clock, ms since the epoch. */
  faults: Fault | Fault[] | ((now: number) => Fault);
  /** Where: the first file's content, or the run's list. */
  at?: "list";
  /** The run ended a moment ago; long ago otherwise. */
  ended?: "now";
  /** The server's clock less ours, ms. */
  clockAhead?: number;
  long?: boolean;
}

/** After each of these the bundle is whole. */
const HELD: Case[] = [
  { fault: "a file that is not uploaded yet", faults: { kind: "not-uploaded", times: 2 }, ended: "now" },
  { fault: "409 (too early)", faults: status(409) },
  { fault: "425 (too early)", faults: status(425) },
  { fault: "429 without Retry-After", faults: status(429) },
  { fault: "429 with seconds", faults: status(429, { "retry-after": "1" }) },
  { fault: "429 with a date", faults: (now) => status(429, { "retry-after": date(now + 2000) }) },
  {
    fault: "429 with a date, by a clock that is a day ahead of ours,",
    faults: (now) => status(429, { "retry-after": date(now + 2000) }),
    clockAhead: DAY_MS,
  },
  {
    fault: "a file that is not uploaded yet, by a clock that is a day behind ours,",
    faults: { kind: "not-uploaded", times: 2 },
    ended: "now",
    clockAhead: -DAY_MS,
  },
  ...[500, 502, 503, 504].map((code) => ({
    fault: `${code} with an HTML body`,
    faults: gatewayError(code, 2),
  })),
  { fault: "a reset before the headers", faults: { kind: "reset-before-headers", times: 2 } },
  { fault: "a reset in mid-body", faults: { kind: "reset-after", bytes: 2 * MIB, times: 2 } },
  {
    fault: "a Range that is ignored after a reset",
    faults: [
      { kind: "reset-after", bytes: 2 * MIB, times: 1 },
      { kind: "ignore-range", times: 1 },
    ],
  },
  {
    fault: "a 206 with another total after a reset",
    faults: [
      { kind: "reset-after", bytes: 2 * MIB, times: 1 },
      { kind: "wrong-total", total: 77, times: 1 },
    ],
  },
  {
    fault: "a file that grows while it is fetched",
    faults: { kind: "grow-after", bytes: 2 * MIB, by: MIB, times: 1 },
  },
  {
    fault: "a body cut short, with Content-Length",
    faults: { kind: "truncate", bytes: MIB, framing: "content-length", times: 1 },
  },
  {
    fault: "a body cut short, chunked",
    faults: { kind: "truncate", bytes: MIB, framing: "chunked", times: 1 },
  },
  { fault: "gzip encoding", faults: { kind: "gzip" } },
  { fault: "zstd encoding", faults: { kind: "zstd" } },
  { fault: "a login page of some network in place of a file", faults: page },
  { fault: "a redirect loop, twice", faults: { kind: "redirect", location: "", times: 2 } },
  { fault: "a list cut off in mid-transfer", faults: { kind: "cut-json", bytes: 200, times: 1 }, at: "list" },
  { fault: "a list that is a login page", faults: page, at: "list" },
  { fault: "a list with 503 and HTML", faults: gatewayError(503, 2), at: "list" },
  { fault: "a list that is reset", faults: { kind: "reset-before-headers", times: 2 }, at: "list" },
  {
    fault: "no byte for 40 s",
    faults: { kind: "stall-after", bytes: MIB, ms: 40_000, times: 1 },
    long: true,
  },
  {
    fault: "the first byte after 100 s",
    faults: { kind: "stall-before-headers", ms: 100_000, times: 1 },
    long: true,
  },
  { fault: "a slow drip", faults: { kind: "drip", bytes: 40_000, everyMs: 1000, times: 1 }, long: true },
];

function smallRun(server: PracticeServer, seed = 1): { run: string; file: string } {
  const { id } = generatedRun(server.world, { count: FILES, bytesEach: 3 * MIB, kind: "media", seed });
  const [first] = server.world.artifactsOf(id);
  if (!first) throw new Error("the run has no files");
  return { run: id, file: first.row.artifact_id };
}

for (const [index, { fault, faults, at, ended, clockAhead = 0, long }] of HELD.entries()) {
  if (long && !LONG) continue;
  test(`${fault} costs nothing`, async ({ lasting: { runpack, server } }) => {
    test.setTimeout(long ? 300_000 : 90_000);
    const { run, file } = smallRun(server, index + 1);
    server.world.clockAheadMs = clockAhead;
    if (ended === "now") server.world.endRun(run);
    const target = at === "list" ? `/v1/runs/${run}/artifacts` : file;
    const told = typeof faults === "function" ? faults(server.world.now()) : faults;
    const there = (Array.isArray(told) ? told : [told]).map((each) =>
      each.kind === "redirect" ? { ...each, location: `/v1/artifacts/${file}/content` } : each,
    );
    server.world.faults.set(target, there);
    const opened = await runpack.openRun(`/runs/${run}/overview`);
    await actions(opened).start("Export bundle");
    await saved(opened, long ? 280_000 : 80_000);
    const { report, name } = await checkZip(
      await runpack.waitForDownload(new RegExp(`${run}.*\\.zip$`)),
      server,
    );
    expect(name).not.toContain("_partial");
    expect(report.counts).toEqual({ found: FILES, written: FILES, missing: 0, left_out: 0 });
    expect(server.astray).toEqual([]);
    await opened.close();
  });
}

test("rows that can't be read are counted as missing, and a row that is there twice is one file", async ({
  lasting: { runpack, server },
}) => {
  const { run } = smallRun(server, HELD.length + 1);
  server.world.clockAheadMs = 0;
  const rows = server.world.artifactsOf(run).map((artifact) => server.world.rowOf(artifact));
  const [first] = rows;
  const body = JSON.stringify([...rows, first, { ...first, artifact_id: null }, "no row", ...rows]);
  server.world.faults.set(`/v1/runs/${run}/artifacts`, { kind: "status", status: 200, body });
  const opened = await runpack.openRun(`/runs/${run}/overview`);
  await actions(opened).start("Export bundle");
  await saved(opened);
  const { report, name } = await checkZip(
    await runpack.waitForDownload(new RegExp(`${run}.*\\.zip$`)),
    server,
  );
  expect(name).toContain("_partial");
  expect(report.counts).toEqual({ found: FILES + 2, written: FILES, missing: 2, left_out: 0 });
  expect(report.missing.map(({ reason }) => reason)).toEqual(["unreadable-row", "unreadable-row"]);
  await expect(actions(opened).status).toContainText(`Saved ${FILES} of ${FILES + 2} files`);
});

sharing(
  "a file whose bytes are not those of its checksum is fetched twice, and said to differ",
  async ({ runpack, server }) => {
    const download = server.world.artifactsOf(INVOICE).find(({ row }) => row.artifact_type === "download");
    const file = download?.row.artifact_id ?? "";
    server.world.faults.set(file, { kind: "wrong-checksum" });
    const opened = await runpack.openRun(`/runs/${INVOICE}/overview`);
    const { report } = await exportBundle(opened, runpack, server);
    expect(report.warnings.join()).toContain("SHA-256 is not the one");
    expect(report.written.find(({ artifact_id }) => artifact_id === file)?.proof).not.toBe("checksum");
  },
);

sharing("a file that the server has no more is named as missing", async ({ runpack, server }) => {
  const { run, file } = smallRun(server);
  server.world.faults.set(file, { kind: "status", status: 404 });
  const opened = await runpack.openRun(`/runs/${run}/overview`);
  const { report, name } = await exportBundle(opened, runpack, server);
  expect(name).toContain("_partial");
  expect(report.missing).toMatchObject([{ artifact_id: file, reason: "not-found" }]);
  await expect(actions(opened).status).toContainText(`Saved ${FILES - 1} of ${FILES} files`);
});

sharing(
  "archives that are damaged, and a body longer than told, cost nothing",
  async ({ runpack, server }) => {
    const archive = server.world.artifactsOf(INVOICE).find(({ row }) => row.artifact_type === "step_archive");
    server.world.faults.set(archive?.row.artifact_id ?? "", {
      kind: "status",
      status: 200,
      body: "PK\u0003\u0004 no ZIP",
    });
    const download = server.world.artifactsOf(INVOICE).find(({ row }) => row.artifact_type === "download");
    const file = download?.row.artifact_id ?? "";
    server.world.faults.set(file, { kind: "understate", bytes: 50, times: 1 });
    const opened = await runpack.openRun(`/runs/${INVOICE}/overview`);
    const { report } = await exportBundle(opened, runpack, server);
    // Members come one by one, and what the checksum belies comes again.
    expect(report.counts).toMatchObject({ written: 91, missing: 0 });
    expect(report.written.find(({ artifact_id }) => artifact_id === file)?.proof).toBe("checksum");
  },
);

sharing("a list that stays no list is an error, not an empty bundle", async ({ runpack, server }) => {
  test.setTimeout(90_000);
  const { run } = smallRun(server);
  server.world.faults.set(`/v1/runs/${run}/artifacts`, {
    kind: "status",
    status: 200,
    body: '{"no":"list"}',
  });
  const opened = await runpack.openRun(`/runs/${run}/overview`);
  await actions(opened).start("Export bundle");
  await expect(actions(opened).alert).toContainText("failed", { timeout: 60_000 });
  expect(filesIn(runpack.downloads)).toEqual([]);
});

sharing("a list of 50,000 files, some 30 MB, is counted whole", async ({ runpack, server }) => {
  const { id } = generatedRun(server.world, { count: 50_000, bytesEach: 1000, kind: "mixed" });
  const opened = await runpack.openRun(`/runs/${id}/overview`);
  await actions(opened).more.click();
  await expect(actions(opened).host.getByRole("dialog")).toContainText("50,000 files", { timeout: 60_000 });
});

/** A browser with a key to begin with, which Firefox has to be given first. */
async function beginning(
  launch: (options?: LaunchOptions) => Promise<Runpack>,
  server: PracticeServer,
  secondDay: string | undefined,
): Promise<LaunchOptions> {
  if (secondDay !== undefined) return { copyOf: secondDay };
  const first = await launch();
  await first.saveKey(server.apiKey);
  await first.context.close();
  return { profile: first.profile, downloads: first.downloads };
}

test.describe("an API that was never reached", () => {
  // Firefox has no way to send one host to a port where nobody listens.
  const unreachable: [string, NonNullable<LaunchOptions["api"]>, string][] = [
    ["a name that nobody knows", "unknown", ""],
    ["a port where nobody listens", "deaf", "@chromium"],
    ["a server without TLS", "plain", "@chromium"],
  ];
  for (const [what, api, tag] of unreachable) {
    test(`${what} is an error that says what to check ${tag}`, async ({ launch, server, secondDay }) => {
      const runpack = await launch({ ...(await beginning(launch, server, secondDay)), api });
      const opened = await runpack.openRun(`/runs/${INVOICE}/overview`);
      await actions(opened).start("Export bundle");
      await expect(actions(opened).alert).toContainText("can't be reached", { timeout: 60_000 });
      await expect(actions(opened).alert.getByRole("button", { name: "Try again" })).toBeVisible();
      await runpack.close();
    });
  }
});
