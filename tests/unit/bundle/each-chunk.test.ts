import { describe, expect, it } from "vitest";
import { eachChunk, LENT_BYTES } from "@/core/bundle/each-chunk";
import { noise } from "../support/scripted-fetcher";

type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

/** A body as `fetch` has it. */
function bodyOf(bytes: Uint8Array<ArrayBuffer>): Body {
  const { body } = new Response(bytes);
  if (!body) throw new Error("no body");
  return body;
}

/** A body that can't read into memory that it is given. */
function oldBodyOf(pieces: Uint8Array<ArrayBuffer>[]): Body {
  return new ReadableStream({
    start(stream) {
      for (const piece of pieces) stream.enqueue(piece);
      stream.close();
    },
  });
}

async function read(body: Body, big: boolean) {
  const pieces: Uint8Array[] = [];
  const chunks: { chunk: Uint8Array; lent: boolean }[] = [];
  await eachChunk(body, big, async (chunk, lent) => {
    pieces.push(chunk.slice());
    chunks.push({ chunk, lent });
  });
  return { bytes: new Uint8Array(Buffer.concat(pieces)), chunks };
}

const BYTES = noise(3 * LENT_BYTES + 1, 1);

describe("a body that is read chunk by chunk", () => {
  it("comes whole and in order, into memory that is used again", async () => {
    const { bytes, chunks } = await read(bodyOf(BYTES), true);
    expect(Buffer.compare(bytes, BYTES)).toBe(0);
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.every(({ lent }) => lent)).toBe(true);
    // Detached: the chunks after it have it.
    expect(chunks[0]?.chunk.buffer.byteLength).toBe(0);
  });

  it("has memory of its own for each chunk where it is small", async () => {
    const { bytes, chunks } = await read(bodyOf(BYTES), false);
    expect(Buffer.compare(bytes, BYTES)).toBe(0);
    expect(chunks.some(({ lent }) => lent)).toBe(false);
  });

  it("has memory of its own for each chunk where the engine can't do otherwise", async () => {
    const { bytes, chunks } = await read(oldBodyOf([BYTES.slice(0, 10), BYTES.slice(10)]), true);
    expect(Buffer.compare(bytes, BYTES)).toBe(0);
    expect(chunks.map(({ lent }) => lent)).toEqual([false, false]);
  });

  it("may be empty", async () => {
    expect((await read(bodyOf(new Uint8Array(0)), true)).chunks).toEqual([]);
  });

  it("is not read on until a chunk is taken", async () => {
    let taking = 0;
    await eachChunk(bodyOf(BYTES), true, async () => {
      taking++;
      expect(taking).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      taking--;
    });
    expect(taking).toBe(0);
  });

  it.each([true, false])("fails as its connection does (big: %s)", async (big) => {
    const broken: Body = new ReadableStream({
      type: "bytes",
      pull: (stream) => stream.error(new Error("reset")),
    });
    await expect(read(broken, big)).rejects.toThrow("reset");
  });
});
