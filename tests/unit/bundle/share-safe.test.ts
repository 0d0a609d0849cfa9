import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EVERYTHING, type ExportChoice } from "@/core/bundle/presets";
import { leaksIn, plantedRun } from "../redact/planted";
import { fakeClock, json, KEY, noise, notFound } from "../support/scripted-fetcher";
import {
  bytesOf,
  exportScripted,
  fetches,
  RUN,
  runOf,
  type Scripted,
  type ScriptedExport,
  zipOf,
} from "../support/scripted-run";
import { unpack } from "./zip-tools";

const { files, secrets } = plantedRun();
const textOf = (name: string) => files.find((file) => file.name === name)?.text ?? "";
const SAFE: ExportChoice = { ...EVERYTHING, shareSafe: true };
const [secret = ""] = secrets;

const artifact = (
  id: string,
  artifact_type: string,
  content: string | Uint8Array,
  fields = {},
): Scripted => ({
  artifact_id: id,
  artifact_type,
  bytes: typeof content === "string" ? bytesOf(content) : content,
  ...fields,
});
const ARTIFACTS: Scripted[] = [
  artifact("a_har", "har", textOf("har.har")),
  artifact("a_html", "html_scrape", textOf("page.html"), {
    step_id: "stp_1",
    workflow_run_block_id: "wrb_1",
  }),
  artifact("a_request", "llm_request", textOf("llm_request.json"), { step_id: "stp_1" }),
  artifact("a_prompt", "llm_prompt", textOf("prompt.txt"), { step_id: "stp_1" }),
  artifact("a_log", "skyvern_log", textOf("skyvern.log")),
  artifact("a_tree", "visible_elements_tree", textOf("tree.json"), { step_id: "stp_1" }),
  artifact(
    "a_trace",
    "trace",
    zipOf({ "trace.trace": textOf("trace.trace"), "resources/x.png": noise(500), "resources/y.json": "{}" }),
  ),
  artifact("a_shot", "screenshot_llm", noise(800), { step_id: "stp_1" }),
  artifact("a_video", "recording", noise(900), { uri: "s3://b/r.webm" }),
  artifact("a_csv", "download", "a;b\n1;2\n", { uri: `s3://b/report-${secret}.csv` }),
  artifact("a_broken", "llm_response", '{"password": "half'),
];

function run(): ReturnType<typeof runOf> {
  return runOf(ARTIFACTS, { output: { note: `token=${secret}` }, run_request: { title: `Run of ${secret}` } })
    .on("/api/v1/organizations/me", json({ organization_name: "Acme" }))
    .on(`/v1/workflows/runs/${RUN}`, json(JSON.parse(textOf("workflow-run.json"))))
    .on(
      `/v1/runs/${RUN}/timeline`,
      json([
        {
          type: "block",
          block: { label: "login", workflow_run_block_id: "wrb_1", failure_reason: `bad token ${secret}` },
        },
      ]),
    );
}

beforeEach(() => fakeClock());
afterEach(() => {
  vi.useRealTimers();
});

const share = (choice: ExportChoice = SAFE, words: string[] = []): Promise<ScriptedExport> =>
  exportScripted(run(), { choice, words });

