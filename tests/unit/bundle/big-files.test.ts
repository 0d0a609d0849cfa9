import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BigFiles, type BigKind } from "@/core/bundle/big-files";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const GB = 1_000_000_000;
const MB = 1_000_000;

/** So many files that wait for their turn; each is under way until it is ended. */
function files(count: number, bytesEach = GB) {
  return filesOf(Array.from({ length: count }, () => bytesEach));
}

/** Files of these sizes. */
function filesOf(sizes: number[], kindOf: (index: number) => BigKind = () => "stored") {
  const bigFiles = new BigFiles();
  const ends: (() => void)[] = [];
  const order: number[] = [];
  const all = sizes.map((size, index) =>
    bigFiles.inTurn(kindOf(index), size, () => {
      order.push(size);
      return new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  /** Lets a second pass, in which bytes are taken for so long. */
  const pass = async (busyMs: number, bytes = 1000) => {
    const taken = bigFiles.taking(bytes, () => new Promise((resolve) => setTimeout(resolve, busyMs)));
    await vi.advanceTimersByTimeAsync(1000);
    await taken;
  };
  return { all, ends, order, pass, begun: () => ends.length };
}

const later = () => vi.advanceTimersByTimeAsync(1000);

describe("big files", () => {
  it("begin one by one, while more comes than is taken", async () => {
    const { pass, begun } = files(3);
    for (let time = 0; time < 5; time++) await pass(210);
    expect(begun()).toBe(1);
  });

  it("begin one by one, while as much comes as any link brings", async () => {
    const { pass, begun } = files(3);
    await pass(10, 100_000_000);
    expect(begun()).toBe(1);
    await pass(10, 99_000_000);
    expect(begun()).toBe(2);
  });

  it("begin up to four at once, while they are waited for", async () => {
    const { pass, begun } = files(6);
    const counts = [begun()];
    for (let time = 0; time < 5; time++) {
      await pass(190);
      counts.push(begun());
    }
    expect(counts).toEqual([1, 2, 3, 4, 4, 4]);
  });

  it("begin up to four at once, where the browser can't keep much of them", () => {
    expect(files(6, 5 * MB).begun()).toBe(4);
    expect(files(6, 30 * MB).begun()).toBe(2);
  });

  it("begin beside one as big as any, where they are small", async () => {
    const { ends, order } = filesOf([GB, GB, 20 * MB, 20 * MB, 10 * MB]);
    expect(order).toEqual([GB, 20 * MB, 10 * MB]);
    ends[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(order.slice(3)).toEqual([20 * MB]);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(order.slice(4)).toEqual([GB]);
  });

  it("that are deflated begin beside those that are not, since they take another thread's time", async () => {
    const sizes = [4 * GB, 3 * GB, 2 * GB, GB];
    const { ends, order } = filesOf(sizes, (index) => (index % 2 === 0 ? "stored" : "deflated"));
    expect(order).toEqual([4 * GB, 3 * GB]);
    ends[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(order.slice(2)).toEqual([GB]);
  });

  it("begin beside one that gives no byte at all", async () => {
    const { begun } = files(2);
    await later();
    expect(begun()).toBe(2);
  });

  it("follow one another at once", async () => {
    const { ends, begun } = files(2);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(begun()).toBe(2);
  });

  it("don't follow while others come faster than they are taken", async () => {
    const { ends, pass, begun } = files(3);
    await later();
    expect(begun()).toBe(2);
    ends[0]?.();
    await pass(1000);
    expect(begun()).toBe(2);
    ends[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(begun()).toBe(3);
  });

  it("follow one that failed, whose failure is handed on", async () => {
    const bigFiles = new BigFiles();
    const failing = bigFiles.inTurn("stored", GB, () => Promise.reject(new Error("gone")));
    const second = bigFiles.inTurn("stored", GB, () => Promise.resolve("whole"));
    await expect(failing).rejects.toThrow("gone");
    await expect(second).resolves.toBe("whole");
  });

  it("leave no timer behind when the last has begun", async () => {
    const { ends, all } = files(2);
    await later();
    await later();
    expect(vi.getTimerCount()).toBe(0);
    for (const end of ends) end();
    await Promise.all(all);
  });
});
