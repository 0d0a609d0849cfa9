import { type Hashed, type Hashes, HashPool } from "./content-hash";
import { type Deflates, type Deflation, LocalDeflation, type TakeDeflated } from "./deflate";
import { holdNoSignedUrls } from "./signed-urls";
import { BadDeflate, inflateWhole } from "./whole-inflate";

/** Of a file's beginning, for telling its format. */
export const HEAD_BYTES = 16;

/** Whoever did the work is gone, with what it knew of its files. */
export class WorkLost extends Error {
  override name = "WorkLost";
}

/** A small file as it stands in an archive. */
export interface ArchivedBytes {
  /** 8: deflated; 0: as it is. */
  method: 0 | 8;
  /** In memory of their own, which is given away. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the plain bytes, as the archive has it. */
  size: number;
  /** It is looked through for signed URLs then. */
  text: boolean;
}

/** What its plain bytes are. */
export interface PlainFacts extends Hashed {
  size: number;
  head: Uint8Array;
  /** A text that holds no signed URL; absent where nobody looked. */
  unsigned?: true;
}

/** What takes long with the bytes of a file, on whatever thread it is done. */
export interface FileWork extends Hashes, Deflates {
  /** Reads small files of an archive; null for one that can't be inflated to the size that it is said to have. */
  read(files: readonly ArchivedBytes[]): Promise<(PlainFacts | null)[]>;
}

/** Does it on this thread. */
export class LocalWork extends HashPool implements FileWork {
  async deflate(take: TakeDeflated): Promise<Deflation> {
    return new LocalDeflation(take);
  }

  async read(files: readonly ArchivedBytes[]): Promise<(PlainFacts | null)[]> {
    const facts: (PlainFacts | null)[] = [];
    // One after the other: no more than one is inflated in memory.
    for (const file of files) facts.push(await this.#readOne(file));
    return facts;
  }

  async #readOne({ method, bytes, size, text }: ArchivedBytes): Promise<PlainFacts | null> {
    try {
      const plain = method === 0 ? bytes : await inflateWhole(bytes, size);
      const facts = { size: plain.length, head: plain.slice(0, HEAD_BYTES), ...(await this.whole(plain)) };
      return text && holdNoSignedUrls(plain) ? { ...facts, unsigned: true } : facts;
    } catch (error) {
      if (error instanceof BadDeflate) return null;
      throw error;
    }
  }
}
