import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type JobState, type JobView, NO_PROGRESS } from "@/core/jobs/job";
import { JobStore } from "@/platform/job-store";
import { jobView } from "../support/job-view";

const local = vi.hoisted(() => new Map<string, unknown>());
vi.mock("wxt/browser", () => ({
  browser: {
    storage: {
      local: {
        get: async (key: string) => ({ [key]: local.get(key) }),
        remove: async (key: string) => void local.delete(key),
      },
    },
  },
}));

const view = (index: number, state: JobState = "done", change: Partial<JobView> = {}): JobView =>
  jobView({
    id: `job-${index}`,
    runId: `wr_${index}`,
    requestedId: `wr_${index}`,
    state,
    startedAt: index,
    endedAt: index,
    ...change,
  });
const ids = (jobs: JobView[]) => jobs.map(({ id }) => id);

async function reopened(): Promise<JobStore> {
  const store = new JobStore();
  await store.load();
  return store;
}

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  local.clear();
});

describe("the job list", () => {
  it("is paged, newest first", async () => {
    const store = await reopened();
    await store.add(Array.from({ length: 120 }, (_, index) => view(index + 1)));
    const first = await store.page();
    expect([first.length, first[0]?.id, first.at(-1)?.id]).toEqual([50, "job-120", "job-71"]);
    const second = await store.page(undefined, first.at(-1)?.startedAt);
    expect([second.length, second[0]?.id]).toEqual([50, "job-70"]);
    expect(await store.page(undefined, 21)).toHaveLength(20);
    expect(await store.page(undefined, 1)).toEqual([]);
  });

  it("finds the jobs of a run by either of its IDs, and in bundles of several runs", async () => {
    const store = await reopened();
    await store.add([
      view(1, "done", { requestedId: "tsk_v2_1" }),
      view(2),
      view(3, "done", { runId: "wr_9", requestedId: "wr_9", together: ["wr_9", "wr_1"] }),
    ]);
    expect(ids(await store.ofRun("wr_1"))).toEqual(["job-3", "job-1"]);
    expect(ids(await store.ofRun("tsk_v2_1"))).toEqual(["job-1"]);
  });

  it("shows the progress that memory knows", async () => {
    const store = await reopened();
    await store.add([view(1, "fetching")]);
    await store.put(view(1, "fetching", { progress: { ...NO_PROGRESS, filesDone: 7 } }), null);
    expect((await store.page())[0]?.progress.filesDone).toBe(7);
  });

  it("has in memory what somebody may go on with alone, after a restart", async () => {
    const store = await reopened();
    await store.add([
      view(1),
      view(2, "paused"),
      view(3, "fetching"),
      view(4, "failed", { endedAt: Date.now() }),
    ]);
    const again = await reopened();
    expect(ids(again.open())).toEqual(["job-2", "job-3"]);
    expect(again.find("job-1")).toBeUndefined();
    expect((await again.read("job-1"))?.job.state).toBe("done");
    expect(again.wanted(Date.now())).toEqual(["job-2", "job-3", "job-4"]);
  });

  it("lets a failed job go after a day", async () => {
    const store = await reopened();
    await store.add([view(1, "failed", { endedAt: Date.now() - 25 * 3600_000 })]);
    expect((await reopened()).wanted(Date.now())).toEqual([]);
  });

  it("gives no time twice", async () => {
    const store = await reopened();
    const times = Array.from({ length: 100 }, () => store.nextMoment());
    expect(new Set(times).size).toBe(100);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("takes over the list of the version before, once", async () => {
    const { server, together, batchId, ...old } = view(1, "paused");
    local.set("jobs", [{ job: old, downloadId: 7, restarts: 0, kept: 0 }, "nonsense"]);
    const store = await reopened();
    expect(store.open()).toMatchObject([{ id: "job-1", server, together: null, batchId: null }]);
    expect(store.find("job-1")?.downloadId).toBe(7);
    expect(local.has("jobs")).toBe(false);
  });

  it("forgets the oldest past ten thousand, and none that waits for somebody", async () => {
    const store = await reopened();
    await store.add([view(1, "paused"), ...Array.from({ length: 10_004 }, (_, index) => view(index + 2))]);
    await vi.waitFor(async () => expect(await store.page(undefined, 7)).toHaveLength(1), 30_000);
    expect(ids(await store.page(undefined, 7))).toEqual(["job-1"]);
    expect(await store.page()).toHaveLength(50);
  });
});
