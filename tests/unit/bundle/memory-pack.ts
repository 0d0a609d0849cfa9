import { LocalWork } from "@/core/bundle/file-work";
import type { PackFile, PackHandle } from "@/core/bundle/pack";
import type { ZipLayout } from "@/core/bundle/zip/compose";
import { Journal } from "@/core/jobs/journal";

/** A pack in memory. `most` is how many bytes one call takes or gives, `room` how many there are in all. */
export class MemoryHandle implements PackHandle {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly writes: number[] = [];
  closed = false;
  size = 0;

  constructor(
    readonly room: number,
    private readonly most = Number.POSITIVE_INFINITY,
  ) {
    this.bytes = new Uint8Array(room);
  }

  write(bytes: Uint8Array<ArrayBuffer>, { at }: { at: number }): number {
    const count = Math.max(0, Math.min(bytes.length, this.most, this.room - at));
    this.bytes.set(bytes.subarray(0, count), at);
    this.writes.push(count);
    this.size = Math.max(this.size, at + count);
    return count;
  }

  read(bytes: Uint8Array<ArrayBuffer>, { at }: { at: number }): number {
    const found = this.bytes.subarray(at, Math.min(at + Math.min(bytes.length, this.most), this.size));
    bytes.set(found);
    return found.length;
  }

  flush(): void {}

  getSize(): number {
    return this.size;
  }

  truncate(size: number): void {
    this.size = size;
  }

  close(): void {
    this.closed = true;
  }
}

/** A handle of a browser that can be killed: what comes after that never reaches the disk. */
export class MortalHandle implements PackHandle {
  #dead = false;

  constructor(private readonly disk: PackHandle) {}

  kill(): void {
    this.#dead = true;
  }

  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number {
    return this.#dead ? bytes.length : this.disk.write(bytes, options);
  }

  read(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number {
    return this.disk.read(bytes, options);
  }

  flush(): void {
    if (!this.#dead) this.disk.flush();
  }

  getSize(): number {
    return this.disk.getSize();
  }

  truncate(size: number): void {
    if (!this.#dead) this.disk.truncate(size);
  }

  close(): void {
    if (!this.#dead) this.disk.close();
  }
}

/** A pack and its journal over memory. */
export function openMemory(
  pack: MemoryHandle,
  journal = new MemoryHandle(4 * 1024 * 1024),
): Promise<{ pack: PackFile; journal: Journal }> {
  return Journal.open(journal, pack, new LocalWork());
}

/** The bytes of a layout over that pack. */
export function layoutBytes(layout: ZipLayout, pack: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(layout.size);
  let at = 0;
  for (const part of layout.parts) {
    whole.set(part instanceof Uint8Array ? part : pack.subarray(part.offset, part.offset + part.length), at);
    at += part.length;
  }
  return whole;
}

/** `readArchive`'s reader over bytes in memory. */
export function readerOf(
  bytes: Uint8Array<ArrayBuffer>,
): (offset: number, length: number) => Uint8Array<ArrayBuffer> {
  return (offset, length) => bytes.subarray(offset, offset + length);
}
