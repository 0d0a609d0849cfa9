import { type Hashes, HashPool } from "./content-hash";
import { type Deflates, type Deflation, LocalDeflation, type TakeDeflated } from "./deflate";

/** Whoever did the work is gone, with what it knew of its files. */
export class WorkLost extends Error {
  override name = "WorkLost";
}

/** What takes long with the bytes of a file, on whatever thread it is done. */
export interface FileWork extends Hashes, Deflates {}

/** Does it on this thread. */
export class LocalWork extends HashPool implements FileWork {
  async deflate(take: TakeDeflated): Promise<Deflation> {
    return new LocalDeflation(take);
  }
}
