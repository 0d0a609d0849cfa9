import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { EVERYTHING } from "@/core/bundle/presets";
import * as runs from "../../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { type Exported, exportFrom } from "./practice-export";

let server: PracticeServer;

beforeAll(async () => {
  server = await startPracticeServer();
});
afterEach(() => {
  server.world.faults.clear();
  server.requests.length = 0;
});
afterAll(() => server.close());

/** Every written file is what the server has of its artifact, and the report's numbers are those of its bytes. */
function expectTrue({ report, files }: Exported): void {
  for (const { artifact_id, artifact_type, path, bytes, sha256 } of report.written) {
    const data = files.get(path);
    expect(data?.length, path).toBe(bytes);
    expect(
      createHash("sha256")
        .update(data ?? "")
        .digest("hex"),
      path,
    ).toBe(sha256);
    if (artifact_type !== "archive_entry") expect(data?.equals(server.bytesOf(artifact_id)), path).toBe(true);
  }
  const { found, written, missing, left_out } = report.counts;
  expect(found).toBe(written + missing + left_out);
  expect(written).toBe(report.written.length);
}

describe("a whole run", () => {
  test("has every artifact, byte for byte", async () => {
    const exported = await exportFrom(server, { runId: runs.INVOICE });
    expect(exported.report.counts).toEqual({ found: 91, written: 91, missing: 0, left_out: 0 });
    expectTrue(exported);
  });

  test.each([
    ["of a self-hosted server", runs.SELF_HOSTED],
    ["whose links are expired", runs.EXPIRED],
    ["with archives in every state", runs.ARCHIVES],
    ["with hostile names", runs.HOSTILE],
    ["with a nested run", runs.PARENT],
    ["of a browser session", runs.SESSION],
    ["without a run document", runs.NO_DOCUMENT],
    ["that is a plain task", runs.TASK],
    ["that is a task inside a workflow", runs.TASK_IN_WORKFLOW],
    ["with gaps", runs.GAPS],
  ])("%s is true to the server", async (_, runId) => {
    expectTrue(await exportFrom(server, { runId }));
  });

  test("has a report that shows where a name would have turned its direction", async () => {
    const { files } = await exportFrom(server, { runId: runs.HOSTILE });
    const listed = files.get("report/data/files-1.js")?.toString() ?? "";
    expect(listed).toContain('"name":"invoice\ufffdfdp.exe"');
    expect(listed).not.toContain("\u202e");
  });

  test("has a report that tells other names of a run from runs inside it", async () => {
    const { files } = await exportFrom(server, { runId: runs.PARENT });
    const head = files.get("report/data/head.js")?.toString() ?? "";
    expect(head).toContain(`"ids":["${runs.PARENT}"],"nestedRuns":["${runs.NESTED}"]`);
  });

  test("fetches an archive once and its members not at all", async () => {
    await exportFrom(server, { runId: runs.INVOICE });
    const contents = server.requests.filter(
      ({ path, status }) => path.includes("/content") && status === 200,
    );
    expect(new Set(contents.map(({ path }) => path.split("?")[0])).size).toBe(contents.length);
    expect(contents.length).toBeLessThan(40);
  });

  test("falls back to single members where the archive can't be had", async () => {
    const archives = server.world
      .artifactsOf(runs.INVOICE)
      .filter(({ row }) => row.artifact_type === "step_archive");
    for (const { row } of archives) server.world.faults.set(row.artifact_id, { kind: "status", status: 404 });
    const exported = await exportFrom(server, { runId: runs.INVOICE });
    expect(exported.report.counts.written).toBe(91);
    expectTrue(exported);
  });

  test("gives the same data twice", async () => {
    const [first, second] = [
      await exportFrom(server, { runId: runs.INVOICE }),
      await exportFrom(server, { runId: runs.INVOICE }),
    ];
    const data = (files: Map<string, Buffer>) => [...files].filter(([path]) => path.startsWith("data/"));
    expect(data(second.files).map(([path]) => path)).toEqual(data(first.files).map(([path]) => path));
    for (const [path, bytes] of data(first.files))
      expect(second.files.get(path)?.equals(bytes), path).toBe(true);
  });

  test("holds no signature and no key in its documents", async () => {
    const { files, report } = await exportFrom(server, { runId: runs.INVOICE });
    const artifacts = new Set(report.written.map(({ path }) => path));
    for (const [path, bytes] of files) {
      if (artifacts.has(path)) continue;
      expect(bytes.toString("utf8"), path).not.toMatch(/[?&]sig=|X-Amz-Signature/);
      expect(bytes.includes(server.apiKey), path).toBe(false);
    }
  });

  test("keeps integers past 2^53 as they are served", async () => {
    const { files } = await exportFrom(server, { runId: runs.INVOICE });
    expect(files.get("data/output.json")?.toString("utf8")).toContain("9007199254740993");
  });

  test("is the same under both IDs of a task v2", async () => {
    const byTask = await exportFrom(server, { runId: runs.TASK_V2 });
    const byRun = await exportFrom(server, { runId: runs.TASK_V2_WR });
    expect(byTask.packed.name).toBe(byRun.packed.name);
    expect(byTask.report.run_id).toBe(runs.TASK_V2_WR);
    expect([...byTask.files.keys()]).toEqual([...byRun.files.keys()]);
  });

  test("leaves out what the preset doesn't have, and says so", async () => {
    const { report } = await exportFrom(server, {
      runId: runs.INVOICE,
      choice: { ...EVERYTHING, preset: "downloads" },
    });
    expect(report.counts).toEqual({ found: 91, written: 2, missing: 0, left_out: 89 });
  });

  test("names runs that it started, and takes them along in folders of their own where that is asked for", async () => {
    const alone = await exportFrom(server, { runId: runs.PARENT });
    expect([...alone.files.keys()].some((path) => path.includes(runs.TRIGGERED))).toBe(false);
    expect(alone.report.warnings.join()).toContain(runs.TRIGGERED);
    const choice = { ...EVERYTHING, separateRuns: true };
    const both = await exportFrom(server, { runId: runs.PARENT, choice });
    expectTrue(both);
    expect(both.report.warnings.join()).not.toContain(runs.TRIGGERED);
    const theirs = server.world.artifactsOf(runs.TRIGGERED).map(({ row }) => row.artifact_id);
    const paths = both.report.written
      .filter(({ artifact_id: id }) => theirs.includes(id))
      .map(({ path }) => path);
    expect(paths).toHaveLength(theirs.length);
    for (const path of paths) expect(path.startsWith(`data/runs/${runs.TRIGGERED}/`), path).toBe(true);
    expect(both.files.has(`data/runs/${runs.TRIGGERED}/run.json`)).toBe(true);
    const own = new Set(alone.report.written.map(({ path }) => path));
    expect(both.report.written.filter(({ path }) => own.has(path))).toHaveLength(own.size);
  });

  test("names what is archived or gone, and is partial", async () => {
    const { report, packed } = await exportFrom(server, { runId: runs.GAPS });
    expect(report.missing.map(({ reason }) => reason).sort()).toEqual(["archived", "not-found"]);
    expect(packed.name).toMatch(/_partial$/);
  });

  test("is not deflated as a folder, which is saved as it is", async () => {
    const { packed } = await exportFrom(server, { runId: runs.INVOICE, mode: "folder" });
    expect(packed.entries.every(({ file }) => file.method === 0)).toBe(true);
    expect(packed.entries.every(({ path }) => !path.startsWith("data/"))).toBe(true);
  });

  test("sends the key to the API alone", async () => {
    await exportFrom(server, { runId: runs.SELF_HOSTED });
    const withKey = server.requests.filter(({ headers }) => headers["x-api-key"] !== undefined);
    expect(new Set(withKey.map(({ host }) => host))).toEqual(new Set(["api.skyvern.com"]));
  });

  test("that nobody knows is an error", async () => {
    await expect(exportFrom(server, { runId: runs.UNKNOWN })).rejects.toMatchObject({ code: "no-such-run" });
  });

  test("whose list the server will not give is an error, not an empty bundle", async () => {
    server.world.faults.set(`/v1/runs/${runs.INVOICE}/artifacts`, { kind: "status", status: 404 });
    await expect(exportFrom(server, { runId: runs.INVOICE })).rejects.toMatchObject({ code: "bad-answer" });
  });
});

