import type { ContentHash, HashPool } from "./content-hash";
import { type Extent, type PackFile, PackWriter } from "./pack";

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
}

const HEAD_BYTES = 16;
/** ZIP, zstd, gzip, PNG, JPEG: already compressed, whatever the type says. */
const COMPRESSED_MAGIC = ["504b0304", "28b52ffd", "1f8b", "89504e47", "ffd8ff"];

/** Where one download goes: hashed, deflated where that pays, and appended to the pack. */
export class FileSink {
  #received = 0;
  #head = new Uint8Array(0);
  #deflate: Deflate | null = null;

  private constructor(
    private readonly writer: PackWriter,
    private readonly hash: ContentHash,
    private readonly compress: boolean,
  ) {}

  /** @param compress deflate, unless the first bytes show that it is compressed already */
  static async open(pack: PackFile, hashes: HashPool, compress: boolean): Promise<FileSink> {
    return new FileSink(new PackWriter(pack), await hashes.start(), compress);
  }

  /** Bytes taken so far, uncompressed. */
  get received(): number {
    return this.#received;
  }

  /** Takes the next bytes; resolves when more may come. @throws PackFull */
  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    if (chunk.length === 0) return;
    if (this.#received === 0) {
      this.#head = chunk.slice(0, HEAD_BYTES);
      if (this.compress && !looksCompressed(this.#head)) this.#deflate = new Deflate(this.writer);
    }
    this.#received += chunk.length;
    this.hash.update(chunk);
    if (this.#deflate) await this.#deflate.write(chunk);
    else this.writer.write(chunk);
  }

  /** @throws PackFull */
  async finish(): Promise<StoredFile> {
    await this.#deflate?.finish();
    const extents = this.writer.finish();
    const compressedSize = extents.reduce((sum, extent) => sum + extent.length, 0);
    return {
      method: this.#deflate ? 8 : 0,
      size: this.#received,
      compressedSize,
      ...this.hash.finish(),
      extents,
      head: this.#head,
    };
  }
}

class Deflate {
  readonly #input: WritableStreamDefaultWriter<BufferSource>;
  readonly #done: Promise<void>;

  constructor(writer: PackWriter) {
    const stream = new CompressionStream("deflate-raw");
    this.#input = stream.writable.getWriter();
    this.#done = drain(stream.readable, writer);
    // Seen by whoever writes or finishes next; a rejection must not count as unhandled until then.
    this.#done.catch(() => {});
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    await Promise.race([this.#input.write(chunk), this.#done]);
  }

  async finish(): Promise<void> {
    await Promise.all([this.#input.close(), this.#done]);
  }
}

async function drain(stream: ReadableStream<Uint8Array<ArrayBuffer>>, writer: PackWriter): Promise<void> {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) writer.write(part.value);
}

function looksCompressed(head: Uint8Array): boolean {
  const start = hex(head.subarray(0, 4));
  return COMPRESSED_MAGIC.some((magic) => start.startsWith(magic));
}

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
