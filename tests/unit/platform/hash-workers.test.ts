import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { HashLost } from "@/core/bundle/content-hash";
import { HashWorker, type ToHashWorker } from "@/platform/hash-worker";
import { type HashPort, HashWorkers } from "@/platform/hash-workers";
import { noise } from "../support/scripted-fetcher";

const MIB = 1024 * 1024;

/** A worker on this thread: messages are copied and arrive later, as a browser has it. */
class LocalWorker extends EventTarget implements HashPort {
  terminated = false;
  /** Messages that came and are not worked on. */
  held: (() => void)[] | null = null;
  readonly #worker = new HashWorker((message, transfer = []) => {
    const data = structuredClone(message, { transfer });
    queueMicrotask(() => this.dispatchEvent(new MessageEvent("message", { data })));
  });

  postMessage(message: ToHashWorker, transfer: Transferable[] | StructuredSerializeOptions = []): void {
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
  return { made, hashes: new HashWorkers(make, most) };
}

const expected = (bytes: Uint8Array) => ({
  crc32: crc32(bytes),
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

/** Short and long ones: the memory of a long one serves a shorter one after it. */
const PIECES = [0, 10, 90_000, 160_000, 430_000, 500_000].map((at, index, all) => [at, all[index + 1]]);

async function hashed(hashes: HashWorkers, bytes: Uint8Array<ArrayBuffer>) {
  const hash = await hashes.start();
  for (const [at, end] of PIECES) await hash.update(bytes.subarray(at, end));
  return hash.finish();
}

describe("files that are hashed by workers", () => {
  test("have their hashes, however many come at once", async () => {
    const { hashes, made } = workers(2);
    const files = [1, 2, 3, 4, 5].map((seed) => noise(seed * 100_000, seed));
    const found = await Promise.all(files.map((bytes) => hashed(hashes, bytes)));
    expect(found).toEqual(files.map(expected));
    expect(made).toHaveLength(2);
  });

  test("one after the other need one worker", async () => {
    const { hashes, made } = workers(3);
    await hashed(hashes, noise(1000, 1));
    await hashed(hashes, noise(1000, 2));
    expect(made).toHaveLength(1);
  });

  test("keep their bytes, which go on to the pack", async () => {
    const { hashes } = workers(1);
    const bytes = noise(1000, 1);
    const hash = await hashes.start();
    await hash.update(bytes);
    await hash.finish();
    expect(bytes).toEqual(noise(1000, 1));
  });

  test("go on from what was saved", async () => {
    const { hashes } = workers(1);
    const bytes = noise(3000, 7);
    const first = await hashes.start();
    await first.update(bytes.slice(0, 1000));
    const state = await first.save();
    const second = await hashes.start(state);
    await second.update(bytes.slice(1000));
    expect(await second.finish()).toEqual(expected(bytes));
  });

  test("don't go on from a state that is none", async () => {
    const { hashes } = workers(1);
    await expect(hashes.start({ crc: noise(3, 1), sha: noise(3, 1) })).rejects.toThrow();
    expect(await hashed(hashes, noise(1000, 1))).toEqual(expected(noise(1000, 1)));
  });

  test("wait when more comes than is hashed", async () => {
    const { hashes, made } = workers(1);
    const hash = await hashes.start();
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

  test("are lost with their worker, and the next file has another", async () => {
    const { hashes, made } = workers(1);
    const hash = await hashes.start();
    made[0]?.dispatchEvent(new Event("error"));
    await expect(hash.update(noise(10, 1))).rejects.toThrow(HashLost);
    await expect(hash.finish()).rejects.toThrow(HashLost);
    expect(made[0]?.terminated).toBe(true);
    expect(await hashed(hashes, noise(1000, 1))).toEqual(expected(noise(1000, 1)));
    expect(made).toHaveLength(2);
  });
});
