import type { ZipFile } from "./zip-file";

/** Where bundles go. */
export interface Destination {
  /** What people know it by: a path, or `s3://bucket/prefix`. */
  readonly address: string;
  /**
   * Puts a finished ZIP there, under a name that nothing has yet: `name.zip`, else `name (1).zip`… What is there is
   * never written over. When this resolves the bundle outlives a power cut.
   * @param onName told before the bundle can be seen under that name, and again where another took it meanwhile
   * @returns the name
   */
  save(
    zip: ZipFile,
    name: string,
    signal: AbortSignal,
    onName: (saved: string) => Promise<void>,
  ): Promise<string>;
  /** True where there is exactly this bundle. */
  has(saved: string, bundle: Pick<ZipFile, "bytes" | "sha256">): Promise<boolean>;
  /** Takes a bundle away; one that is not there is no error. */
  remove(saved: string): Promise<void>;
  /** Writes a text of our own, over the one before: `runs.csv`, an index page. */
  writeText(name: string, type: string, parts: AsyncIterable<string>): Promise<void>;
  /** When such a text was written last, in milliseconds since the epoch; null where it is not there. */
  writtenAt(name: string): Promise<number | null>;
}

/** The names to try, as browsers number downloads. */
export function* names(name: string): Generator<string> {
  yield `${name}.zip`;
  for (let count = 1; count < 10_000; count++) yield `${name} (${count}).zip`;
  throw new Error(`There are 10,000 bundles named ${name} already.`);
}
