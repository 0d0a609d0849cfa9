import type { PackHandle } from "@/core/bundle/pack";
import type { ZipLayout } from "@/core/bundle/zip/compose";

/** A pack in memory. `most` is how many bytes one call takes or gives, `room` how many there are in all. */
export class MemoryHandle implements PackHandle {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly writes: number[] = [];
  closed = false;

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
    return count;
  }

  read(bytes: Uint8Array<ArrayBuffer>, { at }: { at: number }): number {
    const found = this.bytes.subarray(at, at + Math.min(bytes.length, this.most));
    bytes.set(found);
    return found.length;
  }

  flush(): void {}

  close(): void {
    this.closed = true;
  }
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
