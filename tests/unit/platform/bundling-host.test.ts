import { beforeEach, describe, expect, it, vi } from "vitest";
import { EVERYTHING, type ExportChoice } from "@/core/bundle/presets";
import { type JobView, NO_PROGRESS } from "@/core/jobs/job";
import { type BrowserSide, BundlingHost } from "@/platform/bundling-host";
import type { FromWorker, ToWorker } from "@/platform/worker-protocol";
import { jobView, ONE_FILE } from "../support/job-view";

const view = (id: string): JobView => jobView({ id, runId: `wr_${id}`, requestedId: `tsk_v2_${id}` });
const ORDER = {
  version: "1.0.0",
  language: "en",
  locale: "en",
  storage: [],
  servers: [],
  again: false,
  atOnce: 2,
};
const packed = (jobId: string): FromWorker => ({
  type: "packed",
  jobId,
  name: "run_wr_1",
  files: [{ path: "", blob: new Blob(["zip"]) }],
  result: ONE_FILE,
  progress: NO_PROGRESS,
});

let told: ToWorker[];
let news: JobView[];
let outcome: "complete" | "interrupted";
/** Why the browser breaks the download off. */
let reason: string;
let host: BundlingHost;
/** The background's answer, or what stops it. */
let allowedChoice: () => ExportChoice;

