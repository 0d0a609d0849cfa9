import type { ContentHash, Hashed, HashState } from "@/core/bundle/content-hash";
import { LocalDeflation } from "@/core/bundle/deflate";
import { type ArchivedBytes, LocalWork, type PlainFacts } from "@/core/bundle/file-work";

/** To a worker: what to do with one of its files. */
export type ToFileWorker =
  | { file: number; type: "hash"; state: HashState | null; sha: boolean }
  | { file: number; type: "deflate" }
  /** All at once; `file` stands for them. */
  | { file: number; type: "read"; files: readonly ArchivedBytes[] }
  | { file: number; type: "update"; bytes: Uint8Array<ArrayBuffer> }
  | { file: number; type: "save" }
  | { file: number; type: "finish" }
  /** Nobody wants it any more. */
  | { file: number; type: "drop" };

/** Each message but `drop` is answered by one, in their order. */
export type FromFileWorker =
  | { file: number; type: "started" }
  /** The memory comes back, to be filled again; with what of the file is deflated by now. */
  | { file: number; type: "taken"; memory: ArrayBuffer; deflated: Uint8Array<ArrayBuffer>[] }
  | { file: number; type: "saved"; state: HashState }
  | { file: number; type: "hashed"; hashed: Hashed }
  | { file: number; type: "deflated"; deflated: Uint8Array<ArrayBuffer>[] }
  | { file: number; type: "read"; facts: (PlainFacts | null)[] }
  | { file: number; type: "failed"; message: string };

/** Deflates one file, and keeps what came of it until someone asks. */
class Deflating {
  #parts: Uint8Array<ArrayBuffer>[] = [];
  readonly #deflation = new LocalDeflation((part) => this.#parts.push(part));

  async update(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>[]> {
    await this.#deflation.write(bytes);
    return this.#takeParts();
  }

  async finish(): Promise<Uint8Array<ArrayBuffer>[]> {
    await this.#deflation.finish();
    return this.#takeParts();
  }

  /** Each in memory of its own, which can go to another thread. */
  #takeParts(): Uint8Array<ArrayBuffer>[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts.map((part) => (part.byteLength === part.buffer.byteLength ? part : part.slice()));
  }
}

/** The work of one worker: several files, each with a hash or a deflation of its own. */
export class FileWorker {
  readonly #work = new LocalWork();
  readonly #hashes = new Map<number, ContentHash>();
  readonly #deflations = new Map<number, Deflating>();
  #turn: Promise<void> = Promise.resolve();

  constructor(private readonly send: (message: FromFileWorker, transfer?: Transferable[]) => void) {}

  receive(message: ToFileWorker): void {
    const { file } = message;
    this.#turn = this.#turn.then(async () => {
      try {
        await this.#do(message);
      } catch (error) {
        this.send({ file, type: "failed", message: String(error) });
      }
    });
  }

  async #do(message: ToFileWorker): Promise<void> {
    const { file } = message;
    switch (message.type) {
      case "hash":
        this.#hashes.set(file, await this.#work.start(message.state, message.sha));
        return this.send({ file, type: "started" });
      case "deflate":
        this.#deflations.set(file, new Deflating());
        return this.send({ file, type: "started" });
      case "read":
        return this.send({ file, type: "read", facts: await this.#work.read(message.files) });
      case "drop":
        this.#hashes.delete(file);
        this.#deflations.delete(file);
        return;
      default: {
        const deflation = this.#deflations.get(file);
        await (deflation ? this.#deflate(deflation, message) : this.#hash(message));
      }
    }
  }

  async #deflate(deflation: Deflating, message: ToFileWorker): Promise<void> {
    const { file, type } = message;
    if (type === "update") {
      const { buffer: memory } = message.bytes;
      const deflated = await deflation.update(message.bytes);
      this.send({ file, type: "taken", memory, deflated }, [memory, ...deflated.map(({ buffer }) => buffer)]);
      return;
    }
    if (type !== "finish") throw new Error(`No ${type} of a file that is deflated`);
    this.#deflations.delete(file);
    const deflated = await deflation.finish();
    this.send(
      { file, type: "deflated", deflated },
      deflated.map(({ buffer }) => buffer),
    );
  }

  async #hash(message: ToFileWorker): Promise<void> {
    const { file } = message;
    const hash = this.#hashes.get(file);
    if (!hash) throw new Error(`No file ${file}`);
    switch (message.type) {
      case "update": {
        const { buffer: memory } = message.bytes;
        await hash.update(message.bytes);
        this.send({ file, type: "taken", memory, deflated: [] }, [memory]);
        return;
      }
      case "save":
        this.send({ file, type: "saved", state: await hash.save() });
        return;
      case "finish":
        this.#hashes.delete(file);
        this.send({ file, type: "hashed", hashed: await hash.finish() });
    }
  }
}
