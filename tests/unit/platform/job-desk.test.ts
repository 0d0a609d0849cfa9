import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EVERYTHING, type ExportChoice } from "@/core/bundle/presets";
import type { BatchView, BatchWish } from "@/core/jobs/batch";
import { type JobState, type JobView, wishFor } from "@/core/jobs/job";
import type { HostLink } from "@/platform/host-link";
import { JobDesk } from "@/platform/job-desk";
import { JobStore } from "@/platform/job-store";
import type { HostOrder } from "@/platform/messages";
import { ONE_FILE } from "../support/job-view";

const { CLOUD, LOCAL } = vi.hoisted(() => ({
  CLOUD: "https://api.skyvern.com",
  LOCAL: "http://localhost:8000",
}));
const fake = vi.hoisted(() => {
  const area = () => {
    const stored = new Map<string, unknown>();
    return {
      clear: () => stored.clear(),
      get: async (key: string) => {
        await Promise.resolve();
        return { [key]: structuredClone(stored.get(key)) };
      },
      set: async (values: object) => {
        await Promise.resolve();
        for (const [key, value] of Object.entries(values)) stored.set(key, structuredClone(value));
      },
      remove: async (key: string) => void stored.delete(key),
    };
  };
  return {
    key: { value: "key" },
    localKey: { value: "key" },
    permitted: { value: true },
    tabs: [
      { id: 1, url: "https://app.skyvern.com/runs/wr_1" },
      { id: 2, url: "http://localhost:8080/runs/wr_1" },
      { id: 3, url: "http://localhost:9999/runs/wr_1" },
    ],
    told: new Map<number, string[]>(),
    options: { opened: 0, urls: [] as string[] },
    local: area(),
    session: area(),
    alarms: new Set<string>(),
    policy: {} as unknown,
    /** What the browser's list knows of the one download. */
    download: {} as { state?: string; exists?: boolean; fileSize?: number },
    cancelled: [] as number[],
  };
});
vi.mock("wxt/browser", () => ({
  browser: {
    runtime: {
      sendMessage: async () => undefined,
      getURL: (path: string) => `chrome-extension://id${path}`,
      getManifest: () => ({ version: "1.0.0" }),
      openOptionsPage: async () => {
        fake.options.opened++;
      },
    },
    tabs: {
      create: async ({ url }: { url: string }) => void fake.options.urls.push(url),
      // Firefox's patterns have no ports, so it gives the tabs of other ports as well.
      query: async ({ url }: { url: string[] }) =>
        fake.tabs.filter((tab) =>
          url.some((pattern) => new URL(pattern).hostname === new URL(tab.url).hostname),
        ),
      sendMessage: async (id: number, { job }: { job: JobView }) => {
        fake.told.set(id, [...(fake.told.get(id) ?? []), job.id]);
      },
    },
    action: { setBadgeText: async () => undefined },
    alarms: {
      create: async (name: string) => void fake.alarms.add(name),
      clear: async (name: string) => fake.alarms.delete(name),
    },
    downloads: {
      search: async () => [{ id: 7, filename: "/home/x/Skyvern/run_wr_1 (1).zip", ...fake.download }],
      cancel: async (id: number) => void fake.cancelled.push(id),
    },
    permissions: {
      contains: async () => fake.permitted.value,
      getAll: async () => ({ origins: ["https://app.skyvern.com/*", "https://s3.example/*"] }),
    },
    storage: { local: fake.local, session: fake.session, managed: { get: async () => fake.policy } },
  },
}));
vi.mock("@/platform/access", () => ({
  readAccess: async (apiAddress: string) => ({
    apiKey: apiAddress === LOCAL ? fake.localKey.value : fake.key.value,
    apiAddress,
  }),
}));
vi.mock("@/platform/servers", () => {
  const servers = [
    { apiAddress: CLOUD, uiOrigins: ["https://app.skyvern.com"] },
    { apiAddress: LOCAL, uiOrigins: ["http://localhost:8080"] },
  ];
  return { listServers: async () => servers, defaultServer: async () => servers[0] };
});

/** A host that does what it is told, as slowly as the test wants. */
class FakeHost implements HostLink {
  isOpen = false;
  readonly jobs = new Map<string, { view: JobView; order: HostOrder }>();
  opening: Promise<void> = Promise.resolve();
  silent = false;

