/** A run of bytes in the pack. */
export interface Extent {
  offset: number;
  length: number;
}

/** The part of `FileSystemSyncAccessHandle` that a pack needs; offsets and lengths in bytes. */
export interface PackHandle {
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  read(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  flush(): void;
  close(): void;
  getSize(): number;
  truncate(size: number): void;
}

/** Small chunks are gathered to writes of this size. */
const BATCH_BYTES = 1024 * 1024;
/** And so are small files: each write costs the browser 0.1 ms and a message between its processes, whatever its size. */
const GATHERED_BYTES = 1024 * 1024;

/** The pack could not be written: the disk or the quota is full. */
export class PackFull extends Error {
  override name = "PackFull";
}

/**
 * One append-only file that all artifacts of a job stream into at once, each as a list of extents. Closed
 * before slices of it are taken, and never written again: one more byte would make them unreadable.
 */
export class PackFile {
  #end: number;
  /** What stands at the pack's end and is not in the file yet. */
  #gathered: Uint8Array<ArrayBuffer> | null = null;
  #waiting = 0;

  /** @param end where the pack goes on, in bytes */
  constructor(
    private readonly handle: PackHandle,
    end = 0,
  ) {
    this.#end = end;
  }

  /** Bytes appended so far, those of abandoned downloads included. */
  get size(): number {
    return this.#end;
  }

  /** The bytes are the giver's again. @throws PackFull where the disk takes fewer bytes than given, or than before */
  append(bytes: Uint8Array<ArrayBuffer>): Extent {
    const offset = this.#end;
    if (this.#waiting + bytes.length > GATHERED_BYTES) this.writeOut();
    if (bytes.length < GATHERED_BYTES / 2) {
      this.#gathered ??= new Uint8Array(GATHERED_BYTES);
      this.#gathered.set(bytes, this.#waiting);
      this.#waiting += bytes.length;
    } else {
      this.writeOut();
      this.#write(bytes, offset);
    }
    this.#end = offset + bytes.length;
    return { offset, length: bytes.length };
  }

  /** All that was appended is in the file then. @throws PackFull */
  writeOut(): void {
    const waiting = this.#gathered?.subarray(0, this.#waiting);
    if (!waiting || waiting.length === 0) return;
    this.#write(waiting, this.#end - waiting.length);
    this.#waiting = 0;
  }

  #write(bytes: Uint8Array<ArrayBuffer>, offset: number): void {
    let written = 0;
    try {
      while (written < bytes.length) {
        const count = this.handle.write(written === 0 ? bytes : bytes.subarray(written), {
          at: offset + written,
        });
        if (count <= 0) break;
        written += count;
      }
    } catch (cause) {
      throw new PackFull("The pack can't be written", { cause });
    }
    if (written < bytes.length) throw new PackFull(`The pack took ${written} of ${bytes.length} bytes`);
  }

  /** @throws Error where the range is not wholly in the pack; PackFull */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const written = this.#end - this.#waiting;
    if (this.#gathered && offset >= written && offset + length <= this.#end)
      return this.#gathered.slice(offset - written, offset - written + length);
    if (offset + length > written) this.writeOut();
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = this.handle.read(bytes.subarray(done), { at: offset + done });
      if (count <= 0) throw new Error(`The pack ends at ${offset + done}, wanted ${offset + length}`);
      done += count;
    }
    return bytes;
  }

  /** What was appended is on disk then. @throws PackFull */
  flush(): void {
    this.writeOut();
    try {
      this.handle.flush();
    } catch (cause) {
      throw new PackFull("The pack can't be written", { cause });
    }
  }

  /** @throws PackFull where the last bytes don't reach the disk; the pack is closed all the same */
  close(): void {
    try {
      this.flush();
    } finally {
      this.handle.close();
    }
  }
}

/** Gathers the chunks of one file into the pack. */
export class PackWriter {
  readonly #extents: Extent[];
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #waitingBytes = 0;
  /** Takes what is lent, in the order of the file behind what waits; made when something is. */
  #batch: Uint8Array<ArrayBuffer> | null = null;
  #batched = 0;

  constructor(
    private readonly pack: PackFile,
    /** Where the file's first bytes are already. */
    extents: readonly Extent[] = [],
  ) {
    this.#extents = extents.map((extent) => ({ ...extent }));
  }

  /** Bytes taken so far. */
  get written(): number {
    return this.#waitingBytes + this.#batched + this.#extents.reduce((sum, { length }) => sum + length, 0);
  }

  /** Puts bytes before all others. @returns false where some are on disk already */
  prepend(chunk: Uint8Array<ArrayBuffer>): boolean {
    if (this.#extents.length > 0 || this.#batched > 0) return false;
    this.#waiting.unshift(chunk);
    this.#waitingBytes += chunk.length;
    return true;
  }

  /** @param lent the bytes are the giver's again when this returns. @throws PackFull */
  write(chunk: Uint8Array<ArrayBuffer>, lent = false): void {
    if (lent) {
      this.#copy(chunk);
      return;
    }
    this.#flushBatch();
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= BATCH_BYTES) this.#flush();
  }

  /** Writes what waits, and tells where all bytes so far are. @throws PackFull */
  checkpoint(): Extent[] {
    this.#flush();
    return this.#extents.map((extent) => ({ ...extent }));
  }

  /** Writes what waits and returns where the file's bytes are, in order. @throws PackFull */
  finish(): Extent[] {
    this.#flush();
    return this.#extents;
  }

  #copy(chunk: Uint8Array<ArrayBuffer>): void {
    this.#flushWaiting();
    this.#batch ??= new Uint8Array(BATCH_BYTES);
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + BATCH_BYTES - this.#batched);
      this.#batch.set(part, this.#batched);
      this.#batched += part.length;
      at += part.length;
      if (this.#batched === BATCH_BYTES) this.#flushBatch();
    }
  }

  #flush(): void {
    this.#flushWaiting();
    this.#flushBatch();
  }

  #flushBatch(): void {
    const batch = this.#batch?.subarray(0, this.#batched);
    this.#batched = 0;
    if (batch && batch.length > 0) this.#append(batch);
  }

  #flushWaiting(): void {
    if (this.#waitingBytes === 0) return;
    const [first] = this.#waiting;
    const batch = this.#waiting.length === 1 && first ? first : joinBytes(this.#waiting, this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#append(batch);
  }

  #append(batch: Uint8Array<ArrayBuffer>): void {
    const extent = this.pack.append(batch);
    const last = this.#extents.at(-1);
    if (last && last.offset + last.length === extent.offset) last.length += extent.length;
    else this.#extents.push(extent);
  }
}

/** One array out of many. @param total the sum of their lengths */
export function joinBytes(pieces: readonly Uint8Array[], total: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
