import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_NAME_TEMPLATE,
  type NameParts,
  exportName as named,
  templateProblem,
} from "@/core/bundle/name-template";
import { extensionOf, safeName, slug, TakenPaths } from "@/core/bundle/names";
import { expectLinearTime } from "../support/linear-time";

const FORBIDDEN = /[\\/:*?"<>|%\p{Cc}\p{Cf}\p{Cs}\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/u;
const RESERVED =
  /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)|^(?:desktop\.ini|thumbs\.db)$/i;
const RISKY = /\.(?:lnk|url|scf|local|desktop|crx)$/i;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** Text made of what goes wrong in names, and of anything else. */
const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "con",
        "NUL",
        "com1",
        "lpt³",
        ".lnk",
        ".URL",
        "desktop.ini",
        ".",
        " ",
        "..",
        "/",
        "\\",
        "%",
      ),
      fc.constantFrom(
        "\u200d",
        "\u0301",
        "\u00a0",
        "\u202e",
        "\u2065",
        "\ud800",
        "\n",
        "e",
        "한",
        "👩‍👩‍👧",
        "ß",
        "İ",
      ),
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.string({ unit: "grapheme", maxLength: 80 }),
      fc.constantFrom("a".repeat(140), "é".repeat(70), "x".repeat(136)),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(""));

describe("safeName (design.md §4)", () => {
  it.each([
    ["report.pdf", "report.pdf"],
    ["Müller & Söhne (2).pdf", "Müller & Söhne (2).pdf"],
    ['a/b\\c:d*e?f"g<h>i|j%k', "a_b_c_d_e_f_g_h_i_j_k"],
    ["../../etc/passwd", "_.._etc_passwd"],
    ["  .hidden. ", "hidden"],
    ["e\u0301", "é"],
    ["e\u200d\u0301", "é"],
    ["in\u202evoice\u200b.pdf", "invoice.pdf"],
    ["a\u2065b", "ab"],
    ["1\u00a0000\u202fkr.txt", "1 000 kr.txt"],
    ["half \ud83d pair", "half  pair"],
    ["con", "_con"],
    ["CON.tar.gz", "_CON.tar.gz"],
    ["con .txt", "_con .txt"],
    ["LPT³", "_LPT³"],
    ["console", "console"],
    ["Thumbs.db", "_Thumbs.db"],
    ["thumbs.db.txt", "thumbs.db.txt"],
    ["Panel.{645FF040-5081-101B-9F08-00AA002F954E}", "Panel.{645FF040-5081-101B-9F08-00AA002F954E}_"],
    ["setup.lnk", "setup.lnk_"],
    ["page.URL", "page.URL_"],
    ["helper.crx", "helper.crx_"],
    ["report.pdf;1", "report.pdf;1_"],
    [";", ";_"],
    ["a;1b;", "a;1b;_"],
    ["a;1.pdf", "a;1.pdf"],
    ["", "file"],
    ["\u200b . ", "file"],
  ])("%j becomes %j", (given, wanted) => {
    expect(safeName(given, "file")).toBe(wanted);
  });

  it("keeps a short extension where it cuts, and gives up a long one", () => {
    expect(safeName(`${"a".repeat(300)}.tar.gz`, "file")).toBe(`${"a".repeat(136)}.gz`);
    expect(safeName(`a.${"b".repeat(300)}`, "file")).toBe(`a.${"b".repeat(137)}`);
  });

  it("never cuts a character in two", () => {
    expect(safeName("😀".repeat(100), "file")).toBe("😀".repeat(34));
  });

  it("guards a risky ending that only the cut lays bare", () => {
    const name = `${"a".repeat(135)}.lnk${"b".repeat(30)}`;
    expect(safeName(name, "file")).toBe(`${"a".repeat(135)}.lnk_`);
  });

  it("gives, for any text, a name that every system takes and leaves as it is", () => {
    fc.assert(
      fc.property(awkward, (text) => {
        const name = safeName(text, "file");
        expect(name).not.toMatch(FORBIDDEN);
        expect(name).not.toMatch(/^[\s.]|[\s.]$/u);
        expect(name).not.toMatch(RESERVED);
        expect(name).not.toMatch(RISKY);
        expect(name).toBe(name.normalize("NFC"));
        expect(name).not.toBe("");
        expect(bytes(name)).toBeLessThanOrEqual(140);
      }),
      { numRuns: 2000 },
    );
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(awkward, (text) => {
        const name = safeName(text, "file");
        expect(safeName(name, "file")).toBe(name);
      }),
      { numRuns: 2000 },
    );
    const full = `${"x".repeat(136)}.lnk`;
    expect(safeName(safeName(full, "file"), "file")).toBe(safeName(full, "file"));
  });

  it("takes linear time on a name of spaces", () => {
    expectLinearTime(1_000_000, (length) => {
      const name = `a${" ".repeat(length)}b`;
      return () => safeName(name, "file");
    });
  });
});

