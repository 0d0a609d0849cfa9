import { createCRC32, type IHasher } from "hash-wasm";
import * as z from "zod/mini";
import { type Hashes, NOT_HASHED } from "../bundle/content-hash";
import type { FileOutcome } from "../bundle/fetch-context";
import type { FilePart, StoredFile } from "../bundle/file-sink";
import { hex, unhex } from "../bundle/hex";
import { type Extent, PackFile, PackFull, type PackHandle } from "../bundle/pack";
import { plainBytes } from "../bundle/stored-bytes";

/** Bytes of a big file that have come so far. */
export interface KeptPart {
  part: FilePart;
  /** Bytes of the whole file. */
  total: number;
}

const ARCHIVE = "archive:";

/** An archive's own bytes, which are no file of the export: its members are. */
export function archiveKey(artifactId: string): string {
  return ARCHIVE + artifactId;
}

const VERSION = 1;
/** So long may what is noted wait, to be written with others: what a browser that is killed may lose; milliseconds. */
const WRITE_MS = 100;
/** Between two flushes: what a power cut may cost. */
const SYNC_MS = 3000;
const READ_BYTES = 1024 * 1024;

const Offset = z.int().check(z.nonnegative());
const ExtentRecord = z.object({ offset: Offset, length: Offset });
const Hex = z.string().check(z.regex(/^(?:[0-9a-f]{2})*$/));
const FileRecord = z.object({
  kind: z.literal("file"),
  key: z.string(),
  proof: z.enum(["checksum", "crc32", "length", "none"]),
  contentType: z.nullable(z.string()),
  warning: z.nullable(z.enum(["checksum-differs", "whole-archive"])),
  method: z.union([z.literal(0), z.literal(8)]),
  size: Offset,
  compressedSize: Offset,
  crc32: Offset,
  sha256: z.string(),
  head: Hex,
  extents: z.array(ExtentRecord),
  local: z.nullable(z.object({ path: z.string(), modified: z.number(), extent: ExtentRecord })),
});
const PartRecord = z.object({
  kind: z.literal("part"),
  key: z.string(),
  total: Offset,
  received: Offset,
  head: Hex,
  crc: Hex,
  sha: Hex,
  extents: z.array(ExtentRecord),
});
const JournalRecord = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("journal"), version: z.number() }),
  FileRecord,
  PartRecord,
  z.object({ kind: z.literal("synced") }),
]);
type JournalRecord = z.infer<typeof JournalRecord>;

/**
 * What a job has in its pack, beside the pack: after a crash, a restart or an update the job goes on from here, and
 * nothing that was complete is fetched again (design.md §1). One JSON document a line, each with its CRC-32: a line
 * that was cut off ends the journal. Bytes since the last flush are proven by their SHA-256 before they count.
 */
export class Journal {
  readonly #files = new Map<string, FileOutcome>();
  readonly #parts = new Map<string, KeptPart>();
  #end = 0;
  #lastSync = Date.now();
  #lastWrite = 0;
  #dirty = false;
  /** Records that are not in the file yet. */
  #waiting: JournalRecord[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Nobody was there to be told when it happened. */
  #failure: { cause: unknown } | null = null;

  private constructor(
    private readonly handle: PackHandle,
    private readonly pack: PackFile,
    private readonly crc: IHasher,
  ) {}

  /**
   * Opens a job's pack with its journal, as they were left; both are empty for a new job.
   * @throws PackFull
   */
  static async open(
    handle: PackHandle,
    packHandle: PackHandle,
    hashes: Hashes,
  ): Promise<{ pack: PackFile; journal: Journal }> {
    const crc = await createCRC32();
    const { records, size } = readRecords(handle, crc);
    const pack = new PackFile(packHandle, endOf(records, packHandle.getSize()));
    const journal = new Journal(handle, pack, crc);
    await journal.#take(records, hashes);
    packHandle.truncate(pack.size);
    if (records.length > 0) {
      handle.truncate(size);
      journal.#end = size;
    } else {
      handle.truncate(0);
      journal.#write([{ kind: "journal", version: VERSION }]);
    }
    return { pack, journal };
  }

