import { deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deflatedText, inflatedText } from "@/core/report/deflated-text";

describe("a deflated text", () => {
  it("is base64 as everyone writes it", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(deflatedText(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      }),
    );
  });

  it("comes out as it went in", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        expect(await inflatedText(deflatedText(deflateRawSync(text)))).toBe(text.replace(/^\ufeff/, ""));
      }),
    );
  });

  it("has U+FFFD where its bytes are no UTF-8", async () => {
    expect(await inflatedText(deflatedText(deflateRawSync(Buffer.from([0x61, 0xff, 0x62]))))).toBe(
      "a\ufffdb",
    );
  });

  it("is an error where it is cut off", async () => {
    const whole = deflateRawSync("a text that is long enough to be cut off");
    await expect(inflatedText(deflatedText(whole.subarray(0, 10)))).rejects.toThrow();
  });
});