  exists = async () => this.isOpen;
  open = async () => {
    await this.opening;
    this.isOpen = true;
  };
  close = async () => {
    this.isOpen = false;
  };
  start = async (view: JobView, order: HostOrder) => {
    this.jobs.set(view.id, { view, order });
  };
  cancel = async (id: string) => {
    if (this.silent) throw new Error("no answer");
    this.jobs.delete(id);
  };
  pause = async (id: string) => {
    this.jobs.delete(id);
  };
  downloadChanged = async () => undefined;
  copied: string[] = [];
  copy = async (text: string) => void this.copied.push(text);
  running = async () => {
    if (this.silent) throw new Error("no answer");
    return [...this.jobs.keys()];
  };
  removing: Promise<void> = Promise.resolve();
  settled = () => this.removing;
}

const WISH = wishFor(CLOUD, "wr_1", "bundle", EVERYTHING);
let host: FakeHost;
let store: JobStore;
let desk: JobDesk;
/** The jobs whose packs were spared, at each sweep. */
let swept: string[][];

/** However busy the machine is. */
const eventually = (check: () => void) => vi.waitFor(check, 30_000);

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  fake.key.value = "key";
  fake.localKey.value = "key";
  fake.permitted.value = true;
  fake.told.clear();
  fake.options.opened = 0;
  fake.local.clear();
  fake.session.clear();
  fake.alarms.clear();
  fake.policy = {};
  fake.cancelled = [];
  host = new FakeHost();
  swept = [];
  store = new JobStore();
  desk = new JobDesk(store, host, async (wanted) => void swept.push([...wanted]));
});

async function begin(wish = WISH): Promise<JobView> {
  const answer = await desk.export(wish);
  if (answer.kind !== "started") throw new Error(answer.kind);
  await handedOver([answer.job]);
  return answer.job;
}
/** The answer doesn't wait for the host. */
async function handedOver(jobs: readonly JobView[]): Promise<void> {
  const isOnItsWay = ({ id }: JobView) => stateOf(id) === "queued" && !host.jobs.has(id);
  await vi.waitFor(() => expect(jobs.filter(isOnItsWay)).toEqual([]), { interval: 1 });
}
const stateOf = (id: string): JobState | undefined => store.find(id)?.job.state;
/** The host's news of a job's end. */
async function end(job: JobView, state: JobState): Promise<void> {
  host.jobs.delete(job.id);
  await desk.news({ ...job, state, endedAt: Date.now() }, null);
}

describe("two exports of the same run", () => {
  it("are one job, under either of its IDs", async () => {
    const first = await begin({ ...WISH, requestedId: "tsk_v2_1" });
    await desk.news({ ...first, state: "listing", runId: "wr_1" }, null);
    expect((await begin({ ...WISH, requestedId: "wr_1" })).id).toBe(first.id);
    expect((await begin({ ...WISH, requestedId: "tsk_v2_1" })).id).toBe(first.id);
  });

  it("are two jobs where they are of other things", async () => {
    const first = await begin();
    const other = await begin({ ...WISH, choice: { ...EVERYTHING, preset: "downloads" } });
    expect(other.id).not.toBe(first.id);
  });
});

describe("an order", () => {
  const ORDER_ID = "0123456789abcdef0123456789abcdef";

  it("is in the list, with an alarm to take it up, before there is a host", async () => {
    host.opening = new Promise(() => undefined);
    await desk.export(WISH);
    const later = new JobStore();
    await later.load();
    expect(later.active()).toMatchObject([{ state: "queued", requestedId: "wr_1" }]);
    expect(fake.alarms.size).toBe(1);
  });

  it("that comes again is the same job, even where that has ended", async () => {
    const answers = [await desk.export(WISH, ORDER_ID)];
    const [job] = store.active();
    if (job) await handedOver([job]);
    if (job) await end(job, "done");
    answers.push(await desk.export(WISH, ORDER_ID));
    expect(answers).toMatchObject([{ job: { id: ORDER_ID } }, { job: { id: ORDER_ID, state: "done" } }]);
    expect(await store.page()).toHaveLength(1);
  });

  it("can't take the ID of another server's job", async () => {
    await desk.export(WISH, ORDER_ID);
    await expect(desk.export({ ...WISH, server: LOCAL }, ORDER_ID)).rejects.toThrow("another server");
    expect(store.find(ORDER_ID)?.job.server).toBe(CLOUD);
  });
});

