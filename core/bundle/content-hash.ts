import { createCRC32, createSHA256, type IHasher } from "hash-wasm";
import { hex } from "./hex";

/** CRC-32 (for the ZIP) and SHA-256 (for proof) of one file. */
export interface Hashed {
  crc32: number;
  sha256: string;
}

/** Hashes one file, on the way in. */
export interface ContentHash {
  /** Takes the next bytes; resolves when more may come. @throws WorkLost */
  update(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  finish(): Promise<Hashed>;
  /** What it needs to go on with the same file another time. */
  save(): Promise<HashState>;
}

/** hash-wasm's own form of what a hasher knows. */
export interface HashState {
  crc: Uint8Array;
  sha: Uint8Array;
}

/** Where files are hashed. */
export interface Hashes {
  /** Both hashes of bytes that are all there. */
  whole(bytes: Uint8Array<ArrayBuffer>): Promise<Hashed>;
  /**
   * Give it back by `finish`; one that is dropped before is simply collected.
   * @param state of the bytes before, as saved
   * @throws Error where the state is of another version of hash-wasm
   */
  start(state?: HashState | null): Promise<ContentHash>;
}

/** Hashes on this thread. Hashers are WebAssembly instances, dear to make and free to use again. */
export class HashPool implements Hashes {
  readonly #free: { crc: IHasher; sha: IHasher }[] = [];

  #crc: Promise<IHasher> | null = null;

  /** SHA-256 runs beside this thread here. */
  async whole(bytes: Uint8Array<ArrayBuffer>): Promise<Hashed> {
    this.#crc ??= createCRC32();
    const crc = await this.#crc;
    const digest = crypto.subtle.digest("SHA-256", bytes);
    const crc32 = Number.parseInt(crc.init().update(bytes).digest("hex"), 16);
    return { crc32, sha256: hex(new Uint8Array(await digest)) };
  }

  async start(state: HashState | null = null): Promise<ContentHash> {
    const pair = this.#free.pop() ?? { crc: await createCRC32(), sha: await createSHA256() };
    pair.crc.init();
    pair.sha.init();
    if (state) {
      pair.crc.load(state.crc);
      pair.sha.load(state.sha);
    }
    return {
      update: async (bytes) => {
        pair.crc.update(bytes);
        pair.sha.update(bytes);
      },
      finish: async () => {
        const result = { crc32: Number.parseInt(pair.crc.digest("hex"), 16), sha256: pair.sha.digest("hex") };
        this.#free.push(pair);
        return result;
      },
      save: async () => ({ crc: pair.crc.save(), sha: pair.sha.save() }),
    };
  }
}
