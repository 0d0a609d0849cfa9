import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { EVERYTHING, type ExportChoice } from "@/core/bundle/presets";
import * as runs from "../../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { type Exported, exportFrom, JobDisk } from "./practice-export";

let server: PracticeServer;
let undisturbed: Exported;
/** Requests of an export that nobody disturbs. */
let requests = 0;

beforeAll(async () => {
  server = await startPracticeServer();
  const onRequest = () => {
    requests++;
  };
  undisturbed = await exportFrom(server, { runId: runs.INVOICE }, { onRequest });
});
afterEach(() => {
  server.requests.length = 0;
});
afterAll(() => server.close());

const hashes = ({ files }: Exported): [string, string][] =>
  [...files]
    .filter(([path]) => path.startsWith("data/") || path === "manifest-sha256.txt")
    .map(([path, bytes]) => [path, createHash("sha256").update(bytes).digest("hex")]);
/** Artifacts whose bytes the server has sent. */
const fetched = (): string[] =>
  server.requests
    .filter(({ path, status }) => path.includes("/content") && status === 200)
    .map(({ path }) => path.split("?")[0] ?? "");

/** An export that is killed after this share of its requests: what it wrote until then stays on the disk. */
async function killedAfter(share: number, disk: JobDisk): Promise<void> {
  const stop = new AbortController();
  let count = 0;
  const onRequest = () => {
    count++;
    if (count >= requests * share) stop.abort(new Error("killed"));
    stop.signal.throwIfAborted();
  };
  await expect(
    exportFrom(server, { runId: runs.INVOICE }, { disk, onRequest, signal: stop.signal }),
  ).rejects.toThrow();
}

describe("a job that was interrupted", () => {
  test.each([0.2, 0.5, 0.7, 0.95])(
    "after %d of its requests goes on, and its bundle is the same",
    async (share) => {
      const disk = new JobDisk();
      await killedAfter(share, disk);
      expect(hashes(await exportFrom(server, { runId: runs.INVOICE }, { disk }))).toEqual(
        hashes(undisturbed),
      );
    },
  );

  test("while it was saved fetches no file again", async () => {
    const disk = new JobDisk();
    await exportFrom(server, { runId: runs.INVOICE }, { disk });
    server.requests.length = 0;
    expect(hashes(await exportFrom(server, { runId: runs.INVOICE }, { disk }))).toEqual(hashes(undisturbed));
    expect(fetched()).toEqual([]);
  });

  test("again and again fetches each file once", async () => {
    const disk = new JobDisk();
    for (const share of [0.4, 0.5, 0.6, 0.7]) await killedAfter(share, disk);
    await exportFrom(server, { runId: runs.INVOICE }, { disk });
    const each = fetched();
    // What was on its way when the job was killed comes again; what had arrived doesn't.
    expect(each.length - new Set(each).size).toBeLessThanOrEqual(4 * 24);
    const before = server.requests.length;
    await exportFrom(server, { runId: runs.INVOICE }, { disk });
    expect(server.requests.slice(before).filter(({ path }) => path.includes("/content"))).toEqual([]);
  });

  test("goes on from a journal that was cut anywhere, over a pack that lost its end", async () => {
    const disk = new JobDisk();
    await exportFrom(server, { runId: runs.INVOICE }, { disk });
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), async (share, packToo) => {
        disk.journal.truncate(Math.floor(disk.journal.size * share));
        if (packToo) disk.pack.truncate(Math.floor(disk.pack.size * share));
        const again = await exportFrom(server, { runId: runs.INVOICE }, { disk });
        expect(hashes(again)).toEqual(hashes(undisturbed));
      }),
      { numRuns: 12 },
    );
  });

  test("does not believe bytes of which only the journal tells", async () => {
    const disk = new JobDisk();
    await killedAfter(0.9, disk);
    disk.pack.bytes.fill(0, 0, disk.pack.size);
    expect(hashes(await exportFrom(server, { runId: runs.INVOICE }, { disk }))).toEqual(hashes(undisturbed));
  });

  test("of a run that ended meanwhile has the files as they were at the end", async () => {
    const own = await startPracticeServer();
    const disk = new JobDisk();
    const [har] = own.world.artifactsOf(runs.RUNNING);
    if (!har) throw new Error("the run has no files");
    har.row.artifact_type = "har";
    har.body = { kind: "bytes", bytes: Buffer.from('{"log": "beg') };
    await exportFrom(own, { runId: runs.RUNNING }, { disk });
    own.world.endRun(runs.RUNNING);
    har.body = { kind: "bytes", bytes: Buffer.from('{"log": "begin and end"}') };
    const resumed = await exportFrom(own, { runId: runs.RUNNING }, { disk });
    const fresh = await exportFrom(own, { runId: runs.RUNNING });
    expect(hashes(resumed)).toEqual(hashes(fresh));
    await own.close();
  });
});

describe("what an administrator allows", () => {
  const SAFE: ExportChoice = { ...EVERYTHING, shareSafe: true };
  const DOWNLOADS: ExportChoice = { ...EVERYTHING, preset: "downloads" };

  test("may be known late: nothing is fetched twice, and the bundle is the allowed one", async () => {
    let tell = () => {};
    const known = new Promise<void>((resolve) => {
      tell = resolve;
    });
    let count = 0;
    const onRequest = () => {
      if (++count === Math.floor(requests / 2)) tell();
    };
    const allowed = () => known.then(() => SAFE);
    const late = await exportFrom(server, { runId: runs.INVOICE }, { onRequest, allowed });
    const once = fetched();
    const asked = await exportFrom(server, { runId: runs.INVOICE, choice: SAFE });
    expect(hashes(late)).toEqual(hashes(asked));
    // What was on its way when it became known may come once more.
    expect(once.length - new Set(once).size).toBeLessThanOrEqual(24);
  });

  test("and is known in time is all that is asked for", async () => {
    const before = server.requests.length;
    await exportFrom(server, { runId: runs.INVOICE }, { allowed: async () => DOWNLOADS });
    const late = server.requests.slice(before).map(({ path }) => path.split("?")[0]);
    server.requests.length = 0;
    await exportFrom(server, { runId: runs.INVOICE, choice: DOWNLOADS });
    expect(late.sort()).toEqual(server.requests.map(({ path }) => path.split("?")[0]).sort());
  });

  test("is waited for where all is fetched", async () => {
    let count = 0;
    let tell = () => {};
    const known = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const onRequest = () => {
      if (++count === requests) setTimeout(tell, 50);
    };
    const allowed = () => known.then(() => DOWNLOADS);
    const { report } = await exportFrom(server, { runId: runs.INVOICE }, { onRequest, allowed });
    expect(new Set(report.written.map(({ artifact_type }) => artifact_type))).toEqual(new Set(["download"]));
  });

  test("that nobody tells is no bundle", async () => {
    const allowed = () => Promise.reject(new Error("unknown"));
    await expect(exportFrom(server, { runId: runs.INVOICE }, { allowed })).rejects.toThrow("unknown");
  });
});
