import { createCRC32, createSHA256, type IHasher } from "hash-wasm";
import { hex } from "./hex";

/** CRC-32 (for the ZIP) and SHA-256 (for proof) of one file. */
export interface Hashed {
  crc32: number;
  /** `NOT_HASHED` where nobody asked for it. */
  sha256: string;
}

/** In the place of the SHA-256 of an archive that is taken apart: it takes longer than all else that is done with it. */
export const NOT_HASHED = "";

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
   * @param sha false: CRC-32 is enough; a state knows that by itself
   * @throws Error where the state is of another version of hash-wasm
   */
  start(state?: HashState | null, sha?: boolean): Promise<ContentHash>;
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

  async start(state: HashState | null = null, sha = true): Promise<ContentHash> {
    const withSha = state ? state.sha.length > 0 : sha;
    const pair = this.#free.pop() ?? { crc: await createCRC32(), sha: await createSHA256() };
    pair.crc.init();
    pair.sha.init();
    if (state) {
      pair.crc.load(state.crc);
      if (withSha) pair.sha.load(state.sha);
    }
    return {
      update: async (bytes) => {
        pair.crc.update(bytes);
        if (withSha) pair.sha.update(bytes);
      },
      finish: async () => {
        const crc32 = Number.parseInt(pair.crc.digest("hex"), 16);
        const sha256 = withSha ? pair.sha.digest("hex") : NOT_HASHED;
        this.#free.push(pair);
        return { crc32, sha256 };
      },
      save: async () => ({ crc: pair.crc.save(), sha: withSha ? pair.sha.save() : new Uint8Array(0) }),
    };
  }
}