  /** How many artifacts are whole. */
  get filesKept(): number {
    return [...this.#files.keys()].filter((key) => !key.startsWith(ARCHIVE)).length;
  }

  /** A file that is in the pack already. */
  find(key: string): FileOutcome | undefined {
    return this.#files.get(key);
  }

  /** The beginning of a file that is in the pack already. */
  part(key: string): KeptPart | undefined {
    return this.#parts.get(key);
  }

  /** The file is whole, and its bytes are in the pack. @throws PackFull */
  note(key: string, outcome: FileOutcome): void {
    this.noteAll([[key, outcome]]);
  }

  /** The same of several files, at the price of one. @throws PackFull */
  noteAll(files: readonly (readonly [key: string, outcome: FileOutcome])[]): void {
    if (this.#failure) throw this.#failure.cause;
    if (files.length === 0) return;
    this.#waiting.push(...files.map(([key, outcome]) => fileRecord(key, outcome)));
    const now = Date.now();
    if (now - this.#lastSync >= SYNC_MS) this.#sync();
    else if (now - this.#lastWrite >= WRITE_MS) this.#writeOut();
    else this.#timer ??= setTimeout(() => this.#writeLater(), WRITE_MS);
  }

  /** So much of a big file is in the pack. @throws PackFull */
  notePart(key: string, { part, total }: KeptPart): void {
    const { received, head, hash, extents } = part;
    const states = { head: hex(head), crc: hex(hash.crc), sha: hex(hash.sha) };
    this.#waiting.push({ kind: "part", key, total, received, extents, ...states });
    // Its bytes are not proven when it is read: it counts from a flush on.
    this.#sync();
  }

  /** @throws PackFull where the last bytes don't reach the disk; both files are closed all the same */
  close(): void {
    try {
      if (this.#dirty || this.#waiting.length > 0) this.#sync();
    } finally {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.handle.close();
      this.pack.close();
    }
  }

  #sync(): void {
    this.#writeOut();
    this.pack.flush();
    this.#write([{ kind: "synced" }]);
    this.#guarded(() => this.handle.flush());
    this.#lastSync = Date.now();
    this.#dirty = false;
  }

  #writeLater(): void {
    this.#timer = null;
    try {
      this.#writeOut();
    } catch (cause) {
      this.#failure = { cause };
    }
  }

  /** The bytes first: what the journal names is in the pack. */
  #writeOut(): void {
    this.pack.writeOut();
    if (this.#waiting.length > 0) this.#write(this.#waiting.splice(0));
    this.#lastWrite = Date.now();
  }

  #write(records: readonly JournalRecord[]): void {
    const lines = new TextEncoder().encode(records.map((record) => lineOf(record, this.crc)).join(""));
    this.#guarded(() => {
      const written = this.handle.write(lines, { at: this.#end });
      if (written < lines.length) throw new Error(`The journal took ${written} of ${lines.length} bytes`);
    });
    this.#end += lines.length;
    this.#dirty = true;
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (cause) {
      throw new PackFull("The journal can't be written", { cause });
    }
  }

  async #take(records: readonly JournalRecord[], hashes: Hashes): Promise<void> {
    const flushed = records.findLastIndex(({ kind }) => kind === "synced");
    for (const [index, record] of records.entries()) {
      if (record.kind === "file") await this.#takeFile(record, index < flushed, hashes);
      else if (record.kind === "part" && index < flushed && fits(record.extents, this.pack.size))
        this.#parts.set(record.key, keptPart(record));
    }
  }

  async #takeFile(record: z.infer<typeof FileRecord>, flushed: boolean, hashes: Hashes): Promise<void> {
    const { key, proof, contentType, warning } = record;
    if (!fits(extentsOf(record), this.pack.size)) return;
    const file = storedFile(record);
    // The header before the bytes is not proven by them: a new one is made.
    if (!flushed) delete file.local;
    if (flushed || (await isWhole(this.pack, file, hashes)))
      this.#files.set(key, { kind: "file", file, proof, contentType, warning });
  }
}