describe("extensionOf", () => {
  it.each([
    ["a.PDF", "pdf"],
    ["a.tar.gz", "gz"],
    ["a", null],
    ["a.", null],
    ["a.b c", null],
    ["a.abcdefghijk", null],
  ])("of %j is %j", (name, wanted) => {
    expect(extensionOf(name)).toBe(wanted);
  });
});

describe("slug (design.md §3)", () => {
  it.each([
    ["Download March invoices!", "download-march-invoices"],
    ["  --A__b--  ", "a-b"],
    ["Rechnungen für Öl", "rechnungen-für-öl"],
    ["請求書 2024", "請求書-2024"],
    ["हिन्दी में", "हिन्दी-में"],
    ["I ❤\ufe0f logs", "i-logs"],
    ["../../x", "x"],
    ["!!!", ""],
    ["", ""],
  ])("of %j is %j", (title, wanted) => {
    expect(slug(title)).toBe(wanted);
  });

  it("has letters, digits and single hyphens alone, at most 60 characters, none of it at the ends", () => {
    fc.assert(
      fc.property(awkward, (title) => {
        const made = slug(title);
        expect(made).toMatch(/^(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:-[\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*)?$/u);
        expect([...made].length).toBeLessThanOrEqual(60);
        expect(slug(made)).toBe(made);
      }),
      { numRuns: 1000 },
    );
  });
});

const PARTS: NameParts = {
  title: "March invoices",
  runId: "wr_1",
  status: "completed",
  workflowId: "wpid_7",
  date: Date.UTC(2026, 10, 24, 9, 5, 7),
};
const exportName = (title: string | null, runId: string) =>
  named(DEFAULT_NAME_TEMPLATE, { ...PARTS, title, runId });

describe("a name by the user's template", () => {
  it.each([
    ["{date:yyyy-MM-dd}_{title}_{runId}", "2026-11-24_march-invoices_wr_1"],
    ["{status} {workflowId} {runId}", "completed wpid_7 wr_1"],
    ["{runId} {date:HH.mm.ss}", "wr_1 09.05.07"],
    ["{date}/{runId}", "2026-11-24_wr_1"],
    ["CON.{runId}", "_CON.wr_1"],
  ])("%j is %j", (template, expected) => {
    expect(named(template, PARTS)).toBe(expected);
  });

  it.each(["{title}", "{nonsense}_{runId}", "{runId", "{runId}}"])(
    "%j is said to be wrong, and is not used",
    (template) => {
      expect(templateProblem(template)).not.toBeNull();
      expect(named(template, PARTS)).toBe("march-invoices_wr_1");
    },
  );

  it("keeps the run ID whole and the name short, whatever stands around it", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        fc.string({ unit: "grapheme", maxLength: 300 }),
        (around, title) => {
          const name = named(`${around.replace(/[{}]/g, "")}{title}{runId}`, { ...PARTS, title });
          expect(name).toContain("wr_1");
          expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(150);
          expect(safeName(name, "")).toBe(name);
        },
      ),
    );
  });
});

