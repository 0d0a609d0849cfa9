import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { EVERYTHING } from "@/core/bundle/presets";
import type { ExportWish, JobView } from "@/core/jobs/job";
import { MessageDesk } from "@/platform/background";
import type { HostLink } from "@/platform/host-link";
import { JobDesk } from "@/platform/job-desk";
import { JobStore } from "@/platform/job-store";
import type { Ask } from "@/platform/messages";
import { WatchDesk } from "@/platform/watch-desk";
import { jobView } from "../support/job-view";

const { CLOUD, LOCAL } = vi.hoisted(() => ({
  CLOUD: "https://api.skyvern.com",
  LOCAL: "http://localhost:8000",
}));
vi.mock("wxt/browser", () => ({
  browser: {
    runtime: { id: "own", getURL: (path: string) => `chrome-extension://own${path}` },
    storage: {
      local: { get: async () => ({}), set: async () => undefined, remove: async () => undefined },
    },
  },
}));
vi.mock("@/platform/servers", async () => {
  const { serverOfPage } = await import("@/core/settings/servers");
  const servers = [
    { apiAddress: CLOUD, uiOrigins: ["https://app.skyvern.com"] },
    { apiAddress: LOCAL, uiOrigins: ["http://localhost:8080"] },
  ];
  return {
    listServers: async () => servers,
    defaultServer: async () => servers[0],
    serverOf: async (url: string) => serverOfPage(servers, url),
  };
});

const page = (url: string, frameId = 0) => ({ id: "own", tab: { id: 1 }, frameId, url });
const CLOUD_PAGE = page("https://app.skyvern.com/runs/wr_1");
const LOCAL_PAGE = page("http://localhost:8080/runs/wr_1");
const POPUP = { id: "own", url: "chrome-extension://own/popup.html" };
const EXPORT: Ask = {
  to: "background",
  type: "export",
  runId: "wr_1",
  mode: "bundle",
  choice: EVERYTHING,
};

const job = (id: string, server: string): JobView => jobView({ id, server, state: "fetching" });

let wishes: ExportWish[];
let cancelled: string[];
/** How often an order was said to be likely. */
let expected: number;
let messages: MessageDesk;
/** A message desk; `resumed`: when jobs of an earlier life are taken up. */
let desks: (resumed: Promise<void>) => MessageDesk;

beforeEach(async () => {
  wishes = [];
  cancelled = [];
  const store = new JobStore();
  await store.put(job("of-cloud", CLOUD), null);
  await store.put(job("of-local", LOCAL), null);
  const host: HostLink = Object.create(null);
  const desk = new JobDesk(store, host, async () => undefined);
  desk.export = async (wish) => {
    wishes.push(wish);
    return { kind: "no-key" };
  };
  desk.cancel = async (id) => void cancelled.push(id);
  expected = 0;
  desk.expectOrder = async () => void expected++;
  const watches = new WatchDesk(desk);
  desks = (resumed) => new MessageDesk(desk, store, host, watches, Promise.resolve(), resumed);
  messages = desks(Promise.resolve());
});

describe("a page", () => {
  it("means its own server, whatever its message says", async () => {
    await messages.receive(EXPORT, LOCAL_PAGE);
    await messages.receive({ ...EXPORT, server: LOCAL }, CLOUD_PAGE);
    expect(wishes.map(({ server }) => server)).toEqual([LOCAL, CLOUD]);
  });
  it("sees and stops jobs of its own server alone", async () => {
    expect(await messages.receive({ to: "background", type: "jobs" }, LOCAL_PAGE)).toMatchObject([
      { id: "of-local" },
    ]);
    await messages.receive({ to: "background", type: "cancel", jobId: "of-local" }, LOCAL_PAGE);
    await expect(
      messages.receive({ to: "background", type: "cancel", jobId: "of-cloud" }, LOCAL_PAGE),
    ).rejects.toThrow();
    expect(cancelled).toEqual(["of-local"]);
  });
  it.each([
    ["another port", "http://localhost:9999/runs/wr_1"],
    ["another site", "https://app.skyvern.com.evil.example/runs/wr_1"],
    ["clear text", "http://app.skyvern.com/runs/wr_1"],
  ])("of %s is no server's and starts nothing", async (_, url) => {
    await expect(messages.receive(EXPORT, page(url))).rejects.toThrow();
    expect(await messages.receive({ to: "background", type: "is-known" }, page(url))).toBe(false);
    expect(wishes).toEqual([]);
  });
  it("in a frame, or of another extension, isn't heard", () => {
    expect(messages.receive(EXPORT, page("https://app.skyvern.com/runs/wr_1", 1))).toBeUndefined();
    expect(messages.receive(EXPORT, { ...CLOUD_PAGE, id: "other" })).toBeUndefined();
  });
  it("can't say that settings have changed", () => {
    for (const type of ["settings-saved", "servers-changed", "look-up"])
      expect(
        messages.receive({ to: "background", type, server: LOCAL, text: "wr_1" }, CLOUD_PAGE),
      ).toBeUndefined();
  });
});

describe("an order", () => {
  it("is expected when somebody comes near the buttons, not when a page shows a job by itself", async () => {
    const tray = (near: boolean) => ({ to: "background", type: "page-tray", near });
    const tab = { ...CLOUD_PAGE, tab: {} };
    await messages.receive(tray(false), tab);
    expect(expected).toBe(0);
    await messages.receive(tray(true), tab);
    expect(expected).toBe(1);
  });

  it("waits for no job of an earlier life", async () => {
    messages = desks(new Promise(() => undefined));
    await messages.receive(EXPORT, CLOUD_PAGE);
    expect(wishes).toHaveLength(1);
  });

  it.each(["../../x", "0123", 7])("with the ID %j isn't heard", (orderId) => {
    expect(messages.receive({ ...EXPORT, orderId }, CLOUD_PAGE)).toBeUndefined();
  });
});

describe("an extension page", () => {
  it("means the server that it names, else the default", async () => {
    await messages.receive({ ...EXPORT, server: LOCAL }, POPUP);
    await messages.receive(EXPORT, POPUP);
    expect(wishes.map(({ server }) => server)).toEqual([LOCAL, CLOUD]);
  });
});