describe("a policy", () => {
  const ALLOWED: ExportChoice = { ...EVERYTHING, preset: "debug", shareSafe: true };

  it("makes the job's choice its own, for good", async () => {
    const job = await begin();
    fake.policy = { shareSafe: true, presets: ["debug"] };
    expect(await desk.allowedChoice(job.id)).toEqual(ALLOWED);
    // What the host says of the time before.
    await desk.news({ ...job, state: "listing" }, null);
    const later = new JobStore();
    await later.load();
    expect(later.find(job.id)?.job).toMatchObject({ state: "listing", choice: ALLOWED });
    expect((await begin()).id).toBe(job.id);
  });

  it("that is not known yet holds up no order", async () => {
    fake.policy = new Promise(() => undefined);
    const job = await begin();
    expect(host.jobs.has(job.id)).toBe(true);
  });
});

describe("a server that the browser keeps the extension from", () => {
  it("is not asked: the job says so, the options open, and saving there lets it go on", async () => {
    fake.permitted.value = false;
    const { id } = await begin();
    expect(store.find(id)?.job).toMatchObject({ state: "failed", error: { code: "no-permission" } });
    expect(host.jobs.size).toBe(0);
    await vi.waitFor(() => expect(fake.options.opened).toBe(1));
    fake.permitted.value = true;
    await desk.keySaved(CLOUD);
    expect([...host.jobs.keys()]).toEqual([id]);
  });

  it("stops a job that is under way, which says why", async () => {
    const job = await begin();
    await desk.news({ ...job, state: "listing" }, null);
    fake.permitted.value = false;
    await desk.permissionsRemoved();
    expect(host.jobs.size).toBe(0);
    await desk.news({ ...job, state: "paused" }, null);
    expect(store.find(job.id)?.job).toMatchObject({ state: "failed", error: { code: "no-permission" } });
  });
});

describe("cancelling", () => {
  it("stops the host, closes it, and stays: late news brings nothing back", async () => {
    const job = await begin();
    await desk.cancel(job.id);
    await eventually(() => expect([host.jobs.size, host.isOpen]).toEqual([0, false]));
    expect(stateOf(job.id)).toBe("cancelled");
    await desk.news({ ...job, state: "fetching" }, null);
    expect(stateOf(job.id)).toBe("cancelled");
  });

  it("while the host is being opened keeps the job from it", async () => {
    let opened = () => {};
    host.opening = new Promise((resolve) => {
      opened = resolve;
    });
    const started = begin();
    await eventually(() => expect(store.active()).toHaveLength(1));
    const [job] = store.active();
    await desk.cancel(job?.id ?? "");
    opened();
    await started;
    expect(host.jobs.size).toBe(0);
    await eventually(() => expect(host.isOpen).toBe(false));
  });

  it("needs no answer of the host", async () => {
    const job = await begin();
    host.silent = true;
    await desk.cancel(job.id);
    expect(stateOf(job.id)).toBe("cancelled");
  });
});

describe("pausing", () => {
  it("is done by the host, which tells when its files are closed", async () => {
    const job = await begin();
    await desk.pause(job.id);
    expect(host.jobs.size).toBe(0);
    await desk.news({ ...job, state: "paused" }, null);
    await desk.news({ ...job, state: "fetching" }, null);
    expect(stateOf(job.id)).toBe("paused");
  });

  it("ends when the same export is ordered again, as the same job", async () => {
    const job = await begin();
    await end(job, "paused");
    expect((await begin()).id).toBe(job.id);
    expect(host.jobs.has(job.id)).toBe(true);
  });

  it("can be followed by a cancel, which frees the disk", async () => {
    const job = await begin();
    await end(job, "paused");
    await desk.cancel(job.id);
    expect(stateOf(job.id)).toBe("cancelled");
    expect(swept.at(-1)).toEqual([]);
  });
});

describe("an order that is expected", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("finds its host open, which closes when none comes", async () => {
    await desk.expectOrder();
    expect(host.isOpen).toBe(true);
    await vi.advanceTimersByTimeAsync(9000);
    expect(host.isOpen).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    await eventually(() => expect(host.isOpen).toBe(false));
  });

  it("keeps its host when it has come", async () => {
    await desk.expectOrder();
    const job = await begin();
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    // Whatever was in turn has been.
    await desk.copy("wr_1");
    expect([host.isOpen, host.jobs.has(job.id)]).toEqual([true, true]);
  });
});

