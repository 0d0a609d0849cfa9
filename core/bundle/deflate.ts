/** One file that is deflated (RFC 1951), on the way in. */
export interface Deflation {
  /** Takes the next bytes; they are the giver's again when it resolves. @throws WorkLost; what `take` threw */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** All of it has been given to `take` then. @throws WorkLost; what `take` threw */
  finish(): Promise<void>;
}

/** Takes the deflated bytes, in their order. */
export type TakeDeflated = (part: Uint8Array<ArrayBuffer>) => void;

/** Where files are deflated. */
export interface Deflates {
  /** One that is dropped before its end is simply collected. @throws WorkLost */
  deflate(take: TakeDeflated): Promise<Deflation>;
}

/** Deflates on this thread. */
export class LocalDeflation implements Deflation {
  readonly #input: WritableStreamDefaultWriter<BufferSource>;
  readonly #done: Promise<void>;

  constructor(take: TakeDeflated) {
    const stream = new CompressionStream("deflate-raw");
    this.#input = stream.writable.getWriter();
    this.#done = drain(stream.readable, take);
    // Seen by whoever writes or finishes next; a rejection must not count as unhandled until then.
    this.#done.catch(() => {});
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await Promise.race([this.#input.write(bytes), this.#done]);
  }

  async finish(): Promise<void> {
    await Promise.all([this.#input.close(), this.#done]);
  }
}

async function drain(stream: ReadableStream<Uint8Array<ArrayBuffer>>, take: TakeDeflated): Promise<void> {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) take(part.value);
}
