import { describe, expect, it } from "vitest";
import { amountFor, amountsOf } from "@/core/bundle/contents";
import { EVERYTHING, type ExportChoice, sameChoice, wantsType } from "@/core/bundle/presets";

const row = (artifact_type: string, file_size: number | null = 10, more: object = {}) => ({
  id: artifact_type,
  row: { artifact_id: artifact_type, artifact_type, uri: "", created_at: "", file_size, ...more },
  fileName: null,
  storageUrls: [],
  hasId: true,
});
const AMOUNTS = amountsOf([
  row("screenshot_llm"),
  row("screenshot_llm", 30),
  row("har", null),
  row("download", 5),
  row("recording", 100),
  row("llm_prompt", 1),
  row("step_archive", 999),
  row("hologram", 7),
]);
const choice = (change: Partial<ExportChoice>): ExportChoice => ({ ...EVERYTHING, ...change });

describe("what an export would take along", () => {
  it.each<[string, Partial<ExportChoice>, object]>([
    ["everything, archives as the files in them", {}, { files: 7, bytes: 153, unsized: 1, unsafe: 0 }],
    ["debug essentials", { preset: "debug" }, { files: 4, bytes: 41, unsized: 1 }],
    ["media", { preset: "media" }, { files: 3, bytes: 140 }],
    ["downloads", { preset: "downloads" }, { files: 1, bytes: 5 }],
    ["picked types", { preset: "pick", groups: ["network", "other"] }, { files: 2, bytes: 7 }],
    ["share-safe, without what nobody can search", { shareSafe: true }, { files: 2, unsafe: 5 }],
    ["share-safe, with what was ticked", { shareSafe: true, keep: ["screenshots"] }, { files: 4, unsafe: 3 }],
  ])("%s", (_, change, expected) => {
    expect(amountFor(choice(change), AMOUNTS)).toMatchObject(expected);
  });
});

it("an archived file has no bytes to bring, and a partial download is left out", () => {
  const amounts = amountsOf([
    row("recording", 100, { archived: true }),
    row("download", 5, { uri: "s3://bucket/x.pdf.crdownload" }),
    row("har", 7),
  ]);
  expect(amountFor(EVERYTHING, amounts)).toMatchObject({ files: 2, bytes: 7, unsized: 0 });
});

describe("choices", () => {
  it("are the same where they give the same export", () => {
    expect(sameChoice(choice({ groups: ["logs"] }), choice({}))).toBe(true);
    expect(sameChoice(choice({ keep: ["logs"] }), choice({}))).toBe(true);
    const picked = choice({ preset: "pick", groups: ["logs", "code"] });
    expect(sameChoice(picked, { ...picked, groups: ["code", "logs"] })).toBe(true);
    expect(sameChoice(picked, choice({}))).toBe(false);
    expect(sameChoice(choice({ shareSafe: true }), choice({}))).toBe(false);
  });

  it("take unknown types with everything alone, or with everything else", () => {
    expect(wantsType(choice({}), "hologram")).toBe(true);
    expect(wantsType(choice({ preset: "debug" }), "hologram")).toBe(false);
    expect(wantsType(choice({ preset: "pick", groups: ["other"] }), "hologram")).toBe(true);
  });
});