describe("rest", () => {
  it("closes the host and the alarm after the last job", async () => {
    const job = await begin();
    expect([host.isOpen, fake.alarms.size]).toEqual([true, 1]);
    await end(job, "done");
    await eventually(() => expect([host.isOpen, fake.alarms.size]).toEqual([false, 0]));
  });

  it("waits until the host has removed what the job left", async () => {
    let removed = () => {};
    host.removing = new Promise((resolve) => {
      removed = resolve;
    });
    await end(await begin(), "cancelled");
    await vi.waitFor(() => expect(fake.alarms.size).toBe(0));
    expect(host.isOpen).toBe(true);
    removed();
    await eventually(() => expect(host.isOpen).toBe(false));
  });

  it("comes for a paused job too", async () => {
    const job = await begin();
    await end(job, "paused");
    await eventually(() => expect([host.isOpen, fake.alarms.size]).toEqual([false, 0]));
    expect(store.open()).toHaveLength(1);
  });
});

describe("after a restart", () => {
  /** A background that begins anew, with the host's memory gone. */
  async function restart(): Promise<void> {
    host.jobs.clear();
    host.isOpen = false;
    store = new JobStore();
    await store.load();
    desk = new JobDesk(store, host, async (wanted) => void swept.push([...wanted]));
    await desk.resume();
  }

  it("a job that no host knows begins anew, by the ID that it was asked for", async () => {
    const job = await begin({ ...WISH, requestedId: "tsk_v2_1" });
    await desk.news({ ...job, state: "fetching", runId: "wr_1" }, null);
    await restart();
    expect(host.jobs.get(job.id)?.view.requestedId).toBe("tsk_v2_1");
  });

  it("a job that takes its host down each time and gets no farther fails", async () => {
    const job = await begin();
    for (let count = 0; count < 11; count++) await restart();
    expect(store.find(job.id)?.job).toMatchObject({ state: "failed", error: { code: "interrupted" } });
  });

  it("a job that gets a bit farther each time goes on", async () => {
    const job = await begin();
    for (let count = 1; count < 30; count++) {
      await restart();
      await desk.news({ ...job, state: "queued" }, null);
      await desk.news({ ...job, state: "fetching", progress: { ...job.progress, filesKept: count } }, null);
    }
    expect(stateOf(job.id)).toBe("fetching");
  });

  it("packs are kept of jobs that go on, wait, or have failed lately", async () => {
    const [going, paused, failed, done] = [
      await begin(),
      await begin({ ...WISH, requestedId: "wr_2" }),
      await begin({ ...WISH, requestedId: "wr_3" }),
      await begin({ ...WISH, requestedId: "wr_4" }),
    ];
    await end(paused, "paused");
    await end(failed, "failed");
    await end(done, "done");
    await restart();
    expect(swept.at(-1)?.sort()).toEqual([going.id, paused.id, failed.id].sort());
  });

  it("a paused job stays paused, and goes on when the user asks for it", async () => {
    const job = await begin();
    await end(job, "paused");
    await restart();
    expect(host.jobs.size).toBe(0);
    await desk.retry(job.id);
    expect(host.jobs.get(job.id)).toBeDefined();
  });

  it("a failed job that was dismissed stays so, until it is tried again", async () => {
    const job = await begin();
    await end(job, "failed");
    await desk.dismiss(job.id);
    await restart();
    expect(await store.ofRun("wr_1")).toMatchObject([{ state: "failed", dismissed: true }]);
    await desk.retry(job.id);
    expect(await store.ofRun("wr_1")).toMatchObject([{ state: "queued", dismissed: false }]);
  });

  it("a job that ended while the host was asked is left alone", async () => {
    const job = await begin();
    host.running = async () => {
      host.running = async () => [];
      host.jobs.delete(job.id);
      await store.put({ ...job, state: "done" }, 7);
      return [];
    };
    await desk.resume();
    expect(stateOf(job.id)).toBe("done");
    expect(host.jobs.size).toBe(0);
  });

  describe("a bundle that was being saved", () => {
    const result = { ...ONE_FILE, savedAs: "Skyvern/run_wr_1.zip" };
    const bundle = { url: "blob:1", bytes: 3, result };
    const WHOLE = { state: "complete", exists: true, fileSize: 3 };

    async function saving(): Promise<JobView> {
      const job = await begin();
      await desk.news({ ...job, state: "saving" }, null);
      await store.putBundle(job.id, bundle);
      return job;
    }

    it("is not saved a second time where the browser's list has it", async () => {
      const job = await saving();
      fake.download = WHOLE;
      await restart();
      expect(host.jobs.size).toBe(0);
      expect(store.find(job.id)).toMatchObject({
        job: { state: "done", result: { written: 1, savedAs: "Skyvern/run_wr_1 (1).zip" } },
        downloadId: 7,
      });
      expect(swept.at(-1)).toEqual([]);
    });

    it("has gaps that it says then, too", async () => {
      const job = await saving();
      await store.putBundle(job.id, { ...bundle, result: { ...result, missing: 1 } });
      fake.download = WHOLE;
      await restart();
      expect(stateOf(job.id)).toBe("partial");
    });

    it.each([
      ["is still under way", { state: "in_progress" }],
      ["was broken off", { state: "interrupted" }],
      ["has another size", { ...WHOLE, fileSize: 2 }],
      ["was deleted", { ...WHOLE, exists: false }],
    ])("is saved anew where it %s", async (_, download) => {
      const job = await saving();
      fake.download = download;
      await restart();
      expect(host.jobs.has(job.id)).toBe(true);
      // What is under way must not end as a second copy.
      expect(fake.cancelled).toEqual([7]);
    });

    it("is the host's own as long as there is one that doesn't answer", async () => {
      await saving();
      host.silent = true;
      await desk.resume();
      expect(fake.cancelled).toEqual([]);
    });
  });

  it("a job of version 0.1, which knew no servers, is the cloud's", async () => {
    const job = await begin();
    const { server: _, ...old } = job;
    await fake.local.set({ jobs: [{ job: old, downloadId: null, restarts: 0, kept: 0 }] });
    await restart();
    expect(host.jobs.get(job.id)?.view.server).toBe(CLOUD);
  });

  it("records of another shape are dropped", async () => {
    await fake.local.set({ jobs: [{ job: { id: "x", state: "queued" }, downloadId: null }] });
    await restart();
    expect(await store.page()).toEqual([]);
  });
});

