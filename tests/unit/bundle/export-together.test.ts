import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "@/core/bundle/presets";
import { FAILED, GAPS, INVOICE, TASK_V2, TASK_V2_WR, UNKNOWN } from "../../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { exportFrom, JobDisk } from "./practice-export";

let server: PracticeServer;
beforeAll(async () => {
  server = await startPracticeServer();
});
afterAll(() => server.close());

const together = (...runIds: string[]) =>
  exportFrom(server, { runId: runIds[0] ?? "" }, { together: runIds });

describe("several runs in one ZIP", () => {
  it("are a folder each, a whole bag, beside an index page and a table", async () => {
    const { files, packed } = await together(FAILED, TASK_V2);
    const tops = new Set([...files.keys()].map((path) => path.split("/", 1)[0]));
    expect([...tops].sort()).toEqual(["index.html", "runs.csv", FAILED, TASK_V2_WR].sort());
    for (const folder of [FAILED, TASK_V2_WR]) {
      const lines = files.get(`${folder}/manifest-sha256.txt`)?.toString("utf8").trim().split("\n") ?? [];
      expect(lines.length).toBeGreaterThan(3);
      for (const line of lines) {
        const [sum, path = ""] = line.split("  ");
        const bytes = files.get(`${folder}/${path}`) ?? Buffer.alloc(0);
        expect([path, createHash("sha256").update(bytes).digest("hex")]).toEqual([path, sum]);
      }
    }
    expect(files.get("index.html")?.toString("utf8")).toContain(`href="${TASK_V2_WR}/index.html"`);
    expect(files.get("runs.csv")?.toString("utf8").split("\r\n")).toHaveLength(4);
    expect(packed.name).toMatch(/^2-runs_\d{4}-\d\d-\d\d$/);
    expect(packed.result.runs.map(({ runId, status }) => [runId, status])).toEqual([
      [FAILED, "failed"],
      [TASK_V2_WR, "completed"],
    ]);
  });

  it("are each the bundle that it is alone", async () => {
    const [alone, both] = [await exportFrom(server, { runId: FAILED }), await together(INVOICE, FAILED)];
    const data = (files: Map<string, Buffer>, root: string) =>
      [...files]
        .filter(([path]) => path.startsWith(`${root}data/`))
        .map(([path, bytes]) => [path.slice(root.length), createHash("sha256").update(bytes).digest("hex")])
        .sort();
    expect(data(both.files, `${FAILED}/`)).toEqual(data(alone.files, ""));
  });

  it("name gaps and runs that can't be had, and say so in the name", async () => {
    const { files, packed } = await together(GAPS, UNKNOWN);
    expect(packed.name).toMatch(/_partial$/);
    expect(packed.result).toMatchObject({
      missing: 3,
      runs: [{ runId: GAPS, missing: 2 }, { runId: UNKNOWN }],
    });
    expect(packed.result.gaps[0]).toMatchObject({
      count: 1,
      examples: [{ id: UNKNOWN, error: { code: "no-such-run" } }],
    });
    const csv = files.get("runs.csv")?.toString("utf8").split("\r\n") ?? [];
    expect(csv[1]).toMatch(new RegExp(`^${GAPS},.*,7,\\d+,2,$`));
    expect(csv[2]).toContain("There is no such run");
    expect(files.get("index.html")?.toString("utf8")).toContain("1 run could not be exported at all");
  });

  it("fail where none can be had", async () => {
    await expect(together(UNKNOWN)).rejects.toMatchObject({ code: "no-such-run" });
  });

  it("go on after an interruption, and nothing is fetched twice", async () => {
    const disk = new JobDisk();
    const stop = new AbortController();
    const asked: string[] = [];
    const onRequest = (url: string) => {
      if (!url.includes("/content")) return;
      asked.push(url.split("?", 1)[0] ?? "");
      if (asked.length === 20) stop.abort(new Error("stopped"));
    };
    const runs = [INVOICE, FAILED];
    const wish = { runId: INVOICE };
    await expect(
      exportFrom(server, wish, { disk, onRequest, signal: stop.signal, together: runs }),
    ).rejects.toThrow("stopped");
    const { report, packed } = await exportFrom(server, wish, { disk, onRequest, together: runs });
    expect(report.counts.missing).toBe(0);
    expect(packed.result.runs).toHaveLength(2);
    // What was under way when it stopped is asked for again, the rest is not.
    expect(asked.length - new Set(asked).size).toBeLessThanOrEqual(24);
  });

  it("take secrets out of the table too", async () => {
    const run = server.world.runs.get(FAILED);
    const secret = "hunter2-correct-horse";
    for (const document of [run?.document, run?.workflowRun])
      if (document) document.failure_reason = `Sign-in with ${secret} was refused`;
    const choice = { ...EVERYTHING, shareSafe: true };
    const wish = { runId: FAILED, choice, words: [secret] };
    const { files } = await exportFrom(server, wish, { together: [FAILED, INVOICE] });
    for (const [path, bytes] of files) expect([path, bytes.includes(secret)]).toEqual([path, false]);
  });
});
