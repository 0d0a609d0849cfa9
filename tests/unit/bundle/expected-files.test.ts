import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { collectRun } from "@/core/bundle/collect";
import { expectedFiles } from "@/core/bundle/expected-files";
import { SkyvernClient } from "@/core/skyvern/client";
import { API, fakeClock, KEY } from "../support/scripted-fetcher";
import { bytesOf, exportScripted, RUN, runOf, zipOf } from "../support/scripted-run";

const ARCHIVE = { artifact_id: "a_zip", artifact_type: "step_archive", uri: "s3://b/step.zip" };
const member = (artifact_id: string, artifact_type: string) => ({
  artifact_id,
  artifact_type,
  uri: ARCHIVE.uri,
  bundle_key: `${artifact_id}.txt`,
});
const RUN_OF_ALL_KINDS = () =>
  runOf([
    { ...ARCHIVE, bytes: zipOf({ "a_1.txt": "one", "a_2.txt": "two" }) },
    member("a_1", "llm_prompt"),
    // An archive in an archive is a file of it.
    member("a_2", "task_archive"),
    { artifact_id: "a_cold", artifact_type: "recording", archived: true },
    { artifact_id: "a_part", artifact_type: "download", uri: "s3://b/x.pdf.crdownload", bytes: bytesOf("x") },
    { artifact_id: "a_har", artifact_type: "har", bytes: bytesOf("{}") },
  ]);

beforeEach(() => fakeClock());
afterEach(() => {
  vi.useRealTimers();
});

describe("what an export is expected to hold", () => {
  it("is what it then holds, lacks and leaves out", async () => {
    const client = new SkyvernClient(
      { apiAddress: API, apiKey: KEY },
      new AbortController().signal,
      RUN_OF_ALL_KINDS().fetch,
    );
    const { files, missing, leftOut } = expectedFiles(await collectRun(client, RUN));
    const { report } = await exportScripted(RUN_OF_ALL_KINDS());
    const ids = (list: readonly { artifact_id: string }[]) => list.map((each) => each.artifact_id).sort();
    expect(files.map(({ id }) => id).sort()).toEqual(ids(report.written));
    expect(missing.map(({ artifact_id, reason }) => [artifact_id, reason])).toEqual(
      report.missing.map(({ artifact_id, reason }) => [artifact_id, reason]),
    );
    expect(ids(leftOut)).toEqual(ids(report.left_out));
  });
});
