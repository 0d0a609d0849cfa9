import { createHash } from "node:crypto";
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { NOT_HASHED } from "@/core/bundle/content-hash";
import type { Deflation } from "@/core/bundle/deflate";
import { WorkLost } from "@/core/bundle/file-work";
import { FileWorker, type ToFileWorker } from "@/platform/file-worker";
import { FileWorkers, type WorkerPort } from "@/platform/file-workers";
import { noise } from "../support/scripted-fetcher";

const MIB = 1024 * 1024;

/** A worker on this thread: messages are copied and arrive later, as a browser has it. */
class LocalWorker extends EventTarget implements WorkerPort {
  terminated = false;
  /** Messages that came and are not worked on. */
  held: (() => void)[] | null = null;
  readonly #worker = new FileWorker((message, transfer = []) => {
    const data = structuredClone(message, { transfer });
    queueMicrotask(() => this.dispatchEvent(new MessageEvent("message", { data })));
  });

  postMessage(message: ToFileWorker, transfer: Transferable[] | StructuredSerializeOptions = []): void {
    const arrived = structuredClone(message, Array.isArray(transfer) ? { transfer } : transfer);
    const work = () => this.#worker.receive(arrived);
    if (this.held) this.held.push(work);
    else queueMicrotask(work);
  }

  terminate(): void {
    this.terminated = true;
  }
}

function workers(most: number) {
  const made: LocalWorker[] = [];
  const make = () => {
    const worker = new LocalWorker();
    made.push(worker);
    return worker;
  };
  return { made, work: new FileWorkers(make, most) };
}

