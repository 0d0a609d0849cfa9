import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { EVERYTHING } from "@/core/bundle/presets";
import { OPEN_SESSION_BROWSER, SESSION, SESSION_BROWSER } from "../../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { exportFrom } from "./practice-export";

let server: PracticeServer;

beforeAll(async () => {
  server = await startPracticeServer();
});
afterEach(() => {
  server.world.faults.clear();
  server.requests.length = 0;
});
afterAll(() => server.close());

describe("a browser session", () => {
  test("is a bundle of its recording, its downloads and its documents, each proven", async () => {
    const { packed, report, files } = await exportFrom(server, { runId: SESSION_BROWSER });
    expect(packed.name).toBe(`browser-session_${SESSION_BROWSER}`);
    expect(report.run_id).toBe(SESSION_BROWSER);
    expect(report.counts).toEqual({ found: 2, written: 2, missing: 0, left_out: 0 });
    expect(report.written.map(({ path, proof }) => [path, proof]).sort()).toEqual([
      ["data/downloads/session invoice.pdf", "checksum"],
      ["data/recording/recording.webm", "checksum"],
    ]);
    for (const { artifact_id, path } of report.written)
      expect(files.get(path)?.equals(server.bytesOf(artifact_id)), path).toBe(true);
    const documents = [...files.keys()].filter((path) => /^data\/[^/]+$/.test(path)).sort();
    expect(documents).toEqual(["data/action-log.json", "data/session.json", "data/workflow-runs.json"]);
    expect(files.get("data/action-log.json")?.toString()).toContain("#sign-in");
  });

  test("has no signed URL in its documents", async () => {
    const { files } = await exportFrom(server, { runId: SESSION_BROWSER });
    const session = files.get("data/session.json")?.toString() ?? "";
    expect(session).toContain("data/recording/recording.webm");
    expect(session).not.toContain("sig=");
  });

  test("brings its runs along where that is asked for, and no file twice", async () => {
    const choice = { ...EVERYTHING, separateRuns: true };
    const { report, files } = await exportFrom(server, { runId: SESSION_BROWSER, choice });
    const paths = report.written.map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith("data/recording/"))).toEqual([
      "data/recording/recording.webm",
    ]);
    expect(paths.some((path) => path.startsWith(`data/runs/${SESSION}/steps/`))).toBe(true);
    expect(new Set(report.written.map(({ artifact_id }) => artifact_id)).size).toBe(paths.length);
    expect(files.has(`data/runs/${SESSION}/timeline.json`)).toBe(true);
  });

  test("that is still open says that its recording is not there yet, and has it after it closed", async () => {
    const open = await exportFrom(server, { runId: OPEN_SESSION_BROWSER });
    expect(open.report.counts.found).toBe(0);
    expect(open.report.warnings).toEqual([
      "The browser session is still open: its recording appears when it closes.",
    ]);
    server.world.closeSession(OPEN_SESSION_BROWSER);
    const closed = await exportFrom(server, { runId: OPEN_SESSION_BROWSER });
    expect(closed.report.written.map(({ artifact_type }) => artifact_type)).toEqual(["recording"]);
    expect(closed.report.warnings).toEqual([]);
  });

  test("lacks what its action log would tell where the server won't give it, and says so", async () => {
    server.world.faults.set(`/v1/browser_sessions/${SESSION_BROWSER}/action_logs`, {
      kind: "status",
      status: 501,
    });
    const { packed, report } = await exportFrom(server, { runId: SESSION_BROWSER });
    expect(packed.name).toMatch(/_partial$/);
    expect(report.missing.map(({ reason }) => reason)).toEqual(["unlisted-source"]);
  });

  test("that nobody has is no session", async () => {
    await expect(exportFrom(server, { runId: "pbs_1" })).rejects.toMatchObject({ code: "no-such-session" });
  });

  test("in share-safe holds no address by which its browser could be driven", async () => {
    const choice = { ...EVERYTHING, shareSafe: true };
    const { files } = await exportFrom(server, { runId: SESSION_BROWSER, choice });
    expect(files.get("data/session.json")?.toString()).not.toContain("9d0c7a52");
  });
});