describe("exportName (design.md §3)", () => {
  const id = "wr_4611686018427387904";

  it("is the slug and the run ID", () => {
    expect(exportName("March invoices", id)).toBe(`march-invoices_${id}`);
  });

  it.each([[null], [""], ["!!!"]])("is run_<id> for the title %j", (title) => {
    expect(exportName(title, id)).toBe(`run_${id}`);
  });

  it("keeps a slug of 60 letters whole", () => {
    expect(exportName("a".repeat(80), id)).toBe(`${"a".repeat(60)}_${id}`);
  });

  it("keeps the run ID whole whatever the title, and leaves room for `_partial.zip` and the browser's ` (1)`", () => {
    const runId = fc.stringMatching(/^(?:wr|tsk|tsk_v2)_[A-Za-z0-9_-]{1,60}$/);
    fc.assert(
      fc.property(awkward, runId, (title, run) => {
        const name = exportName(title, run);
        expect(name.endsWith(`_${run}`)).toBe(true);
        expect(safeName(name, "-")).toBe(name);
        expect(bytes(`${name}_partial (1).zip`)).toBeLessThanOrEqual(150);
      }),
    );
  });

  it("keeps even an ID that leaves the title no room", () => {
    const long = `wr_${"x".repeat(137)}`;
    expect(exportName("請求書", long)).toBe(`run_${long}`);
  });
});

describe("TakenPaths", () => {
  it("counts up what is taken, before the extension", () => {
    const taken = new TakenPaths();
    const claimed = ["data/a.pdf", "data/a.pdf", "data/A.PDF", "other/a.pdf", "data/a", "data/a"].map(
      (path) => taken.claim(path),
    );
    expect(claimed).toEqual([
      "data/a.pdf",
      "data/a (2).pdf",
      "data/A (3).PDF",
      "other/a.pdf",
      "data/a",
      "data/a (2)",
    ]);
  });

  it("steps over a number that a file has by itself", () => {
    const taken = new TakenPaths();
    expect(["a (2)", "a", "a"].map((path) => taken.claim(path))).toEqual(["a (2)", "a", "a (3)"]);
  });

  it.each([
    ["é", "e\u0301"],
    ["Straße", "STRASSE"],
    ["STRAẞE", "strasse"],
    ["ΟΔΟΣ", "οδος"],
    ["\u212a", "k"],
  ])("takes %j and %j for one file", (first, second) => {
    const taken = new TakenPaths();
    taken.claim(first);
    expect(taken.claim(second)).toBe(`${second} (2)`);
  });

  it("never hands a path out twice on a case-insensitive, normalising disk", () => {
    const path = fc.array(fc.constantFrom("a", "A", "é", "e\u0301", " (2)", ".x", "/"), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(path, { maxLength: 40 }), (paths) => {
        const taken = new TakenPaths();
        const keys = paths.map((parts) =>
          taken
            .claim(`p${parts.join("")}q`)
            .normalize("NFC")
            .toLowerCase(),
        );
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it("keeps a safe name within 150 bytes a component, a million times over", () => {
    const longest = safeName("a".repeat(200), "file");
    expect(bytes(`${longest} (1000000)`)).toBeLessThanOrEqual(150);
  });

  it.each([
    ["main.c", "main (2).c"],
    [`a.${"x".repeat(19)}`, `a (2).${"x".repeat(19)}`],
    [`a.${"x".repeat(20)}`, `a.${"x".repeat(20)} (2)`],
  ])("numbers %s before its extension, unless that is too long to be one", (path, second) => {
    const taken = new TakenPaths();
    expect([taken.claim(path), taken.claim(path)]).toEqual([path, second]);
  });

  it("stays quick when ten thousand files have one name", () => {
    expectLinearTime(10_000, (length) => () => {
      const taken = new TakenPaths();
      for (let count = 0; count < length; count++) taken.claim("screenshot.png");
      expect(taken.claim("screenshot.png")).toBe(`screenshot (${length + 1}).png`);
    });
  });
});
