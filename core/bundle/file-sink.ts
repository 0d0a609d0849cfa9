import type { ContentHash, HashState } from "./content-hash";
import { type Deflation, LocalDeflation } from "./deflate";
import { type FileWork, HEAD_BYTES } from "./file-work";
import { hex } from "./hex";
import { type Extent, type PackFile, PackWriter } from "./pack";
import { holdNoSignedUrls } from "./signed-urls";
import { localHeader } from "./zip/records";

/** A whole file in the pack, in the form that it has in the ZIP. */
export interface StoredFile {
  /** 8: deflated in the pack; 0: as it is. */
  method: 0 | 8;
  size: number;
  compressedSize: number;
  crc32: number;
  sha256: string;
  extents: Extent[];
  /** The first bytes, for telling the format. */
  head: Uint8Array;
  /** A small text that holds no signed URL; absent where nobody looked. */
  unsigned?: true;
  /** The local header that stands right before the bytes in the pack, and what it says; absent where none does. */
  local?: LocalHeader;
}

/** Where a file is expected to stand in the ZIP. */
export interface ExpectedEntry {
  path: string;
  /** Milliseconds since the epoch. */
  modified: number;
}

export interface LocalHeader extends ExpectedEntry {
  extent: Extent;
}

/** The beginning of a file that is in the pack, as it is: another sink can go on with it. */
export interface FilePart {
  received: number;
  head: Uint8Array;
  hash: HashState;
  extents: Extent[];
}

/** A file of one chunk is deflated here up to this size: it isn't worth the way to another thread. */
const SMALL_BYTES = 256 * 1024;
/** ZIP, zstd, gzip, PNG, JPEG: already compressed, whatever the type says. */
const COMPRESSED_MAGIC = ["504b0304", "28b52ffd", "1f8b", "89504e47", "ffd8ff"];

/** Where one download goes: hashed, deflated where that pays, and appended to the pack. */
export class FileSink {
  #received = 0;
  #head = new Uint8Array(0);
  #deflated = false;
  #deflation: Deflation | null = null;

  /** The only chunk so far: most files are one, and hash faster whole. */
  #only: Uint8Array<ArrayBuffer> | null = null;
  #hash: ContentHash | null = null;
  #writing = false;
  #writer: PackWriter;

  constructor(
    private readonly pack: PackFile,
    private readonly work: FileWork,
    /** `always`: whatever its first bytes look like. */
    private readonly compress: boolean | "always",
    /** A header for it is written in front of a small file: the ZIP is in the pack then as it is to be. */
    private readonly expected: ExpectedEntry | null = null,
    /** False: the SHA-256 of a big file is not needed. */
    private readonly sha = true,
  ) {
    this.#writer = new PackWriter(pack);
  }

  /** Goes on with a file whose beginning is in the pack. @throws Error where its hash can't be gone on with */
  async goOn({ received, head, hash, extents }: FilePart): Promise<void> {
    this.#hash = await this.work.start(hash);
    this.#received = received;
    this.#head = head.slice();
    this.#writer = new PackWriter(this.pack, extents);
  }

  /**
   * What is there so far, for `goOn`; null for what is deflated, or not more than one chunk. No bytes may come before it
   * resolves. @throws PackFull
   */
  async checkpoint(): Promise<FilePart | null> {
    if (this.#deflated || !this.#hash || this.#writing) return null;
    const extents = this.#writer.checkpoint();
    return { received: this.#received, head: this.#head, hash: await this.#hash.save(), extents };
  }

  /** Bytes taken so far, uncompressed. */
  get received(): number {
    return this.#received;
  }

  /**
   * Takes the next bytes; resolves when more may come, and not before may they come.
   * @param lent the bytes are the giver's again then
   * @throws PackFull
   */
  async write(chunk: Uint8Array<ArrayBuffer>, lent = false): Promise<void> {
    if (this.#writing) throw new Error("Bytes came before those before them were taken");
    if (chunk.length === 0) return;
    this.#writing = true;
    await this.#take(chunk, lent);
    this.#writing = false;
  }

  async #take(chunk: Uint8Array<ArrayBuffer>, lent: boolean): Promise<void> {
    if (this.#received === 0) this.#takeFirst(chunk, lent);
    else await this.#takeNext(chunk);
    if (!this.#deflated) this.#writer.write(chunk, lent);
    this.#received += chunk.length;
  }

  #takeFirst(chunk: Uint8Array<ArrayBuffer>, lent: boolean): void {
    this.#head = chunk.slice(0, HEAD_BYTES);
    this.#deflated = this.compress === "always" || (this.compress && !looksCompressed(this.#head));
    this.#only = lent ? chunk.slice() : chunk;
  }

  async #takeNext(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#hash ??= await this.work.start(null, this.sha);
    if (this.#deflated) this.#deflation ??= await this.#deflate();
    const only = this.#only;
    this.#only = null;
    for (const bytes of only ? [only, chunk] : [chunk]) {
      await this.#hash.update(bytes);
      await this.#deflation?.write(bytes);
    }
  }

  #deflate(): Promise<Deflation> {
    return this.work.deflate((part) => this.#writer.write(part));
  }

  /** The rest of the deflation; all of it where the file is one chunk. */
  async #deflateRest(): Promise<void> {
    const only = this.#only;
    if (only && this.#deflated) {
      const small = only.length <= SMALL_BYTES;
      this.#deflation = small
        ? new LocalDeflation((part) => this.#writer.write(part))
        : await this.#deflate();
      await this.#deflation.write(only);
    }
    await this.#deflation?.finish();
  }

  /** @throws PackFull; WorkLost */
  async finish(): Promise<StoredFile> {
    const hashing = this.#hash?.finish() ?? this.work.whole(this.#only ?? new Uint8Array(0));
    const [hashed] = await Promise.all([hashing, this.#deflateRest()]);
    const method: 0 | 8 = this.#deflated ? 8 : 0;
    const compressedSize = this.#writer.written;
    const record = { method, size: this.#received, compressedSize, ...hashed };
    const header = this.#expectedHeader(record);
    const extents = this.#writer.finish();
    const file: StoredFile = { ...record, extents, head: this.#head };
    if (this.#deflated && this.#only && holdNoSignedUrls(this.#only)) file.unsigned = true;
    const [whole] = extents;
    if (!header || !this.expected || !whole) return file;
    const local = { ...this.expected, extent: { offset: whole.offset, length: header.length } };
    const bytes = { offset: whole.offset + header.length, length: whole.length - header.length };
    return { ...file, extents: bytes.length > 0 ? [bytes] : [], local };
  }

  /** @returns the header that now stands before the bytes; null where it can't */
  #expectedHeader(
    record: Pick<StoredFile, "method" | "size" | "compressedSize" | "crc32">,
  ): Uint8Array<ArrayBuffer> | null {
    if (!this.expected) return null;
    const { path, modified } = this.expected;
    const header = localHeader({ ...record, name: new TextEncoder().encode(path), modified, offset: 0 });
    return this.#writer.prepend(header) ? header : null;
  }
}

function looksCompressed(head: Uint8Array): boolean {
  const start = hex(head.subarray(0, 4));
  return COMPRESSED_MAGIC.some((magic) => start.startsWith(magic));
}