describe("a share-safe bundle", () => {
  it("leaks nothing: in no file, no name, no report and no manifest", async () => {
    const exported = await share();
    for (const [path, data] of exported.files) {
      const texts = path.endsWith(".zip")
        ? (await unpack(Uint8Array.from(data))).map(([, hex]) => Buffer.from(hex, "hex").toString())
        : [data.toString()];
      expect([path, leaksIn(texts.join("\n"), [...secrets, KEY])]).toEqual([path, []]);
    }
    expect(leaksIn([exported.packed.name, ...exported.files.keys()].join("\n"), secrets)).toEqual([]);
  });

  it("leaves pixels and documents out, by name and reason", async () => {
    const { report } = await share();
    expect(
      report.left_out.filter(({ reason }) => reason === "share-safe").map(({ artifact_id: id }) => id),
    ).toEqual(["a_shot", "a_video", "a_csv"]);
  });

  it("does not fetch what it leaves out, and lacks nothing because that is gone", async () => {
    const server = runOf([
      artifact("a_log", "skyvern_log", "started"),
      artifact("a_video", "recording", noise(900)),
      { artifact_id: "a_gone", artifact_type: "screenshot_llm", answer: notFound },
      { artifact_id: "a_cold", artifact_type: "download", archived: true },
      artifact("a_zip", "step_archive", zipOf({ "1.png": noise(90), "1.txt": "asked", more: "{}" }), {
        uri: "s3://b/z.zip",
      }),
      { artifact_id: "a_shot", artifact_type: "screenshot_llm", uri: "s3://b/z.zip", bundle_key: "1.png" },
      { artifact_id: "a_asked", artifact_type: "llm_prompt", uri: "s3://b/z.zip", bundle_key: "1.txt" },
    ]);
    const { report } = await exportScripted(server, { choice: SAFE });
    expect(report.missing).toEqual([]);
    expect(report.written.map(({ artifact_id: id }) => id)).toEqual(["a_log", "a_asked"]);
    expect(report.left_out.filter(({ reason }) => reason === "share-safe")).toMatchObject([
      { artifact_id: "a_video" },
      { artifact_id: "a_gone" },
      { artifact_id: "a_cold" },
      { artifact_id: "a_shot" },
      { artifact_id: "a_zip:more" },
    ]);
    for (const id of ["a_video", "a_gone", "a_cold", "a_shot"]) expect(fetches(server, id), id).toBe(0);
  });

  it("leaves an archive alone that has only what it leaves out", async () => {
    const server = runOf([
      artifact("a_zip", "step_archive", zipOf({ "1.png": noise(90) }), { uri: "s3://b/z.zip" }),
      { artifact_id: "a_shot", artifact_type: "screenshot_llm", uri: "s3://b/z.zip", bundle_key: "1.png" },
    ]);
    const { report } = await exportScripted(server, { choice: { ...SAFE, preset: "media" } });
    expect(report.counts).toEqual({ found: 1, written: 0, missing: 0, left_out: 1 });
    expect(fetches(server, "a_zip")).toBe(0);
  });

  it("fails closed: what is no sound JSON is left out", async () => {
    const { report } = await share();
    expect(report.left_out).toContainEqual({
      artifact_id: "a_broken",
      artifact_type: "llm_response",
      reason: "not-redactable",
    });
  });

  it("takes along what the user ticked", async () => {
    const { report } = await share({ ...SAFE, keep: ["screenshots"] });
    expect(report.written.map(({ artifact_id: id }) => id)).toContain("a_shot");
  });

  it("takes the user's own words out", async () => {
    const { files: out } = await share(SAFE, ["invoice"]);
    const prompt = [...out].find(([path]) => path.endsWith("llm_prompt.txt"))?.[1].toString();
    expect(prompt).toContain("download the [redacted:word#");
  });

  it("takes them out of what is named after the run's own words: folders, organization, entries of traces", async () => {
    const { packed, files: out } = await share(SAFE, ["login", "Acme", "resources"]);
    const paths = [...out.keys()];
    expect(paths.some((path) => path.includes("steps/01-"))).toBe(true);
    expect([packed.name, ...paths].join("\n")).not.toMatch(/login|resources/);
    expect(out.get("bag-info.txt")?.toString()).toMatch(/^Source-Organization: \[redacted:word#\d\]$/m);
    const trace = [...out].find(([path]) => path.endsWith("trace.zip"))?.[1];
    expect((await unpack(Uint8Array.from(trace ?? []))).map(([name]) => name).join("\n")).not.toContain(
      "resources",
    );
  });

  it("has a trace of the same bytes by whatever browser: its entries are stored, and deflated with it", async () => {
    const { packed, files: out } = await share();
    const trace = [...out].find(([path]) => path.endsWith("trace.zip"))?.[1] ?? Buffer.alloc(0);
    const entries = await unpack(Uint8Array.from(trace));
    expect(entries.length).toBeGreaterThan(0);
    for (const [, data] of entries) expect(trace.includes(Buffer.from(data, "hex"))).toBe(true);
    expect(packed.entries.find(({ path }) => path.endsWith("trace.zip"))?.file.method).toBe(8);
  });

  it("is a sound bag with a report that is true to it", async () => {
    const { files: out, report } = await share();
    for (const { path, sha256, bytes } of report.written) {
      const data = out.get(path);
      expect(data?.length).toBe(bytes);
      expect(
        createHash("sha256")
          .update(data ?? "")
          .digest("hex"),
      ).toBe(sha256);
    }
    for (const [path, data] of out)
      if (path.endsWith(".json")) expect(() => JSON.parse(data.toString()), path).not.toThrow();
  });

  it("keeps a ledger of what was taken out, and says what was looked for", async () => {
    const { files: out } = await share();
    const report = JSON.parse(out.get("export-report.json")?.toString() ?? "");
    expect(report.share_safe).toBe(true);
    expect(report.looked_for.length).toBeGreaterThan(3);
    expect(report.redactions).toContainEqual(
      expect.objectContaining({
        file: "a_har",
        place: expect.stringContaining("log.entries"),
        count: expect.any(Number),
      }),
    );
  });

  it("of the same run twice is the same", async () => {
    const [first, second] = [await share(), await share()];
    const data = ({ files: all }: ScriptedExport) => [...all].filter(([path]) => path.startsWith("data/"));
    expect(data(second)).toEqual(data(first));
  });
});
