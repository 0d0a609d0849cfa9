import { type ContentHash, type Hashed, HashPool, type HashState } from "@/core/bundle/content-hash";

/** To a worker that hashes: what to do with one of its files. */
export type ToHashWorker =
  | { file: number; type: "start"; state: HashState | null }
  | { file: number; type: "update"; bytes: Uint8Array<ArrayBuffer> }
  | { file: number; type: "save" }
  | { file: number; type: "finish" }
  /** Nobody wants it any more. */
  | { file: number; type: "drop" };

/** Each message but `drop` is answered by one, in their order. */
export type FromHashWorker =
  | { file: number; type: "started" }
  /** The memory comes back, to be filled again. */
  | { file: number; type: "taken"; memory: ArrayBuffer }
  | { file: number; type: "saved"; state: HashState }
  | { file: number; type: "hashed"; hashed: Hashed }
  | { file: number; type: "failed"; message: string };

/** The work of one worker: several files, each with a hash of its own. */
export class HashWorker {
  readonly #pool = new HashPool();
  readonly #files = new Map<number, ContentHash>();
  #turn: Promise<void> = Promise.resolve();

  constructor(private readonly send: (message: FromHashWorker, transfer?: Transferable[]) => void) {}

  receive(message: ToHashWorker): void {
    const { file } = message;
    this.#turn = this.#turn.then(async () => {
      try {
        await this.#do(message);
      } catch (error) {
        this.send({ file, type: "failed", message: String(error) });
      }
    });
  }

  async #do(message: ToHashWorker): Promise<void> {
    const { file } = message;
    if (message.type === "drop") {
      this.#files.delete(file);
      return;
    }
    if (message.type === "start") {
      this.#files.set(file, await this.#pool.start(message.state));
      this.send({ file, type: "started" });
      return;
    }
    const hash = this.#files.get(file);
    if (!hash) throw new Error(`No file ${file}`);
    switch (message.type) {
      case "update": {
        const { buffer: memory } = message.bytes;
        await hash.update(message.bytes);
        this.send({ file, type: "taken", memory }, [memory]);
        return;
      }
      case "save":
        this.send({ file, type: "saved", state: await hash.save() });
        return;
      case "finish":
        this.#files.delete(file);
        this.send({ file, type: "hashed", hashed: await hash.finish() });
    }
  }
}
