import { describe, expect, it } from "vitest";
import { referencesIn } from "@/core/bundle/references";

const content = (id: string): string => `https://api.skyvern.com/v1/artifacts/${id}/content?sig=s&expiry=1`;
const storage = "https://bucket.s3.amazonaws.com/o_1/file.pdf?X-Amz-Signature=s";
const found = (value: unknown) => referencesIn(value).map(({ url, type }) => [type, url]);

describe("files that an output names", () => {
  it.each([
    ["a content URL", content("a_1"), [["download", content("a_1")]]],
    ["one in the middle of words", `see ${content("a_1")} for more`, [["download", content("a_1")]]],
    [
      "two in one text",
      `${content("a_1")} ${content("a_2")}`,
      [
        ["download", content("a_1")],
        ["download", content("a_2")],
      ],
    ],
    [
      "two with a comma alone between",
      `${content("a_1")},${content("a_2")}`,
      [
        ["download", content("a_1")],
        ["download", content("a_2")],
      ],
    ],
    [
      "one without a signature",
      "http://localhost:8000/v1/artifacts/a_1/content",
      [["download", "http://localhost:8000/v1/artifacts/a_1/content"]],
    ],
    ["JSON inside a text", JSON.stringify({ url: content("a_1") }), [["download", content("a_1")]]],
    ["one deep inside", { a: [{ b: { c: content("a_1") } }] }, [["download", content("a_1")]]],
    ["a recording", { recording_url: content("a_1") }, [["recording", content("a_1")]]],
    ["screenshots", { task_screenshots: [content("a_1")] }, [["screenshot", content("a_1")]]],
    [
      "a list of storage URLs under a name of Skyvern's",
      { downloaded_file_urls: [storage] },
      [["download", storage]],
    ],
    [
      "a file object in storage under a name of Skyvern's",
      { downloaded_files: [{ url: storage, filename: "file.pdf" }] },
      [["download", storage]],
    ],
    [
      "a file object with a checksum, as Skyvern alone gives",
      { report: { url: storage, filename: "file.pdf", checksum: "0".repeat(64) } },
      [["download", storage]],
    ],
  ])("%s", (_, value, expected) => {
    expect(found(value)).toEqual(expected);
  });

  it.each([
    ["a web page that the run visited", { url: "https://shop.example/item", price: 3 }],
    ["a file that a page offered", { url: "https://shop.example/terms.pdf", filename: "terms.pdf" }],
    ["any other URL in a text", "https://shop.example/v1/artifacts"],
    ["numbers, null and nothing", [1, null, undefined, true]],
  ])("not %s", (_, value) => {
    expect(found(value)).toEqual([]);
  });

  it("with what a file object tells about them", () => {
    const [reference] = referencesIn({ url: content("a_1"), filename: "x.pdf", checksum: "c", file_size: 3 });
    expect(reference?.info).toMatchObject({ filename: "x.pdf", checksum: "c", file_size: 3 });
  });

  it("in a text full of addresses, in time that grows with its length alone", () => {
    const text = "http://a/".repeat(100_000) + content("a_1");
    expect(found(text)).toHaveLength(1);
  });

  it("however deep, but no deeper than a stack goes", () => {
    const nest = (depth: number) =>
      Array.from({ length: depth }).reduce<unknown>((inner) => [inner], content("a_1"));
    expect(found(nest(90))).toHaveLength(1);
    expect(() => found(nest(5000))).not.toThrow();
  });
});