describe("several servers", () => {
  it("may have a run of the same ID: each is a job of its own", async () => {
    const cloud = await begin();
    const local = await begin({ ...WISH, server: LOCAL });
    expect(local.id).not.toBe(cloud.id);
    expect(host.jobs.get(local.id)?.view.server).toBe(LOCAL);
  });

  it("news of a job goes to the pages of its server alone", async () => {
    const job = await begin({ ...WISH, server: LOCAL });
    fake.told.clear();
    await desk.news({ ...job, state: "listing" }, null);
    expect([...fake.told]).toEqual([[2, [job.id]]]);
  });

  it("an export waits for the key of its own server", async () => {
    fake.localKey.value = "";
    fake.options.urls = [];
    expect(await desk.export({ ...WISH, server: LOCAL })).toEqual({ kind: "no-key" });
    expect(fake.options.urls).toEqual([
      `chrome-extension://id/options.html?server=${encodeURIComponent(LOCAL)}`,
    ]);
    await desk.keySaved(CLOUD);
    expect(await store.page()).toEqual([]);
    fake.localKey.value = "key";
    await desk.keySaved(LOCAL);
    expect(store.active()).toMatchObject([{ server: LOCAL }]);
  });
});

describe("without a key", () => {
  it("exports wait, each once, and begin when a key is saved", async () => {
    fake.key.value = "";
    const other = { ...WISH, requestedId: "wr_2" };
    await Promise.all([desk.export(WISH), desk.export(other), desk.export(WISH)]);
    expect(await store.page()).toEqual([]);
    expect(fake.options.opened).toBe(3);
    fake.key.value = "key";
    await desk.keySaved(CLOUD);
    expect(
      store
        .active()
        .map(({ requestedId }) => requestedId)
        .sort(),
    ).toEqual(["wr_1", "wr_2"]);
    await desk.keySaved(CLOUD);
    expect(await store.page()).toHaveLength(2);
  });

  it("a job whose key was refused is tried again after that", async () => {
    const job = await begin();
    host.jobs.delete(job.id);
    const error = { code: "key-refused" } as const;
    await desk.news({ ...job, state: "failed", error, endedAt: 1 }, null);
    expect(fake.options.opened).toBe(1);
    await desk.keySaved(CLOUD);
    expect(store.active()).toHaveLength(1);
  });
});

describe("the host", () => {
  it("is told what is permitted, and what of that is no storage but a server", async () => {
    const job = await begin();
    expect(host.jobs.get(job.id)?.order).toMatchObject({
      storage: ["https://app.skyvern.com/*", "https://s3.example/*"],
      servers: [CLOUD, "https://app.skyvern.com", LOCAL, "http://localhost:8080"],
    });
  });
});

