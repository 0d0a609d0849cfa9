import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeXml, runSuggestion } from "@/core/text/suggestion";

const run = (title: string | null, status: string | null = "failed") => ({
  runId: "wr_1",
  title,
  status,
  createdAt: null,
  startedAt: null,
  finishedAt: null,
});

describe("a run below the address bar", () => {
  it.each([
    ["claims", "Open <url>wr_1</url> <dim><match>Claims</match> portal · failed</dim>"],
    ["", "Open <url>wr_1</url> <dim>Claims portal · failed</dim>"],
    ["wr_1", "Open <url><match>wr_1</match></url> <dim>Claims portal · failed</dim>"],
  ])("has what was typed (%j) marked", (typed, description) => {
    expect(runSuggestion(run("Claims portal"), "Open", typed, true)).toEqual({
      content: "wr_1",
      description,
    });
  });

  it("has no markup where the browser would show it", () => {
    const { description } = runSuggestion(run("a < b"), "Open", "a", false);
    expect(description).toBe("Open · wr_1 · a < b · failed");
  });

  it("without a title is its ID", () => {
    expect(runSuggestion(run(null, null), "Open", "", true).description).toBe("Open <url>wr_1</url>");
  });

  it("is well-formed, whatever the title and whatever was typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (title, typed) => {
        const { description } = runSuggestion(run(title), "Open & see", typed, true);
        const bare = description.replaceAll(/<\/?(?:url|dim|match)>/g, "");
        expect(bare).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|apos);)/);
        expect(description.match(/<match>/g)?.length).toBe(description.match(/<\/match>/g)?.length);
      }),
    );
  });

  it("has no character that XML forbids", () => {
    expect(escapeXml("a\u0000b\u001f\ufffe\ud800c")).toBe("abc");
  });
});