function fileRecord(key: string, { file, proof, contentType, warning }: FileOutcome): JournalRecord {
  const { method, size, compressedSize, crc32, sha256, extents } = file;
  const known = { method, size, compressedSize, crc32, sha256, extents };
  const local = file.local ?? null;
  return { kind: "file", key, proof, contentType, warning, ...known, head: hex(file.head), local };
}

function storedFile(record: z.infer<typeof FileRecord>): StoredFile {
  const { method, size, compressedSize, crc32, sha256, extents, head, local } = record;
  const file: StoredFile = { method, size, compressedSize, crc32, sha256, extents, head: unhex(head) };
  return local ? { ...file, local } : file;
}

function keptPart({ total, received, head, crc, sha, extents }: z.infer<typeof PartRecord>): KeptPart {
  const hash = { crc: unhex(crc), sha: unhex(sha) };
  return { total, part: { received, head: unhex(head), hash, extents } };
}

/** The bytes are those whose hashes were noted. */
async function isWhole(pack: PackFile, file: StoredFile, hashes: Hashes): Promise<boolean> {
  const hash = await hashes.start(null, file.sha256 !== NOT_HASHED);
  try {
    for await (const bytes of plainBytes(pack, file)) await hash.update(bytes);
  } catch {
    return false; // What can't be inflated is not whole: it is fetched again.
  }
  const { crc32, sha256 } = await hash.finish();
  return crc32 === file.crc32 && sha256 === file.sha256;
}

function fits(extents: readonly Extent[], size: number): boolean {
  return extents.every(({ offset, length }) => offset + length <= size);
}

/** An empty file may have a header in the pack all the same. */
function extentsOf(record: JournalRecord): Extent[] {
  if (record.kind === "part") return record.extents;
  if (record.kind !== "file") return [];
  return record.local ? [...record.extents, record.local.extent] : record.extents;
}

/** Where the pack goes on: behind everything that a record names, as far as it is there. */
function endOf(records: readonly JournalRecord[], packSize: number): number {
  const named = records.flatMap(extentsOf);
  const end = named.reduce((most, { offset, length }) => Math.max(most, offset + length), 0);
  return Math.min(end, packSize);
}

/** @returns the sound lines, and where they end; nothing for a journal of another version */
function readRecords(handle: PackHandle, crc: IHasher): { records: JournalRecord[]; size: number } {
  const text = readText(handle);
  const records: JournalRecord[] = [];
  let size = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", size)) {
    const record = recordIn(text.slice(size, end), crc);
    if (!record) break;
    records.push(record);
    size = end + 1;
  }
  const [first] = records;
  const ours = first?.kind === "journal" && first.version === VERSION;
  return ours ? { records, size } : { records: [], size: 0 };
}

/** Lines are ASCII (names are escaped), so that characters are bytes. */
function readText(handle: PackHandle): string {
  const parts: string[] = [];
  const decoder = new TextDecoder("latin1");
  for (let at = 0; ; ) {
    const bytes = new Uint8Array(READ_BYTES);
    const count = handle.read(bytes, { at });
    if (count <= 0) return parts.join("");
    parts.push(decoder.decode(bytes.subarray(0, count)));
    at += count;
  }
}

function recordIn(line: string, crc: IHasher): JournalRecord | null {
  const json = line.slice(9);
  if (line.slice(0, 8) !== checkOf(json, crc)) return null;
  try {
    return JournalRecord.parse(JSON.parse(json));
  } catch {
    return null; // A sound line of a later version: what follows can't be read either.
  }
}

function lineOf(record: JournalRecord, crc: IHasher): string {
  const json = JSON.stringify(record).replace(
    /[^\0-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${checkOf(json, crc)} ${json}\n`;
}

function checkOf(json: string, crc: IHasher): string {
  return crc.init().update(json).digest("hex");
}
