import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { PackHandle } from "@/core/bundle/pack";
import { RunpackError } from "@/core/skyvern/errors";

/** An export of another process holds its files by a lock that it touches so often. */
const BEAT_MS = 5000;
const MOST_TRIES = 10;
/** A lock that was not touched for so long is left over. */
const STALE_MS = 60_000;
/** A process writes its name into a lock right after it made it. */
const NAMELESS_MS = 250;

/** The locks of this process. */
const held = new Set<string>();

/** Another process works on the same export: that is no trouble of the disk's. */
export class HeldElsewhere extends RunpackError {
  override name = "HeldElsewhere";

  constructor(lock: string) {
    super("save-failed", { detail: `Another process is exporting the same run (${lock}).` });
  }
}

/** A file of an export in Node. */
export class FileHandleSync implements PackHandle {
  readonly #file: number;
  #closed = false;

  constructor(path: string) {
    this.#file = openOrCreate(path);
  }

  write(bytes: Uint8Array<ArrayBuffer>, { at }: { at: number }): number {
    return writeSync(this.#file, bytes, 0, bytes.length, at);
  }

  read(bytes: Uint8Array<ArrayBuffer>, { at }: { at: number }): number {
    return readSync(this.#file, bytes, 0, bytes.length, at);
  }

  flush(): void {
    fdatasyncSync(this.#file);
  }

  getSize(): number {
    return fstatSync(this.#file).size;
  }

  truncate(size: number): void {
    ftruncateSync(this.#file, size);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }
}

function openOrCreate(path: string): number {
  try {
    return openSync(path, "r+");
  } catch {
    return openSync(path, "w+", 0o600);
  }
}

/** What one export has on disk until its bundle is saved: it outlives a crash, and another start goes on from it. */
export class WorkFiles {
  readonly pack: string;
  readonly journal: string;
  readonly zip: string;
  readonly #lock: string;
  readonly #folder: string;
  #beat: NodeJS.Timeout | null = null;

  /** @param key names the export: the same one finds the same files again */
  constructor(folder: string, key: string) {
    this.#folder = folder;
    const path = join(folder, key);
    this.pack = `${path}.pack`;
    this.journal = `${path}.journal`;
    this.zip = `${path}.zip`;
    this.#lock = `${path}.lock`;
  }

  /** @throws HeldElsewhere */
  lock(): void {
    if (!this.#take() && !(this.#clear() && this.#take())) throw new HeldElsewhere(this.#lock);
    held.add(this.#lock);
    this.#beat = setInterval(() => this.#touch(), BEAT_MS);
    this.#beat.unref();
  }

  unlock(): void {
    if (this.#beat) clearInterval(this.#beat);
    this.#beat = null;
    held.delete(this.#lock);
    rmSync(this.#lock, { force: true });
    try {
      rmdirSync(this.#folder);
    } catch {
      // Other exports are in it.
    }
  }

  remove(): void {
    for (const path of [this.pack, this.journal, this.zip]) rmSync(path, { force: true });
  }

  #touch(): void {
    const now = new Date();
    try {
      utimesSync(this.#lock, now, now);
    } catch {
      // Somebody removed it: the next beat, or the end, will not find it either.
    }
  }

  #take(): boolean {
    for (let tries = 1; ; tries++) {
      try {
        mkdirSync(this.#folder, { recursive: true });
        writeFileSync(this.#lock, `${process.pid} ${hostname()}`, { flag: "wx", mode: 0o600 });
        return true;
      } catch (error) {
        if (isCode(error, "EEXIST")) return false;
        // Another process that was done took the empty folder away in between.
        if (!isCode(error, "ENOENT") || tries >= MOST_TRIES) throw error;
      }
    }
  }

  /** Takes a left-over lock away. Another process may do so too: whoever moves it has it alone, and looks again. */
  #clear(): boolean {
    const moved = `${this.#lock}.${process.pid}`;
    try {
      if (!this.#isLeftOver()) return false;
      const seen = readFileSync(this.#lock, "utf8");
      renameSync(this.#lock, moved);
      if (readFileSync(moved, "utf8") !== seen) {
        renameSync(moved, this.#lock);
        return false;
      }
      rmSync(moved);
      return true;
    } catch (error) {
      if (isCode(error, "ENOENT")) return true;
      throw error;
    }
  }

  /** What stands in the lock; a lock without words gets the moment that its maker needs to write them. */
  #owner(): string {
    const words = readFileSync(this.#lock, "utf8");
    if (words !== "") return words;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, NAMELESS_MS);
    return readFileSync(this.#lock, "utf8");
  }

  #isLeftOver(): boolean {
    if (Date.now() - statSync(this.#lock).mtimeMs > STALE_MS) return true;
    const [pid, host] = this.#owner().split(" ");
    // Whoever made it was killed before it could write its name.
    if (host === undefined) return true;
    if (host !== hostname()) return false;
    // In a container that was started again, the process before had the same number.
    return Number(pid) === process.pid ? !held.has(this.#lock) : !isAlive(Number(pid));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, "EPERM");
  }
}

/** True for an error of the system with this code. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
