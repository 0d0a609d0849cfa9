import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JobNote } from "@/core/jobs/job";
import type { DownloadsSide } from "@/platform/bundling-host";
import type { DownloadState } from "@/platform/messages";
import { SaveFailed, Saving } from "@/platform/saving";

const file = (path: string, content = path) => ({ path, blob: new Blob([content]) });
const FILES = [
  file("recording/r.webm"),
  file("downloads/a.pdf"),
  file("downloads/b.pdf"),
  file("export-report.json"),
];

/** A browser that saves what it is told to, numbers a name that is taken, and fails as told. */
class FakeBrowser implements DownloadsSide {
  readonly disk = new Map<number, string>();
  readonly ordered: string[] = [];
  readonly cancelled: number[] = [];
  /** Downloads that stay open until they are cancelled. */
  hanging = new Set<string>();
  failing = new Set<string>();
  /** Calls that fail because nobody is there. */
  deaf = 0;
  /** Orders that arrive, but whose answer is lost. */
  stopping = 0;
  readonly urls = new Map<string, number>();
  /** Another extension takes names away: for good, or until the browser is told to ask. */
  nameless: "for good" | "unless asked" | null = null;
  /** Chrome's way to number a file; Firefox's is without the space. */
  number = " (1)";
  #ids = 0;
  #open = new Map<number, DownloadState>();

  constructor(readonly taken = new Set<string>()) {}

  async download(url: string, path: string, insist = false) {
    if (this.deaf > 0) {
      this.deaf--;
      throw new Error("Could not establish connection. Receiving end does not exist.");
    }
    this.ordered.push(path);
    const id = ++this.#ids;
    const size = (await (await fetch(url)).blob()).size;
    const lost = this.nameless === "for good" || (this.nameless === "unless asked" && !insist);
    const given = lost ? url.slice(url.lastIndexOf(":") + 1) : path;
    const name = this.taken.has(path) ? path.replace(/(\.[^.]*)$/, `${this.number}$1`) : given;
    const last = path.split("/").at(-1) ?? "";
    const state = this.hanging.has(last)
      ? "in_progress"
      : this.failing.has(last)
        ? "interrupted"
        : "complete";
    if (state === "complete") this.disk.set(id, name);
    this.#open.set(id, {
      state,
      received: size,
      size,
      error: state === "interrupted" ? "FILE_FAILED" : null,
      fileName: `/home/x/Downloads/${name}`,
      held: false,
    });
    this.urls.set(url, id);
    if (this.stopping > 0) {
      this.stopping--;
      throw new Error("A listener indicated an asynchronous response, but the message channel closed.");
    }
    return { downloadId: id };
  }
  async findDownload(url: string) {
    return this.urls.get(url) ?? null;
  }
  async downloadState(id: number) {
    return this.#open.get(id) ?? null;
  }
  async cancelDownload(id: number) {
    this.cancelled.push(id);
    const state = this.#open.get(id);
    if (state?.state === "in_progress")
      this.#open.set(id, { ...state, state: "interrupted", error: "USER_CANCELED" });
  }
  async removeDownload(id: number) {
    this.disk.delete(id);
  }
}

let browser: FakeBrowser;
const save = (files = FILES, saving = new Saving(browser, () => undefined)) =>
  saving.save("folder", "run_wr_1", files);

beforeEach(() => {
  browser = new FakeBrowser();
});

describe("a folder", () => {
  it("has every file, the report last: where it is, everything is", async () => {
    expect(await save()).toMatchObject({ path: "Skyvern/run_wr_1" });
    expect([...browser.disk.values()].at(-1)).toBe("Skyvern/run_wr_1/export-report.json");
    expect(browser.disk.size).toBe(4);
  });

  it.each(["recording/r.webm", "downloads/b.pdf", "export-report.json"])(
    "is never mixed with an earlier one that has %s",
    async (path) => {
      browser.taken.add(`Skyvern/run_wr_1/${path}`);
      expect((await save()).path).toBe("Skyvern/run_wr_1 (1)");
      expect([...browser.disk.values()].every((name) => name.startsWith("Skyvern/run_wr_1 (1)/"))).toBe(true);
      expect(browser.disk.size).toBe(4);
    },
  );

  it("whose names another extension takes away has them when the browser is told to ask", async () => {
    browser.nameless = "unless asked";
    expect(await save()).toMatchObject({ path: "Skyvern/run_wr_1" });
    expect([...browser.disk.values()].toSorted()).toEqual(
      FILES.map(({ path }) => `Skyvern/run_wr_1/${path}`).toSorted(),
    );
    expect(browser.ordered).toHaveLength(FILES.length + 1);
  });

  it("whose names are lost for good is none, and leaves nothing behind", async () => {
    browser.nameless = "for good";
    await expect(save()).rejects.toMatchObject({ failure: { code: "names-lost" } });
    expect(browser.disk.size).toBe(0);
    expect(browser.ordered).toHaveLength(2);
  });

  it("is never mixed with an earlier one in Firefox either", async () => {
    browser.number = "(1)";
    browser.taken.add("Skyvern/run_wr_1/export-report.json");
    expect((await save()).path).toBe("Skyvern/run_wr_1 (1)");
  });

  it("may hold a file whose own name ends in a number", async () => {
    expect((await save([file("downloads/a (1).pdf"), file("export-report.json")])).path).toBe(
      "Skyvern/run_wr_1",
    );
  });

  it("of which one file fails ends at once: open downloads are cancelled, no more are begun", async () => {
    browser.hanging.add("a.pdf");
    browser.failing.add("b.pdf");
    const more = Array.from({ length: 30 }, (_, index) => file(`steps/${index}.png`));
    const failed = save([...FILES, ...more]);
    await expect(failed).rejects.toThrow(SaveFailed);
    await expect(failed).rejects.toMatchObject({ failure: { code: "save-failed" } });
    expect(browser.cancelled.length).toBeGreaterThan(0);
    expect(browser.ordered.length).toBeLessThan(20);
  });
});