const expected = (bytes: Uint8Array) => ({
  crc32: crc32(bytes),
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

/** Short and long ones: the memory of a long one serves a shorter one after it. */
const PIECES = [0, 10, 90_000, 160_000, 430_000, 500_000].map((at, index, all) => [at, all[index + 1]]);

async function hashed(work: FileWorkers, bytes: Uint8Array<ArrayBuffer>) {
  const hash = await work.start();
  for (const [at, end] of PIECES) await hash.update(bytes.subarray(at, end));
  return hash.finish();
}

describe("files that are hashed by workers", () => {
  test("have their hashes, however many come at once", async () => {
    const { work, made } = workers(2);
    const files = [1, 2, 3, 4, 5].map((seed) => noise(seed * 100_000, seed));
    const found = await Promise.all(files.map((bytes) => hashed(work, bytes)));
    expect(found).toEqual(files.map(expected));
    expect(made).toHaveLength(2);
  });

  test("have CRC-32 alone where that is enough, also when they are gone on with", async () => {
    const { work } = workers(1);
    const bytes = noise(500_000, 4);
    const first = await work.start(null, false);
    await first.update(bytes.subarray(0, 200_000));
    const second = await work.start(await first.save());
    await second.update(bytes.subarray(200_000));
    expect(await second.finish()).toEqual({ crc32: crc32(bytes), sha256: NOT_HASHED });
  });

  test("one after the other need one worker", async () => {
    const { work, made } = workers(3);
    await hashed(work, noise(1000, 1));
    await hashed(work, noise(1000, 2));
    expect(made).toHaveLength(1);
  });

  test("keep their bytes, which go on to the pack", async () => {
    const { work } = workers(1);
    const bytes = noise(1000, 1);
    const hash = await work.start();
    await hash.update(bytes);
    await hash.finish();
    expect(bytes).toEqual(noise(1000, 1));
  });

  test("go on from what was saved", async () => {
    const { work } = workers(1);
    const bytes = noise(3000, 7);
    const first = await work.start();
    await first.update(bytes.slice(0, 1000));
    const state = await first.save();
    const second = await work.start(state);
    await second.update(bytes.slice(1000));
    expect(await second.finish()).toEqual(expected(bytes));
  });

  test("don't go on from a state that is none", async () => {
    const { work } = workers(1);
    await expect(work.start({ crc: noise(3, 1), sha: noise(3, 1) })).rejects.toThrow();
    expect(await hashed(work, noise(1000, 1))).toEqual(expected(noise(1000, 1)));
  });

  test("wait when more comes than is hashed", async () => {
    const { work, made } = workers(1);
    const hash = await work.start();
    const [worker] = made;
    if (!worker) throw new Error("no worker");
    worker.held = [];
    const chunk = noise(MIB, 1);
    for (let count = 0; count < 8; count++) await hash.update(chunk);
    let taken = false;
    const ninth = hash.update(chunk).then(() => {
      taken = true;
    });
    await Promise.resolve();
    expect(taken).toBe(false);
    for (const work of worker.held.splice(0)) work();
    await ninth;
  });

  test("are lost where their worker says nothing for half a minute, and no sooner", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { work, made } = workers(1);
    const hash = await work.start();
    expect(vi.getTimerCount()).toBe(0);
    const [worker] = made;
    if (!worker) throw new Error("no worker");
    worker.held = [];
    const finished = hash.finish().catch((error: unknown) => error);
    vi.advanceTimersByTime(29_999);
    expect(worker.terminated).toBe(false);
    vi.advanceTimersByTime(1);
    expect(worker.terminated).toBe(true);
    expect(await finished).toBeInstanceOf(WorkLost);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test("are lost with their worker, and the next file has another", async () => {
    const { work, made } = workers(1);
    const hash = await work.start();
    made[0]?.dispatchEvent(new Event("error"));
    await expect(hash.update(noise(10, 1))).rejects.toThrow(WorkLost);
    await expect(hash.finish()).rejects.toThrow(WorkLost);
    expect(made[0]?.terminated).toBe(true);
    expect(await hashed(work, noise(1000, 1))).toEqual(expected(noise(1000, 1)));
    expect(made).toHaveLength(2);
  });
});

/** Half of it noise: what is deflated comes in many parts. */
function mixed(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = noise(length, seed);
  for (let at = 0; at < length; at += 2000) bytes.fill(32, at, at + 1000);
  return bytes;
}

async function deflated(work: FileWorkers, bytes: Uint8Array<ArrayBuffer>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const deflation = await work.deflate((part) => parts.push(part));
  for (const [at, end] of PIECES) await deflation.write(bytes.subarray(at, end));
  await deflation.finish();
  return Buffer.concat(parts);
}

describe("files that are deflated by workers", () => {
  test("are whole and in order, however many come at once, with hashes beside", async () => {
    const { work, made } = workers(2);
    const files = [1, 2, 3].map((seed) => mixed(700_000, seed));
    const [found, hashes] = await Promise.all([
      Promise.all(files.map((bytes) => deflated(work, bytes))),
      Promise.all(files.map((bytes) => hashed(work, bytes))),
    ]);
    expect(found.map((bytes, index) => inflateRawSync(bytes).equals(files[index] ?? bytes))).toEqual([
      true,
      true,
      true,
    ]);
    expect(hashes).toEqual(files.map(expected));
    expect(made).toHaveLength(2);
  });

  test("keep their bytes, which may be another's when they are taken", async () => {
    const { work } = workers(1);
    const parts: Uint8Array[] = [];
    const deflation = await work.deflate((part) => parts.push(part));
    const lent = mixed(300_000, 1);
    await deflation.write(lent);
    lent.fill(0);
    await deflation.finish();
    expect(inflateRawSync(Buffer.concat(parts)).equals(mixed(300_000, 1))).toBe(true);
  });

  const full = () => {
    throw new Error("full");
  };
  const writeUntilFull = async (deflation: Deflation) => {
    for (let count = 0; count < 100; count++) await deflation.write(mixed(MIB, count));
  };

  test.each([
    ["the next bytes", writeUntilFull],
    ["the end", (deflation: Deflation) => deflation.finish()],
  ])("that nobody can take any more are told with %s, and harm no other", async (_, goOn) => {
    const { work } = workers(1);
    const deflation = await work.deflate(full);
    await deflation.write(mixed(MIB, 1));
    await expect(goOn(deflation)).rejects.toThrow("full");
    expect(await hashed(work, noise(1000, 1))).toEqual(expected(noise(1000, 1)));
  });

  test("are lost with their worker", async () => {
    const { work, made } = workers(1);
    const deflation = await work.deflate(() => {});
    made[0]?.dispatchEvent(new Event("error"));
    await expect(deflation.write(noise(10, 1))).rejects.toThrow(WorkLost);
    await expect(deflation.finish()).rejects.toThrow(WorkLost);
  });
});

describe("small files of an archive that are read by workers", () => {
  const plain = noise(5000, 3);
  const deflated = (bytes: Uint8Array) => Uint8Array.from(deflateRawSync(bytes));
  const facts = { size: 5000, head: plain.slice(0, 16), ...expected(plain) };

  test("have their facts, in order; null for what can't be inflated to its size", async () => {
    const { work, made } = workers(2);
    const found = await work.read([
      { method: 8, bytes: deflated(plain), size: 5000, text: false },
      { method: 8, bytes: deflated(plain), size: 4999, text: false },
      { method: 8, bytes: noise(5000, 1), size: 5000, text: false },
      { method: 0, bytes: plain.slice(), size: 5000, text: false },
    ]);
    expect(found).toEqual([facts, null, null, facts]);
    expect(made).toHaveLength(1);
  });

  test("are looked through for signed URLs where they are texts", async () => {
    const { work } = workers(1);
    const text = (words: string, text: boolean) => {
      const bytes = new TextEncoder().encode(words);
      return { method: 0, bytes, size: bytes.length, text } as const;
    };
    const found = await work.read([text("a", true), text("https://x/?sig=1", true), text("b", false)]);
    expect(found.map((facts) => facts?.unsigned)).toEqual([true, undefined, undefined]);
  });

  test("are lost with their worker", async () => {
    const { work, made } = workers(1);
    await work.start();
    const [worker] = made;
    if (!worker) throw new Error("no worker");
    worker.held = [];
    const found = work.read([{ method: 0, bytes: plain.slice(), size: 5000, text: false }]);
    worker.dispatchEvent(new Event("error"));
    await expect(found).rejects.toThrow(WorkLost);
  });
});
