import { deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BadDeflate, inflateWhole } from "@/core/bundle/whole-inflate";

const deflated = (bytes: Uint8Array) => new Uint8Array(deflateRawSync(bytes));
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  // Many chunks on both sides.
  fc.nat({ max: 400_000 }).map((length) => new Uint8Array(length).map((_, at) => (at * at) % 251)),
);

describe("inflateWhole", () => {
  it("gives what was deflated", async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        const inflated = await inflateWhole(deflated(bytes), bytes.length);
        expect(Buffer.compare(inflated, bytes)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["more than was said", deflated(new Uint8Array(1000)), 999],
    ["less than was said", deflated(new Uint8Array(1000)), 1001],
    ["a thousand times more than was said", deflated(new Uint8Array(50_000_000)), 10],
    ["nothing where something was said", new Uint8Array(0), 5],
    ["noise", new Uint8Array([255, 255, 255, 255]), 5],
    ["an end that is missing", deflated(new TextEncoder().encode("abcdefgh")).slice(0, -2), 8],
  ])("refuses %s", async (_, bytes, size) => {
    await expect(inflateWhole(bytes, size)).rejects.toThrow(BadDeflate);
  });
});