describe("trouble with one file", () => {
  const recording = () => {
    const found = server.world.artifactsOf(runs.INVOICE).find(({ row }) => row.artifact_type === "recording");
    if (!found) throw new Error("the run has a recording");
    return found.row.artifact_id;
  };

  test.each([
    ["a reset before the headers", { kind: "reset-before-headers" }],
    ["a reset in the body", { kind: "reset-after", bytes: 1000 }],
    ["a body cut short of its Content-Length", { kind: "truncate", bytes: 1000, framing: "content-length" }],
    ["a chunked body cut short", { kind: "truncate", bytes: 1000, framing: "chunked" }],
    ["too many requests", { kind: "status", status: 429, headers: { "retry-after": "1" } }],
    [
      "a server error",
      { kind: "status", status: 502, headers: { "content-type": "text/html" }, body: "<h1>502</h1>" },
    ],
    ["too early", { kind: "status", status: 425 }],
    [
      "a login page",
      { kind: "status", status: 200, headers: { "content-type": "text/html" }, body: "<h1>Wi-Fi</h1>" },
    ],
    ["a redirect", { kind: "redirect", location: "https://elsewhere.example/" }],
  ] as const)("%s is got over", async (_, fault) => {
    server.world.faults.set(recording(), { ...fault, times: 1 });
    const exported = await exportFrom(server, { runId: runs.INVOICE });
    expect(exported.report.counts.missing).toBe(0);
    expectTrue(exported);
  });

  test("a wrong checksum is fetched twice, kept and said", async () => {
    const download = server.world
      .artifactsOf(runs.INVOICE)
      .find(({ row }) => row.artifact_type === "download");
    const id = download?.row.artifact_id ?? "";
    server.world.faults.set(id, { kind: "wrong-checksum" });
    const { report } = await exportFrom(server, { runId: runs.INVOICE });
    expect(report.written.find(({ artifact_id }) => artifact_id === id)?.proof).toBe("length");
    expect(report.warnings.join()).toContain(id);
  });
});