describe("a batch", () => {
  const BATCH: BatchWish = {
    server: CLOUD,
    runIds: ["wr_1", "wr_2", "wr_3"],
    choice: EVERYTHING,
    form: "each",
  };
  const jobsOf = (id: string) => store.batch(id);
  async function beginBatch(wish = BATCH): Promise<BatchView> {
    const answer = await desk.exportBatch(wish);
    if (answer.kind !== "started") throw new Error(answer.kind);
    await handedOver(jobsOf(answer.batch.id));
    return answer.batch;
  }

  it("is a job a run, in the order of the list, each run once", async () => {
    const { id, total } = await beginBatch({ ...BATCH, runIds: ["wr_2", "wr_1", "wr_2"] });
    expect(total).toBe(2);
    expect(jobsOf(id).map(({ requestedId }) => requestedId)).toEqual(["wr_2", "wr_1"]);
    expect([...host.jobs.values()].map(({ view }) => view.requestedId)).toEqual(["wr_2", "wr_1"]);
  });

  it("is one job where all go into one ZIP; ordered twice, it is the same", async () => {
    const wish: BatchWish = { ...BATCH, form: "one" };
    const answers = [await desk.exportBatch(wish), await desk.exportBatch(wish)];
    expect(answers).toMatchObject([{ kind: "job", job: { together: BATCH.runIds } }, { kind: "job" }]);
    expect(store.active()).toHaveLength(1);
  });

  it("ordered twice is one batch", async () => {
    const [first, second] = await Promise.all([beginBatch(), beginBatch()]);
    expect(second.id).toBe(first.id);
    expect(store.active()).toHaveLength(3);
  });

  it("takes in an export of one of its runs that runs already", async () => {
    const single = await begin(wishFor(CLOUD, "wr_2", "bundle", EVERYTHING));
    const { id, total } = await beginBatch();
    expect(total).toBe(3);
    expect(store.find(single.id)?.job.batchId).toBe(id);
    await desk.news({ ...single, state: "listing" }, null);
    expect(store.find(single.id)?.job.batchId).toBe(id);
  });

  it("goes on when one of its jobs fails, tells how it stands, and tries that one again", async () => {
    const { id } = await beginBatch();
    const [first, second, third] = jobsOf(id);
    if (!first || !second || !third) throw new Error("no jobs");
    await end(first, "failed");
    expect(desk.batches()).toMatchObject([{ id, state: "working", counts: { failed: 1, queued: 2 } }]);
    await end(second, "done");
    await end(third, "partial");
    expect(desk.batches()[0]).toMatchObject({ state: "partial", counts: { failed: 1, done: 1, partial: 1 } });
    await desk.actOnBatch(id, "retry");
    expect([...host.jobs.keys()]).toEqual([first.id]);
    expect(desk.batches()[0]).toMatchObject({ state: "working", counts: { queued: 1 } });
  });

  it("is cancelled as a whole", async () => {
    const { id } = await beginBatch();
    await end(jobsOf(id)[0] ?? (await begin()), "paused");
    await desk.actOnBatch(id, "cancel");
    expect(host.jobs.size).toBe(0);
    expect(store.batch(id).map(({ state }) => state)).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(swept.at(-1)).toEqual([]);
  });

  it("goes on after a restart in its order, and knows what was done before", async () => {
    const { id } = await beginBatch();
    const [first, second] = jobsOf(id);
    if (!first || !second) throw new Error("no jobs");
    await end(first, "done");
    await desk.news({ ...second, state: "fetching" }, null);
    host.jobs.clear();
    store = new JobStore();
    await store.load();
    desk = new JobDesk(store, host, async () => undefined);
    await desk.resume();
    expect([...host.jobs.values()].map(({ view }) => view.requestedId)).toEqual(["wr_2", "wr_3"]);
    expect(desk.batches()).toMatchObject([{ id, total: 3, counts: { done: 1 } }]);
  });

  it("whose jobs all meet a refused key asks for one once, and goes on with all of them", async () => {
    const { id } = await beginBatch();
    const error = { code: "key-refused", message: "" } as const;
    for (const job of jobsOf(id)) {
      host.jobs.delete(job.id);
      await desk.news({ ...job, state: "failed", error, endedAt: 1 }, null);
    }
    expect(fake.options.opened).toBe(1);
    await desk.keySaved(CLOUD);
    expect(store.active()).toHaveLength(3);
  });

  it("without a key waits for one", async () => {
    fake.key.value = "";
    expect(await desk.exportBatch(BATCH)).toEqual({ kind: "no-key" });
    fake.key.value = "key";
    await desk.keySaved(CLOUD);
    expect(store.active()).toHaveLength(3);
  });
});
