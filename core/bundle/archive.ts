import { isArchiveType } from "../skyvern/artifact-types";
import type { CollectedArtifact } from "./artifact-union";
import { FileSink, type StoredFile } from "./file-sink";
import { type ArchivedBytes, type FileWork, HEAD_BYTES, type PlainFacts } from "./file-work";
import { type Extent, joinBytes, type PackFile } from "./pack";
import { inflateWhole, WHOLE_BYTES } from "./whole-inflate";
import { type ArchiveEntry, BadArchive, inflateChecked, readArchive } from "./zip/read-archive";

const READ_BYTES = 1024 * 1024;
/** Of small members, as they stand in the archive, that are read in one go. */
const BATCH_BYTES = 1024 * 1024;

/** A member that is to be had. */
export interface WantedMember {
  entry: ArchiveEntry;
  /** Text, which is deflated where the archive has it as it is. */
  text: boolean;
}

/** A ZIP that lies in the pack, as it was received. */
export class PackedArchive {
  readonly entries: readonly ArchiveEntry[];
  readonly #byName = new Map<string, ArchiveEntry[]>();
  /** A small archive is read once, and not for each of its members. */
  readonly #held: Uint8Array<ArrayBuffer> | null = null;

  /** @throws BadArchive where the bytes are no sound ZIP */
  constructor(
    private readonly pack: PackFile,
    private readonly extents: readonly Extent[],
    size: number,
  ) {
    if (size <= WHOLE_BYTES) this.#held = this.#read(0, size);
    this.entries = readArchive((offset, length) => this.#read(offset, length), size);
    for (const entry of this.entries)
      this.#byName.set(entry.name, [...(this.#byName.get(entry.name) ?? []), entry]);
  }

  /**
   * The entry of one of the rows that share a name. An archive may hold a name twice, and so may the list
   * (skyvern-api.md §5): they go together in order, the last entries first where there are more of them, since
   * Skyvern's own reader takes the last.
   * @param nth 0 for the first of `rows` rows
   */
  entryOf(name: string, nth = 0, rows = 1): ArchiveEntry | undefined {
    const entries = this.#byName.get(name) ?? [];
    return entries[Math.min(Math.max(entries.length - rows, 0) + nth, entries.length - 1)];
  }

  /**
   * Members, proven by their CRC-32. What has in our ZIP the form that it has in the archive goes there as it is:
   * deflated bytes, and stored ones that deflate wouldn't make smaller.
   * @param compress false: members are wanted as plain files, and deflated ones are inflated into the pack
   * @returns in the order asked for; null where a member's bytes are not what the archive says
   * @throws PackFull
   */
  async members(
    wanted: readonly WantedMember[],
    work: FileWork,
    compress: boolean,
  ): Promise<(StoredFile | null)[]> {
    const small = wanted.filter((each) => isSmall(each.entry) && keepsForm(each, compress));
    const read = new Map<ArchiveEntry, PlainFacts | null>();
    for (const batch of batches(small)) {
      const facts = await work.read(batch.map((each) => this.#archived(each)));
      for (const [index, { entry }] of batch.entries()) read.set(entry, facts[index] ?? null);
    }
    const files: (StoredFile | null)[] = [];
    for (const each of wanted) {
      const facts = read.get(each.entry);
      const file =
        facts === undefined ? await this.#byItself(each, work, compress) : this.#small(each.entry, facts);
      files.push(file);
    }
    return files;
  }

  /** The same for one. @throws BadArchive where its bytes are not what the archive says; PackFull */
  async member(wanted: WantedMember, work: FileWork, compress: boolean): Promise<StoredFile> {
    const [file] = await this.members([wanted], work, compress);
    if (!file) throw new BadArchive(`${wanted.entry.name}: not the bytes that the archive says`);
    return file;
  }

  #archived({ entry, text }: WantedMember): ArchivedBytes {
    const { method, dataOffset, compressedSize, size } = entry;
    const bytes = this.#read(dataOffset, compressedSize);
    return { method: method === 8 ? 8 : 0, bytes: this.#held ? bytes.slice() : bytes, size, text };
  }

  #small(entry: ArchiveEntry, facts: PlainFacts | null): StoredFile | null {
    if (!facts || facts.crc32 !== entry.crc32 || facts.size !== entry.size) return null;
    return { ...facts, ...this.#form(entry) };
  }

  /** How it lies in the pack. */
  #form({ method, dataOffset, compressedSize }: ArchiveEntry) {
    const extents = this.#slice(dataOffset, compressedSize);
    return { method: method === 8 ? 8 : 0, compressedSize, extents } as const;
  }

  async #byItself(each: WantedMember, work: FileWork, compress: boolean): Promise<StoredFile | null> {
    const { entry, text } = each;
    try {
      const file = keepsForm(each, compress)
        ? await this.#asItIs(entry, work)
        : await this.#inflated(entry, work, compress && text);
      return file.crc32 === entry.crc32 && file.size === entry.size ? file : null;
    } catch (error) {
      if (error instanceof BadArchive) return null;
      throw error;
    }
  }

  async #asItIs(entry: ArchiveEntry, work: FileWork): Promise<StoredFile> {
    const hash = await work.start();
    let head = new Uint8Array(0);
    await inflateChecked(this.#chunks(entry), entry, (bytes) => {
      if (head.length === 0) head = bytes.slice(0, HEAD_BYTES);
      return hash.update(bytes);
    });
    return { size: entry.size, head, ...(await hash.finish()), ...this.#form(entry) };
  }

