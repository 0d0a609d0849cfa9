import type { ContentHash, Hashed, HashState } from "@/core/bundle/content-hash";
import type { Deflation, TakeDeflated } from "@/core/bundle/deflate";
import {
  type ArchivedBytes,
  type FileWork,
  LocalWork,
  type PlainFacts,
  WorkLost,
} from "@/core/bundle/file-work";
import type { FromFileWorker, ToFileWorker } from "./file-worker";
import { startWorker } from "./start-worker";

/** More than a disk takes in; and two at least, since the hash of a text and its deflation take long each. */
const MOST_WORKERS = 3;
const LEAST_WORKERS = 2;
/** Bytes that may wait in one worker: what comes faster than it works waits in the network. */
const MOST_WAITING = 8 * 1024 * 1024;
/** Pieces of memory that go to a worker and come back: engines collect what is thrown away late. */
const MEMORY_BYTES = 256 * 1024;
/** Smaller chunks get memory of their own size: many of them wait in the space of one. */
const SMALL_BYTES = 64 * 1024;
/** A worker that says nothing for so many looks at it is stuck. Looks, not hours: a computer may sleep. */
const SILENT_LOOKS = 6;
const LOOK_MS = 5000;

/**
 * Hashes and deflates big files on threads of their own. SHA-256 in WebAssembly takes longer than all else that is done
 * with a recording, and the browser's own, ten times as fast, wants the whole file in memory; deflate takes longer than
 * all else that is done with a HAR.
 */
export class FileWorkers implements FileWork {
  readonly #here = new LocalWork();
  readonly #workers: Remote[] = [];

  constructor(
    private readonly make: () => WorkerPort = () => startWorker("file-worker"),
    private readonly most = Math.min(
      MOST_WORKERS,
      Math.max(LEAST_WORKERS, navigator.hardwareConcurrency - 1),
    ),
  ) {}

  whole(bytes: Uint8Array<ArrayBuffer>): Promise<Hashed> {
    return this.#here.whole(bytes);
  }

  start(state: HashState | null = null, sha = true): Promise<ContentHash> {
    return this.#leastBusy().hash(state, sha);
  }

  deflate(take: TakeDeflated): Promise<Deflation> {
    return this.#elsewhere().deflate(take);
  }

  read(files: readonly ArchivedBytes[]): Promise<(PlainFacts | null)[]> {
    return this.#elsewhere().read(files);
  }

  /** In Firefox here: a worker that it starts in another's first moments may never answer. */
  #elsewhere(): Pick<FileWork, "deflate" | "read"> {
    return import.meta.env.FIREFOX ? this.#here : this.#leastBusy();
  }

  #leastBusy(): Remote {
    const able = this.#workers.filter(({ broken }) => !broken);
    const free = able.toSorted((a, b) => a.files - b.files)[0];
    if (free && (free.files === 0 || able.length >= this.most)) return free;
    const added = new Remote(this.make());
    this.#workers.push(added);
    return added;
  }
}

/** What is used of a Worker. */
export type WorkerPort = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

interface Question {
  resolve: (answer: FromFileWorker) => void;
  reject: (reason: unknown) => void;
}

/** One worker, seen from here. It answers in the order in which it was asked. */
class Remote {
  readonly #port: WorkerPort;
  readonly #questions: Question[] = [];
  /** Those who wait until there is room for more. */
  #waiting: (() => void)[] = [];
  #waitingBytes = 0;
  /** Came back from the worker. */
  readonly #memory: ArrayBuffer[] = [];
  #lastFile = 0;
  /** Looks since it last said something, while it was asked. */
  #silentLooks = 0;
  #looking: ReturnType<typeof setInterval> | null = null;
  /** Why it takes no more files. */
  broken: WorkLost | null = null;
  /** How many are under way. */
  files = 0;

