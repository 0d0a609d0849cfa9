import {
  type ContentHash,
  type Hashed,
  type Hashes,
  HashLost,
  HashPool,
  type HashState,
} from "@/core/bundle/content-hash";
import type { FromHashWorker, ToHashWorker } from "./hash-worker";
import { startWorker } from "./start-worker";

/** More than a disk takes in. */
const MOST_WORKERS = 3;
/** Bytes that may wait in one worker: what comes faster than they are hashed waits in the network. */
const MOST_WAITING = 8 * 1024 * 1024;
/** Pieces of memory that go to a worker and come back: engines collect what is thrown away late. */
const MEMORY_BYTES = 256 * 1024;
/** Smaller chunks get memory of their own size: many of them wait in the space of one. */
const SMALL_BYTES = 64 * 1024;

/**
 * Hashes big files on threads of their own: SHA-256 in WebAssembly takes longer than all else that is done with a
 * recording, and the browser's own, ten times as fast, wants the whole file in memory.
 */
export class HashWorkers implements Hashes {
  readonly #here = new HashPool();
  readonly #workers: Hasher[] = [];

  constructor(
    private readonly make: () => HashPort = () => startWorker("hash-worker"),
    private readonly most = Math.min(MOST_WORKERS, Math.max(1, navigator.hardwareConcurrency - 1)),
  ) {}

  whole(bytes: Uint8Array<ArrayBuffer>): Promise<Hashed> {
    return this.#here.whole(bytes);
  }

  start(state: HashState | null = null): Promise<ContentHash> {
    return this.#leastBusy().start(state);
  }

  #leastBusy(): Hasher {
    const able = this.#workers.filter(({ broken }) => !broken);
    const free = able.toSorted((a, b) => a.files - b.files)[0];
    if (free && (free.files === 0 || able.length >= this.most)) return free;
    const added = new Hasher(this.make());
    this.#workers.push(added);
    return added;
  }
}

/** What is used of a Worker. */
export type HashPort = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

interface Question {
  resolve: (answer: FromHashWorker) => void;
  reject: (reason: unknown) => void;
}

/** One worker, seen from here. It answers in the order in which it was asked. */
class Hasher {
  readonly #port: HashPort;
  readonly #questions: Question[] = [];
  /** Those who wait until there is room for more. */
  #waiting: (() => void)[] = [];
  #waitingBytes = 0;
  /** Came back from the worker. */
  readonly #memory: ArrayBuffer[] = [];
  #lastFile = 0;
  /** Why it takes no more files. */
  broken: HashLost | null = null;
  /** How many are under way. */
  files = 0;

  constructor(port: HashPort) {
    this.#port = port;
    port.addEventListener("message", (event) => this.#answered(event.data));
    port.addEventListener("error", () => this.#break(new HashLost("The hash worker ended")));
  }

  async start(state: HashState | null): Promise<ContentHash> {
    const file = ++this.#lastFile;
    this.files++;
    await this.#ask({ file, type: "start", state }).catch((error: unknown) => {
      this.files--;
      throw error;
    });
    // What nobody saw the end of is dropped when its sink is.
    const hash: ContentHash = {
      update: (bytes) => this.#update(file, bytes),
      finish: async () => {
        dropped.unregister(hash);
        this.files--;
        const answer = await this.#ask({ file, type: "finish" });
        if (answer.type !== "hashed") throw new Error(`Not a hash: ${answer.type}`);
        return answer.hashed;
      },
      save: async () => {
        const answer = await this.#ask({ file, type: "save" });
        if (answer.type !== "saved") throw new Error(`Not a state: ${answer.type}`);
        return answer.state;
      },
    };
    dropped.register(hash, () => this.#drop(file), hash);
    return hash;
  }

  async #update(file: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.broken) throw this.broken;
    // A copy: the bytes themselves go on to the pack.
    const copy = this.#copyOf(bytes);
    this.#waitingBytes += copy.buffer.byteLength;
    this.#ask({ file, type: "update", bytes: copy }, [copy.buffer]).catch((error: unknown) => {
      this.#break(new HashLost("The hash worker failed", { cause: error }));
    });
    while (this.#waitingBytes > MOST_WAITING && !this.broken)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.broken) throw this.broken;
  }

  #copyOf(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (bytes.length < SMALL_BYTES || bytes.length > MEMORY_BYTES) return bytes.slice();
    const copy = new Uint8Array(this.#memory.pop() ?? new ArrayBuffer(MEMORY_BYTES), 0, bytes.length);
    copy.set(bytes);
    return copy;
  }

  #ask(message: ToHashWorker, transfer: Transferable[] = []): Promise<FromHashWorker> {
    if (this.broken) return Promise.reject(this.broken);
    return new Promise((resolve, reject) => {
      this.#questions.push({ resolve, reject });
      this.#port.postMessage(message, transfer);
    });
  }

  #answered(answer: FromHashWorker): void {
    const question = this.#questions.shift();
    if (answer.type === "taken") {
      const { memory } = answer;
      this.#waitingBytes -= memory.byteLength;
      if (memory.byteLength === MEMORY_BYTES) this.#memory.push(memory);
      if (this.#waitingBytes <= MOST_WAITING) for (const go of this.#waiting.splice(0)) go();
    }
    if (answer.type === "failed") question?.reject(new Error(answer.message));
    else question?.resolve(answer);
  }

  #drop(file: number): void {
    this.files--;
    const message: ToHashWorker = { file, type: "drop" };
    if (!this.broken) this.#port.postMessage(message);
  }

  /** Nothing of it can be trusted any more: its files are fetched again, and hashed by another. */
  #break(reason: HashLost): void {
    if (this.broken) return;
    this.broken = reason;
    this.#port.terminate();
    for (const { reject } of this.#questions.splice(0)) reject(reason);
    for (const go of this.#waiting.splice(0)) go();
  }
}

const dropped = new FinalizationRegistry<() => void>((drop) => drop());
