import type { CollectedArtifact } from "./collect";
import type { HashPool } from "./content-hash";
import { FileSink, type StoredFile } from "./file-sink";
import { type Extent, joinBytes, type PackFile } from "./pack";
import { type ArchiveEntry, inflateChecked, readArchive } from "./zip/read-archive";

const READ_BYTES = 1024 * 1024;

/** A ZIP that lies in the pack, as it was received. */
export class PackedArchive {
  readonly entries: ReadonlyMap<string, ArchiveEntry>;

  /** @throws BadArchive where the bytes are no sound ZIP */
  constructor(
    private readonly pack: PackFile,
    private readonly extents: readonly Extent[],
    size: number,
  ) {
    const found = readArchive((offset, length) => this.#read(offset, length), size);
    this.entries = new Map(found.map((entry) => [entry.name, entry]));
  }

  /**
   * One member, proven by its CRC-32. Deflated bytes go into our ZIP as they are.
   * @param compress false: the member is wanted as a plain file, and a deflated one is inflated into the pack
   * @throws BadArchive where the member's bytes are not what the archive says; PackFull
   */
  async member(entry: ArchiveEntry, hashes: HashPool, compress: boolean, text: boolean): Promise<StoredFile> {
    const takeAsIs = compress && entry.method === 8;
    const sink = takeAsIs ? null : new FileSink(this.pack, hashes, compress && text);
    const hash = sink ? null : await hashes.start();
    let head = new Uint8Array(0);
    // One write after the other: the sink hashes and deflates in the order of the bytes.
    let written: Promise<void> = Promise.resolve();
    await inflateChecked(this.#chunks(entry), entry, (bytes) => {
      if (head.length === 0) head = bytes.slice(0, 16);
      hash?.update(bytes);
      if (sink) written = written.then(() => sink.write(bytes));
    });
    await written;
    if (sink) return sink.finish();
    const proven = hash?.finish() ?? { crc32: entry.crc32, sha256: "" };
    const extents = this.#slice(entry.dataOffset, entry.compressedSize);
    return { method: 8, size: entry.size, compressedSize: entry.compressedSize, ...proven, extents, head };
  }

  *#chunks(entry: ArchiveEntry): Iterable<Uint8Array<ArrayBuffer>> {
    for (let at = 0; at < entry.compressedSize; at += READ_BYTES) {
      yield this.#read(entry.dataOffset + at, Math.min(READ_BYTES, entry.compressedSize - at));
    }
  }

  #read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const pieces = this.#slice(offset, length).map((extent) => this.pack.read(extent.offset, extent.length));
    const [only] = pieces;
    return pieces.length === 1 && only ? only : joinBytes(pieces, length);
  }

  /** The pack's extents behind a range of the archive. */
  #slice(offset: number, length: number): Extent[] {
    const slices: Extent[] = [];
    let before = 0;
    for (const extent of this.extents) {
      const from = Math.max(offset - before, 0);
      const to = Math.min(offset + length - before, extent.length);
      if (to > from) slices.push({ offset: extent.offset + from, length: to - from });
      before += extent.length;
    }
    return slices;
  }
}

/** Members by the `uri` that they share with their archive. */
export function membersByArchive(
  archives: readonly CollectedArtifact[],
  artifacts: readonly CollectedArtifact[],
): Map<CollectedArtifact, CollectedArtifact[]> {
  const byUri = new Map(
    archives.filter(({ row }) => row.uri !== "").map((archive) => [archive.row.uri, archive]),
  );
  const members = new Map<CollectedArtifact, CollectedArtifact[]>(archives.map((archive) => [archive, []]));
  for (const artifact of artifacts) {
    const archive = artifact.row.bundle_key ? byUri.get(artifact.row.uri) : undefined;
    if (archive && archive !== artifact) members.get(archive)?.push(artifact);
  }
  return members;
}
