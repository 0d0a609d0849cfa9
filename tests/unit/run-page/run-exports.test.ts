import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Background, RunExports } from "@/components/run-exports";
import { EVERYTHING, type ExportChoice } from "@/core/bundle/presets";
import type { JobState, JobView } from "@/core/jobs/job";
import { NO_WATCHES } from "@/core/jobs/watch";
import { NO_POLICY } from "@/core/settings/policy";
import type { Ask, AskAnswer, JobNews } from "@/platform/messages";
import { jobView } from "../support/job-view";

const RUN = "wr_1";
const DOWNLOADS: ExportChoice = { ...EVERYTHING, preset: "downloads" };

function job(id: string, state: JobState, change: Partial<JobView> = {}): JobView {
  return jobView({ id, state, startedAt: Date.now(), ...change });
}

/** A background that answers what the test says and remembers what it was asked. */
class FakeBackground implements Background {
  asked: Ask[] = [];
  known: JobView[] = [];
  exportAnswer: () => Promise<AskAnswer["export"]> = async () => ({
    kind: "started",
    job: job("j1", "queued"),
  });
  #listeners = new Set<(news: JobNews) => void>();

  ask = async <Message extends Ask>(message: Message): Promise<AskAnswer[Message["type"]]> => {
    this.asked.push(message);
    const answers: { [Type in Ask["type"]]: () => Promise<AskAnswer[Type]> } = {
      export: () => this.exportAnswer(),
      cancel: async () => null,
      pause: async () => null,
      retry: async () => null,
      dismiss: async () => null,
      "show-in-folder": async () => ({ shown: true }),
      jobs: async () => this.known,
      "open-options": async () => null,
      "settings-saved": async () => null,
      choice: async () => DOWNLOADS,
      "set-choice": async () => (message.type === "set-choice" ? message.choice : DOWNLOADS),
      policy: async () => NO_POLICY,
      contents: async () => ({ kind: "unknown" }),
      preview: async () => null,
      "is-watched": async () => false,
      watch: async () => null,
      unwatch: async () => null,
      watches: async () => NO_WATCHES,
      "set-rule": async () => NO_WATCHES,
      "remove-rule": async () => NO_WATCHES,
      reset: async () => null,
      "look-up": async () => ({ kind: "no-key", server: "https://api.skyvern.com" }),
      "is-known": async () => true,
      "page-tray": async () => null,
      "servers-changed": async () => null,
      "export-batch": async () => ({ kind: "no-key" }),
      "act-on-batch": async () => null,
      batches: async () => [],
      "batch-jobs": async () => [],
      "show-list": async () => null,
      "agent-runs": async () => ({ kind: "no-key" }),
      "batch-choice": async () => ({ choice: EVERYTHING, form: "each" }),
      "set-batch-choice": async () => null,
      runs: async () => ({ kind: "no-key", server: "https://api.skyvern.com" }),
    };
    const type: Message["type"] = message.type;
    return answers[type]();
  };