  /** The plain bytes of a small member. @throws BadArchive */
  async #whole({ name, method, size, dataOffset, compressedSize }: ArchiveEntry) {
    const bytes = this.#read(dataOffset, compressedSize);
    if (method === 0) return bytes;
    return inflateWhole(bytes, size).catch((cause: unknown) => {
      throw new BadArchive(`${name}: can't be inflated`, { cause });
    });
  }

  async #inflated(entry: ArchiveEntry, work: FileWork, compress: boolean): Promise<StoredFile> {
    const sink = new FileSink(this.pack, work, compress);
    if (isSmall(entry)) await sink.write(await this.#whole(entry));
    else await inflateChecked(this.#chunks(entry), entry, (bytes) => sink.write(bytes));
    return sink.finish();
  }

  *#chunks(entry: ArchiveEntry): Iterable<Uint8Array<ArrayBuffer>> {
    for (let at = 0; at < entry.compressedSize; at += READ_BYTES) {
      yield this.#read(entry.dataOffset + at, Math.min(READ_BYTES, entry.compressedSize - at));
    }
  }

  #read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    if (this.#held) return this.#held.subarray(offset, offset + length);
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

function isSmall({ size, compressedSize }: ArchiveEntry): boolean {
  return size <= WHOLE_BYTES && compressedSize <= WHOLE_BYTES;
}

/** Its form in the archive is the one that it has in our ZIP. */
function keepsForm({ entry, text }: WantedMember, compress: boolean): boolean {
  return entry.method === 8 ? compress : !(compress && text);
}

function* batches(wanted: readonly WantedMember[]): Generator<WantedMember[]> {
  let batch: WantedMember[] = [];
  let bytes = 0;
  for (const each of wanted) {
    const { compressedSize } = each.entry;
    if (batch.length > 0 && bytes + compressedSize > BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(each);
    bytes += compressedSize;
  }
  if (batch.length > 0) yield batch;
}

/** The rows of one archive, the same file each, and the artifacts that are its members. */
export interface ArchiveGroup {
  rows: CollectedArtifact[];
  members: CollectedArtifact[];
}

/**
 * Archives and their members, which share a `uri` (skyvern-api.md §5). An archive inside an archive has a
 * `bundle_key` too: it is a member then, and no archive to take apart.
 */
export function groupArchives(artifacts: readonly CollectedArtifact[]): ArchiveGroup[] {
  const groups: ArchiveGroup[] = [];
  const byUri = new Map<string, ArchiveGroup>();
  const start = (archive: CollectedArtifact) => {
    const group = { rows: [archive], members: [] };
    groups.push(group);
    if (archive.row.uri !== "") byUri.set(archive.row.uri, group);
  };
  const archives = artifacts.filter(({ row }) => isArchiveType(row.artifact_type));
  for (const archive of archives.filter(({ row }) => !row.bundle_key)) {
    const same = byUri.get(archive.row.uri);
    if (same) same.rows.push(archive);
    else start(archive);
  }
  for (const archive of archives.filter(({ row }) => row.bundle_key))
    if (!byUri.has(archive.row.uri)) start(archive);
  const taken = new Set(groups.flatMap(({ rows }) => rows));
  for (const artifact of artifacts)
    if (artifact.row.bundle_key && !taken.has(artifact)) byUri.get(artifact.row.uri)?.members.push(artifact);
  return groups;
}