beforeEach(() => {
  told = [];
  news = [];
  outcome = "complete";
  reason = "FILE_FAILED";
  allowedChoice = () => EVERYTHING;
  const side: BrowserSide = {
    download: async () => ({ downloadId: 1 }),
    downloadState: async () => ({
      state: outcome,
      received: 3,
      size: 3,
      error: outcome === "complete" ? null : reason,
      fileName: "/x/Skyvern/run_wr_1.zip",
      held: false,
    }),
    cancelDownload: async () => undefined,
    removeDownload: async () => undefined,
    findDownload: async () => null,
    sessionKey: async () => "session key",
    allowedChoice: async () => allowedChoice(),
    news: (job) => void news.push(job),
    willSave: async () => undefined,
  };
  host = new BundlingHost(side, (message) => void told.push(message));
});
const pack = (jobId: string) => {
  host.fromWorker({ type: "listed", jobId, title: null, runId: `wr_${jobId}`, progress: NO_PROGRESS });
  host.fromWorker(packed(jobId));
};
const last = () => news.at(-1);
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("the bundling host", () => {
  it("orders the run by the ID that the user asked for", () => {
    host.start(view("1"), ORDER);
    expect(told).toMatchObject([{ type: "start", order: { runId: "tsk_v2_1" } }]);
  });

  it("asks what is allowed until a background that was stopped answers", async () => {
    let stopped = 2;
    allowedChoice = () => {
      if (stopped-- > 0) throw new Error("The message channel closed before a response was received.");
      return { ...EVERYTHING, shareSafe: true };
    };
    host.start(view("1"), ORDER);
    host.fromWorker({ type: "need-choice", jobId: "1" });
    await vi.waitFor(() =>
      expect(told.at(-1)).toMatchObject({ type: "choice", jobId: "1", choice: { shareSafe: true } }),
    );
  });

  it("exports nothing where nobody ever says what is allowed", async () => {
    vi.useFakeTimers();
    allowedChoice = () => {
      throw new Error("gone");
    };
    host.start(view("1"), ORDER);
    host.fromWorker({ type: "need-choice", jobId: "1" });
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    expect(told.map(({ type }) => type)).toEqual(["start", "pause"]);
    expect(last()).toMatchObject({ state: "failed", error: { code: "interrupted" } });
  });

  it("works on two jobs at once and on the third when one has ended", () => {
    for (const id of ["1", "2", "3"]) host.start(view(id), ORDER);
    expect(told).toHaveLength(2);
    host.cancel("1");
    expect(told.at(-1)).toMatchObject({ type: "start", jobId: "3" });
  });

  it("lets a single export go before those of a batch that wait", () => {
    const batch = (id: string): JobView => ({ ...view(id), batchId: "b" });
    for (const id of ["1", "2", "3"]) host.start(batch(id), ORDER);
    host.start(view("4"), ORDER);
    host.cancel("1");
    expect(told.at(-1)).toMatchObject({ type: "start", jobId: "4" });
    host.cancel("2");
    expect(told.at(-1)).toMatchObject({ type: "start", jobId: "3" });
  });

  it("pauses a job that waits for its turn at once", () => {
    for (const id of ["1", "2", "3"]) host.start(view(id), ORDER);
    host.pause("3");
    expect(last()).toMatchObject({ id: "3", state: "paused" });
    expect(host.running()).toEqual(["1", "2"]);
  });

  it("saves what is packed, and lets the pack go when the browser has it", async () => {
    host.start(view("1"), ORDER);
    pack("1");
    await settled();
    expect(last()).toMatchObject({ state: "done", result: { savedAs: "Skyvern/run_wr_1.zip" } });
    expect(told.at(-1)).toEqual({ type: "release", jobId: "1" });
    expect(host.running()).toEqual([]);
  });

  it("waits for the user where the disk has no room for the bundle", async () => {
    outcome = "interrupted";
    reason = "FILE_NO_SPACE";
    host.start(view("1"), ORDER);
    pack("1");
    await settled();
    const error = { code: "no-space" };
    expect(last()).toMatchObject({ state: "paused", error, note: error, endedAt: null });
  });

  it("keeps the pack of a failed save for another try", async () => {
    host.start(view("1"), ORDER);
    outcome = "interrupted";
    pack("1");
    await settled();
    expect(last()).toMatchObject({ state: "failed", error: { code: "save-failed" } });
    expect(told.filter(({ type }) => type === "release")).toEqual([]);
    expect(host.running()).toEqual([]);
  });

  it("says that a job is paused when the worker has closed its files", () => {
    host.start(view("1"), ORDER);
    host.pause("1");
    expect(last()?.state).toBe("listing");
    host.fromWorker({ type: "paused", jobId: "1", error: null });
    expect(last()?.state).toBe("paused");
    expect(host.running()).toEqual([]);
  });

  it("pauses a job with a full disk, and says why", () => {
    host.start(view("1"), ORDER);
    const error = { code: "no-space" } as const;
    host.fromWorker({ type: "paused", jobId: "1", error });
    expect(last()).toMatchObject({ state: "paused", error, note: error });
  });

  it("pauses a job that is being saved, and keeps its pack", async () => {
    host.start(view("1"), ORDER);
    outcome = "interrupted";
    pack("1");
    host.pause("1");
    await settled();
    expect(last()?.state).toBe("paused");
    expect(told.filter(({ type }) => type === "release")).toEqual([]);
  });

  it("gives the worker a key that is kept in memory alone, when it asks", async () => {
    host.start(view("1"), ORDER);
    host.fromWorker({ type: "need-key", jobId: "1" });
    await settled();
    expect(told.at(-1)).toEqual({ type: "key", jobId: "1", apiKey: "session key" });
    expect(JSON.stringify(news)).not.toContain("session key");
  });

  it("saves nothing that arrives when its job is cancelled", async () => {
    host.start(view("1"), ORDER);
    host.cancel("1");
    host.fromWorker(packed("1"));
    await settled();
    expect(last()).toMatchObject({ state: "cancelled" });
    expect(told.at(-1)).toEqual({ type: "cancel", jobId: "1" });
  });

  it("is settled when the packs of the jobs that ended are removed", async () => {
    for (const id of ["1", "2"]) host.start(view(id), ORDER);
    host.cancel("1");
    host.cancel("2");
    let isSettled = false;
    const waiting = host.settled().then(() => {
      isSettled = true;
    });
    host.fromWorker({ type: "removed", jobId: "1" });
    await settled();
    expect(isSettled).toBe(false);
    host.fromWorker({ type: "removed", jobId: "2" });
    await waiting;
  });

  it("waits for no removal by a worker that is dead", async () => {
    host.start(view("1"), ORDER);
    host.cancel("1");
    const waiting = host.settled();
    host.workerFailed();
    await waiting;
  });

  it("fails all jobs when the worker dies, and takes new ones", () => {
    host.start(view("1"), ORDER);
    host.workerFailed();
    expect(last()).toMatchObject({ state: "failed", error: { code: "interrupted" } });
    host.start(view("2"), ORDER);
    expect(told.at(-1)).toMatchObject({ type: "start", jobId: "2" });
  });
});