  onJobNews = (listener: (news: JobNews) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tell(view: JobView): void {
    for (const listener of this.#listeners) listener({ to: "surfaces", type: "job", job: view });
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}

let background: FakeBackground;
let life: AbortController;

beforeEach(() => {
  background = new FakeBackground();
  life = new AbortController();
});

async function follow(runId: () => string | null = () => RUN) {
  const exports = new RunExports(background, runId, () => {}, life.signal);
  await settled();
  return exports;
}

/** Lets the answers that are under way arrive. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

describe("the exports of one run", () => {
  it("shows jobs under way and what ended just now, not what ended long ago", async () => {
    const longAgo = Date.now() - 3_600_000;
    background.known = [
      job("old", "done", { startedAt: longAgo, endedAt: longAgo + 1000 }),
      job("now", "fetching"),
    ];
    expect((await follow()).view().jobs.map(({ id }) => id)).toEqual(["now"]);
  });

  describe("a job that failed long ago", () => {
    const hour = 3_600_000;
    const failed = (change: Partial<JobView> = {}) =>
      job("failed", "failed", { startedAt: Date.now() - hour, endedAt: Date.now() - hour + 1000, ...change });

    it("is shown: who left before it failed hasn't seen it", async () => {
      background.known = [failed(), job("older", "done", { startedAt: 1, endedAt: 2 })];
      expect((await follow()).view().jobs.map(({ id }) => id)).toEqual(["failed"]);
    });

    it("is not where the run was exported since, however long ago", async () => {
      background.known = [
        job("since", "done", { startedAt: Date.now() - hour / 2, endedAt: Date.now() - hour / 3 }),
        failed(),
      ];
      expect((await follow()).view().jobs).toEqual([]);
    });

    it("is not once it was dismissed, here or elsewhere", async () => {
      background.known = [failed()];
      const exports = await follow();
      exports.dismiss(failed());
      expect(exports.view().jobs).toEqual([]);
      expect(background.asked).toContainEqual({ to: "background", type: "dismiss", jobId: "failed" });
      background.known = [failed({ dismissed: true })];
      expect((await follow()).view().jobs).toEqual([]);
    });
  });

  it("asks how a job stands that nobody tells of, as on a page whose permission was taken back", async () => {
    background.known = [job("1", "fetching")];
    const exports = await follow();
    vi.useFakeTimers();
    background.tell(job("1", "fetching"));
    background.known = [job("1", "failed", { endedAt: Date.now() })];
    await vi.advanceTimersByTimeAsync(6000);
    expect(exports.view().jobs).toMatchObject([{ id: "1", state: "failed" }]);
    // What has ended is not asked about.
    const asked = background.asked.length;
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    expect(background.asked).toHaveLength(asked);
  });

  it("shows no progress for ever where nobody is left who could tell of it", async () => {
    background.known = [job("1", "fetching")];
    const exports = await follow();
    vi.useFakeTimers();
    background.tell(job("1", "fetching"));
    background.ask = () => Promise.reject(Object.assign(new Error(), { name: "ExtensionGone" }));
    await vi.advanceTimersByTimeAsync(6000);
    vi.useRealTimers();
    expect(exports.view()).toMatchObject({ jobs: [], notice: "actions_outdated" });
  });

  it("remembers the preset that was chosen last", async () => {
    expect((await follow()).view().choice).toEqual(DOWNLOADS);
  });

  it("takes the run's ID at the click", async () => {
    let shown = RUN;
    const exports = await follow(() => shown);
    shown = "wr_2";
    await exports.start("folder", EVERYTHING);
    expect(background.asked.at(-1)).toEqual({
      to: "background",
      type: "export",
      runId: "wr_2",
      mode: "folder",
      choice: EVERYTHING,
    });
  });

  it("follows its own job even under the run's other ID, and no other run's", async () => {
    const exports = await follow();
    background.tell(job("other", "fetching", { runId: "wr_9", requestedId: "wr_9" }));
    background.exportAnswer = async () => ({
      kind: "started",
      job: job("j1", "queued", { runId: "wr_canonical" }),
    });
    await exports.start("bundle", EVERYTHING);
    background.tell(job("j1", "fetching", { runId: "wr_canonical" }));
    expect(exports.view().jobs.map(({ id, state }) => [id, state])).toEqual([["j1", "fetching"]]);
  });

  it("keeps news that overtook the answer", async () => {
    const exports = await follow();
    background.exportAnswer = async () => {
      background.tell(job("j1", "fetching"));
      return { kind: "started", job: job("j1", "queued") };
    };
    await exports.start("bundle", EVERYTHING);
    expect(exports.view().jobs[0]?.state).toBe("fetching");
  });

  it("sends one order for a double click", async () => {
    const exports = await follow();
    await Promise.all([exports.start("bundle", EVERYTHING), exports.start("bundle", EVERYTHING)]);
    expect(background.asked.filter(({ type }) => type === "export")).toHaveLength(1);
  });

  it("looks cancelled from the click on, whatever still arrives", async () => {
    const exports = await follow();
    background.tell(job("j1", "fetching"));
    const [shown] = exports.view().jobs;
    if (shown) exports.cancel(shown);
    background.tell(job("j1", "fetching", { note: { code: "late", files: 1 } }));
    expect(exports.view().jobs[0]).toMatchObject({ state: "cancelled", note: null });
    expect(background.asked.at(-1)).toEqual({ to: "background", type: "cancel", jobId: "j1" });
  });

  it("lets no late news bring an ended job back, but a retry does", async () => {
    const exports = await follow();
    background.tell(job("j1", "failed", { startedAt: 1000, endedAt: 2000 }));
    background.tell(job("j1", "fetching", { startedAt: 1000 }));
    expect(exports.view().jobs[0]?.state).toBe("failed");
    background.tell(job("j1", "queued"));
    background.tell(job("j1", "fetching"));
    expect(exports.view().jobs[0]?.state).toBe("fetching");
  });

  it("hides what ended before the newest job began", async () => {
    const exports = await follow();
    background.tell(job("j1", "done", { startedAt: 1000, endedAt: 2000 }));
    background.tell(job("j2", "fetching", { startedAt: 3000 }));
    expect(exports.view().jobs.map(({ id }) => id)).toEqual(["j2"]);
  });

  it("shows both of two jobs, the ended one too", async () => {
    const exports = await follow();
    background.tell(job("j1", "done", { startedAt: 1000, endedAt: 4000 }));
    background.tell(job("j2", "fetching", { startedAt: 3000 }));
    expect(exports.view().jobs.map(({ id }) => id)).toEqual(["j2", "j1"]);
  });

  it("says what stopped it", async () => {
    const exports = await follow();
    background.exportAnswer = async () => ({ kind: "no-key" });
    await exports.start("bundle", EVERYTHING);
    expect(exports.view().notice).toBe("actions_noKey");

    background.exportAnswer = () => Promise.reject(new Error("Receiving end does not exist"));
    await exports.start("bundle", EVERYTHING);
    expect(exports.view().notice).toBe("actions_noAnswer");

    background.exportAnswer = () => Promise.reject(Object.assign(new Error(), { name: "ExtensionGone" }));
    await exports.start("bundle", EVERYTHING);
    expect(exports.view()).toMatchObject({ notice: "actions_outdated", starting: false });

    background.tell(job("j1", "listing"));
    expect(exports.view().notice).toBeNull();
  });

  it("brings dismissed jobs under way back on request", async () => {
    const exports = await follow();
    const running = job("j1", "fetching");
    background.tell(running);
    exports.dismiss(running);
    expect(exports.view().jobs).toEqual([]);
    exports.recall();
    expect(exports.view().jobs).toHaveLength(1);
  });

  it("hears nothing more once its page is left", async () => {
    await follow();
    expect(background.listeners).toBe(1);
    life.abort();
    expect(background.listeners).toBe(0);
  });
});