describe("a download", () => {
  it("that is cancelled while the browser is asked for it is cancelled as soon as it has a number", async () => {
    const saving = new Saving(browser, () => undefined);
    browser.hanging.add("run_wr_1.zip");
    const order = browser.download.bind(browser);
    vi.spyOn(browser, "download").mockImplementation(async (url, path) => {
      const started = await order(url, path);
      saving.cancel();
      return started;
    });
    await expect(saving.save("bundle", "run_wr_1", [file("")])).rejects.toMatchObject({
      failure: { code: "save-cancelled" },
    });
    expect(browser.cancelled).toEqual([1]);
  });

  it("is ordered again where the background was just starting anew", async () => {
    browser.deaf = 2;
    expect((await save()).path).toBe("Skyvern/run_wr_1");
  });

  it("is not ordered twice where the order arrived and its answer was lost", async () => {
    browser.stopping = 1;
    expect((await save()).path).toBe("Skyvern/run_wr_1");
    expect(browser.ordered).toHaveLength(new Set(browser.ordered).size);
  });

  it("that the browser holds as dangerous is waited for, and the user told", async () => {
    const notes: (JobNote | null)[] = [];
    const saving = new Saving(browser, (_, note) => notes.push(note));
    const states = browser.downloadState.bind(browser);
    let asked = 0;
    vi.spyOn(browser, "downloadState").mockImplementation(async (id) => {
      const now = await states(id);
      asked++;
      return now && asked === 1 ? { ...now, state: "in_progress", held: true } : now;
    });
    await saving.save("bundle", "run_wr_1", [file("")]);
    expect(notes[0]).toEqual({ code: "held" });
  });

  it("with another size than it should have is no success", async () => {
    const states = browser.downloadState.bind(browser);
    vi.spyOn(browser, "downloadState").mockImplementation(async (id) => {
      const now = await states(id);
      return now && { ...now, size: 1, received: 1 };
    });
    await expect(save([file("downloads/a.pdf")])).rejects.toMatchObject({ failure: { code: "save-failed" } });
  });

  it.each([
    ["another name", "/home/x/Downloads/Skyvern/mine.zip", "Skyvern/mine.zip"],
    ["another folder", "C:\\Users\\x\\Downloads\\Evidence\\run_wr_1.zip", "Evidence/run_wr_1.zip"],
  ])("that another extension gave %s is told by that", async (_, fileName, path) => {
    const states = browser.downloadState.bind(browser);
    vi.spyOn(browser, "downloadState").mockImplementation(async (id) => {
      const now = await states(id);
      return now && { ...now, fileName };
    });
    const saved = await new Saving(browser, () => undefined).save("bundle", "run_wr_1", [file("", "zip")]);
    expect(saved.path).toBe(path);
  });

  it("is given up where nobody answers, with words for the user", async () => {
    browser.deaf = 99;
    await expect(save()).rejects.toMatchObject({ failure: { code: "save-failed" } });
  });
});

describe("any one message to the background", () => {
  /** The browser behind a background that is stopped at one message, before or after it did what that asks for. */
  function stoppedAt(nth: number, when: "before" | "after"): { side: DownloadsSide; count: () => number } {
    let count = 0;
    const through = async <T>(call: () => Promise<T>): Promise<T> => {
      const lost = count++ === nth;
      if (lost && when === "before") throw new Error("Could not establish connection.");
      const answer = await call();
      if (lost) throw new Error("The message channel closed before a response was received.");
      return answer;
    };
    const side: DownloadsSide = {
      download: (url, path) => through(() => browser.download(url, path)),
      downloadState: (id) => through(() => browser.downloadState(id)),
      cancelDownload: (id) => through(() => browser.cancelDownload(id)),
      removeDownload: (id) => through(() => browser.removeDownload(id)),
      findDownload: (url) => through(() => browser.findDownload(url)),
    };
    return { side, count: () => count };
  }

  it.each(["before", "after"] as const)(
    "may be lost %s it did its work: every file is saved once",
    async (when) => {
      const wait = setTimeout;
      vi.stubGlobal("setTimeout", (work: () => void) => wait(work, 0));
      const earlier = "Skyvern/run_wr_1/downloads/b.pdf";
      for (let nth = 0, all = 1; nth < all; nth++) {
        browser = new FakeBrowser(new Set([earlier]));
        const { side, count } = stoppedAt(nth, when);
        const saved = await save(FILES, new Saving(side, () => undefined));
        all = count();
        expect(saved.path).toBe("Skyvern/run_wr_1 (1)");
        expect([...browser.disk.values()].sort()).toEqual(
          FILES.map(({ path }) => `Skyvern/run_wr_1 (1)/${path}`).sort(),
        );
      }
      vi.unstubAllGlobals();
    },
  );
});