  constructor(port: WorkerPort) {
    this.#port = port;
    port.addEventListener("message", (event) => this.#answered(event.data));
    port.addEventListener("error", () => this.#break(new WorkLost("The worker ended")));
  }

  async hash(state: HashState | null, sha: boolean): Promise<ContentHash> {
    const file = await this.#begin((file) => ({ file, type: "hash", state, sha }));
    const hash: ContentHash = {
      update: (bytes) => this.#update(file, bytes, () => {}),
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

  async deflate(take: TakeDeflated): Promise<Deflation> {
    const file = await this.#begin((file) => ({ file, type: "deflate" }));
    let failure: { cause: unknown } | null = null;
    const takeAll = (parts: Uint8Array<ArrayBuffer>[]) => {
      if (failure) return;
      try {
        for (const part of parts) take(part);
      } catch (cause) {
        failure = { cause };
      }
    };
    const throwFailure = () => {
      if (failure) throw failure.cause;
    };
    const deflation: Deflation = {
      write: async (bytes) => {
        throwFailure();
        await this.#update(file, bytes, takeAll);
      },
      finish: async () => {
        dropped.unregister(deflation);
        this.files--;
        const answer = await this.#ask({ file, type: "finish" });
        if (answer.type !== "deflated") throw new Error(`Not deflated: ${answer.type}`);
        takeAll(answer.deflated);
        throwFailure();
      },
    };
    dropped.register(deflation, () => this.#drop(file), deflation);
    return deflation;
  }

  async read(files: readonly ArchivedBytes[]): Promise<(PlainFacts | null)[]> {
    this.files++;
    try {
      const memory = files.map(({ bytes }) => bytes.buffer);
      const answer = await this.#ask({ file: ++this.#lastFile, type: "read", files }, memory);
      if (answer.type !== "read") throw new Error(`Not read: ${answer.type}`);
      return answer.facts;
    } finally {
      this.files--;
    }
  }

  /** What nobody saw the end of is dropped when its sink is. */
  async #begin(message: (file: number) => ToFileWorker): Promise<number> {
    const file = ++this.#lastFile;
    this.files++;
    await this.#ask(message(file)).catch((error: unknown) => {
      this.files--;
      throw error;
    });
    return file;
  }

  async #update(
    file: number,
    bytes: Uint8Array<ArrayBuffer>,
    takeDeflated: (parts: Uint8Array<ArrayBuffer>[]) => void,
  ): Promise<void> {
    if (this.broken) throw this.broken;
    // A copy: the bytes themselves go on to the pack, or are read into again.
    const copy = this.#copyOf(bytes);
    this.#waitingBytes += copy.buffer.byteLength;
    this.#ask({ file, type: "update", bytes: copy }, [copy.buffer]).then(
      (answer) => {
        if (answer.type === "taken") takeDeflated(answer.deflated);
      },
      (error: unknown) => this.#break(new WorkLost("The worker failed", { cause: error })),
    );
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

  #ask(message: ToFileWorker, transfer: Transferable[] = []): Promise<FromFileWorker> {
    if (this.broken) return Promise.reject(this.broken);
    return new Promise((resolve, reject) => {
      this.#questions.push({ resolve, reject });
      this.#looking ??= setInterval(() => this.#look(), LOOK_MS);
      this.#port.postMessage(message, transfer);
    });
  }

  #look(): void {
    this.#silentLooks++;
    if (this.#silentLooks >= SILENT_LOOKS) this.#break(new WorkLost("The worker gives no answer"));
  }

  #lookNoMore(): void {
    if (this.#looking !== null) clearInterval(this.#looking);
    this.#looking = null;
  }

  #answered(answer: FromFileWorker): void {
    const question = this.#questions.shift();
    this.#silentLooks = 0;
    if (this.#questions.length === 0) this.#lookNoMore();
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
    const message: ToFileWorker = { file, type: "drop" };
    if (!this.broken) this.#port.postMessage(message);
  }

  /** Nothing of it can be trusted any more: its files are fetched again, and hashed by another. */
  #break(reason: WorkLost): void {
    if (this.broken) return;
    this.broken = reason;
    this.#lookNoMore();
    this.#port.terminate();
    for (const { reject } of this.#questions.splice(0)) reject(reason);
    for (const go of this.#waiting.splice(0)) go();
  }
}

const dropped = new FinalizationRegistry<() => void>((drop) => drop());
