import { describe, expect, it } from "vitest";
import type { TextFormat } from "@/core/redact/redactor";
import { textFormatOf, traceEntryFormat } from "@/core/redact/text-format";

/** How a file is searched: in the wrong way, secrets stay in it. */
const BY_ENDING: [string, TextFormat][] = [
  ["json", "json"],
  ["har", "har"],
  ["jsonl", "jsonl"],
  ["ndjson", "jsonl"],
  ["log", "jsonl"],
  ["html", "html"],
  ["htm", "html"],
  ["xml", "html"],
  ["svg", "html"],
  ...["txt", "csv", "tsv", "md", "py", "js", "ts", "css", "yaml", "yml"].map(
    (ending): [string, TextFormat] => [ending, "text"],
  ),
];

describe("a file of the run", () => {
  it.each(BY_ENDING)("that ends in .%s is searched as %s", (ending, format) => {
    expect(textFormatOf("download", `downloads/a.b.${ending}`)).toBe(format);
    expect(traceEntryFormat(`resources/a.b.${ending}`)).toBe(format);
  });

  it.each(["a.png", "a.pdf", "a.zip", "a.docx", "a", "txt", "a.stryker"])("that is %s is no text", (path) => {
    expect(textFormatOf("download", path)).toBeNull();
    expect(traceEntryFormat(path)).toBeNull();
  });

  it.each(["browser_console_log", "skyvern_log", "skyvern_log_raw"])(
    "of type %s is JSON, or a JSON document a line, whatever its ending",
    (type) => {
      for (const path of ["a.json", "a.log", "a.txt", "a"]) expect(textFormatOf(type, path)).toBe("jsonl");
    },
  );

  it("of another type is searched by its ending", () => {
    expect(textFormatOf("har", "a.har")).toBe("har");
    expect(textFormatOf("llm_response", "a.json")).toBe("json");
  });
});

describe("an entry of a trace", () => {
  it.each([
    ["trace.trace", "jsonl"],
    ["1-trace.network", "jsonl"],
    ["trace.stacks", "jsonl"],
    ["resources/a.network.html", "html"],
    ["resources/a.trace.jpeg", null],
    ["resources/abc.woff2", null],
  ])("%s is read as %s", (name, format) => {
    expect(traceEntryFormat(name)).toBe(format);
  });
});
