import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ArtifactList,
  ArtifactRow,
  apiTime,
  isFinalStatus,
  RunDocument,
  TimelineNode,
} from "@/core/skyvern/schemas";

describe("apiTime (skyvern-api.md §6)", () => {
  const noon = Date.UTC(2024, 4, 6, 12, 0, 0);

  it.each([
    ["2024-05-06T12:00:00", noon],
    ["2024-05-06T12:00:00Z", noon],
    ["2024-05-06t12:00:00z", noon],
    ["2024-05-06 12:00:00", noon],
    ["2024-05-06T12:00", noon],
    ["2024-05-06T12:00:00.123456", noon + 123],
    ["2024-05-06T12:00:00.5Z", noon + 500],
    ["2024-05-06T14:00:00+02:00", noon],
    ["2024-05-06T14:00:00+0200", noon],
    ["2024-05-06T07:30:00-04:30", noon],
    ["2024-05-06", Date.UTC(2024, 4, 6)],
  ])("%s is UTC where it names no zone", (text, wanted) => {
    expect(apiTime(text)).toBe(wanted);
  });

  it.each([
    [null],
    [undefined],
    [""],
    ["soon"],
    ["step 1"],
    ["1"],
    ["2024"],
    ["2024-13-01T00:00:00"],
    ["05/06/2024"],
  ])("%j is no time", (text) => {
    expect(apiTime(text)).toBeNull();
  });

  it("reads back every moment, with and without its zone", () => {
    const moment = fc.date({ min: new Date(0), max: new Date(Date.UTC(2100, 0, 1)), noInvalidDate: true });
    fc.assert(
      fc.property(moment, (date) => {
        expect(apiTime(date.toISOString())).toBe(date.getTime());
        expect(apiTime(date.toISOString().slice(0, -1))).toBe(date.getTime());
      }),
    );
  });
});

describe("isFinalStatus (skyvern-api.md §7)", () => {
  it.each([["completed"], ["failed"], ["terminated"], ["canceled"], ["cancelled"], ["timed_out"]])(
    "%s is final",
    (s) => {
      expect(isFinalStatus(s)).toBe(true);
    },
  );

  it.each([
    ["created"],
    ["queued"],
    ["running"],
    ["paused"],
    ["something_new"],
    ["Completed"],
    [""],
    [null],
    [undefined],
  ])("%j is not", (status) => {
    expect(isFinalStatus(status)).toBe(false);
  });
});

describe("answers as far as we rely on them", () => {
  it("a row needs its ID and type alone", () => {
    const row = ArtifactRow.parse({ artifact_id: "a_1", artifact_type: "brand_new" });
    expect(row).toMatchObject({ artifact_id: "a_1", artifact_type: "brand_new", uri: "", created_at: "" });
  });

  it("a row without ID is none", () => {
    expect(ArtifactRow.safeParse({ artifact_type: "har" }).success).toBe(false);
    expect(ArtifactRow.safeParse({ artifact_id: "", artifact_type: "har" }).success).toBe(false);
  });

  it("a field of the wrong kind reads as absent, and an unknown one passes", () => {
    const row = ArtifactRow.parse({
      artifact_id: "a_1",
      artifact_type: "har",
      uri: 7,
      file_size: "12",
      archived: "yes",
      signed_url: { url: "x" },
      later: [1],
    });
    expect(row).toMatchObject({ uri: "", file_size: null, archived: null, signed_url: null, later: [1] });
  });

  it("a negative size reads as absent", () => {
    expect(ArtifactRow.parse({ artifact_id: "a", artifact_type: "har", file_size: -1 }).file_size).toBeNull();
  });

  it("a list holds anything, but is a list", () => {
    expect(ArtifactList.parse([1, null, {}])).toEqual([1, null, {}]);
    expect(ArtifactList.safeParse({ detail: "no" }).success).toBe(false);
  });

  it("an odd field costs no run", () => {
    expect(RunDocument.parse({ run_id: "wr_1", downloaded_files: "none", status: 3 })).toMatchObject({
      run_id: "wr_1",
      downloaded_files: null,
      status: null,
    });
    expect(TimelineNode.parse({ type: "block", block: [], children: {} })).toMatchObject({
      block: null,
      children: null,
    });
  });
});
