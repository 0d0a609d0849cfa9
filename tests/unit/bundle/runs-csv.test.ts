import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RunRow, runsCsv } from "@/core/bundle/runs-csv";
import { runsIndex, totalsOf } from "@/core/report/runs-index";
import { english } from "../support/words";

const ROW: RunRow = {
  runId: "wr_1",
  title: "Invoices",
  status: "failed",
  createdAt: 0,
  startedAt: 1000,
  finishedAt: 89_000,
  failure: "Could not sign in",
  files: 3,
  bytes: 5000,
  gaps: 1,
  error: null,
};

/** RFC 4180, as strict as it gets. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe("runs.csv", () => {
  it("has a header and a run a line", () => {
    expect(runsCsv(english, [ROW])).toBe(
      "run_id,title,status,created_at,started_at,finished_at,duration_seconds,failure_reason,files,bytes,gaps,export_error\r\n" +
        "wr_1,Invoices,failed,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.000Z,1970-01-01T00:01:29.000Z,88,Could not sign in,3,5000,1,\r\n",
    );
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "  =1+1", "\t=1+1", "\uff1d1+1", "\r=1"])(
    "lets no spreadsheet run %j",
    (title) => {
      expect(parseCsv(runsCsv(english, [{ ...ROW, title }]))[1]?.[1]).toBe(`'${title}`);
    },
  );

  it("gives back any text, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (title, failure) => {
        const [, line = []] = parseCsv(runsCsv(english, [{ ...ROW, title, failure }]));
        expect(line).toHaveLength(12);
        expect([line[1]?.replace(/^'/, ""), line[7]?.replace(/^'/, "")]).toEqual(
          [title, failure].map((text) => text.replace(/^'/, "")),
        );
      }),
    );
  });
});

describe("the index page", () => {
  it("lets no text of a run be markup, and no link leave the folder", () => {
    const hostile = "<img src=x onerror=alert(1)>\"'&";
    const page = runsIndex(
      english,
      [{ ...ROW, title: hostile, failure: hostile, error: { code: "unknown", detail: hostile } }],
      () => "wr_1/index.html",
      0,
      "1",
    );
    expect(page).not.toContain("<img");
    expect(page).toContain('href="wr_1/index.html"');
    expect(page).not.toContain("<script");
  });

  it("says what is not complete", () => {
    const page = runsIndex(
      english,
      [ROW, { ...ROW, runId: "wr_2", gaps: 0, error: { code: "no-such-run", about: "wr_2" } }],
      () => null,
      0,
      "1",
    );
    expect(page).toContain("1 run could not be exported at all");
    expect(page).toContain("1 run with missing files");
    expect(page).toContain("Not exported: There is no such run");
    expect(page).not.toContain("Listed here");
  });

  it("says that it lists the newest alone, and counts all", () => {
    const all = totalsOf([ROW, ROW], totalsOf([ROW]));
    const page = runsIndex(english, [ROW], () => null, 0, "1", all);
    expect(page).toContain("<h1>3 runs</h1>");
    expect(page).toContain(`${3 * ROW.files} files`);
    expect(page).toContain("Listed here: the newest 1 run. runs.csv has all of them.");
  });
});
