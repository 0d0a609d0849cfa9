import { contentUrl } from "../signing";
import type { World } from "../world";
import { RunBuilder } from "./builder";
import { fixture } from "./captures";
import { ARCHIVES, EXPIRED, HOSTILE, OTHER_AGENT, SELF_HOSTED } from "./ids";
import type { Place } from "./spec";
import { runFiles, shortBlock, stepMembers } from "./steps";

/** Hosts that self-hosted servers and old URLs point to; map them to the server to see who asks. */
export const STORAGE_HOST = "skyvern-artifacts.s3.amazonaws.com";
export const FOREIGN_API_HOST = "api.skyvern.internal.example";

/** Names as hostile pages may give them to a download. */
const HOSTILE_NAMES = [
  "../../../etc/passwd",
  "..\\..\\windows\\system32\\evil.dll",
  "invoice\u202Efdp.exe",
  `${"a".repeat(296)}.pdf`,
  `${"ü".repeat(150)}.pdf`,
  "CON.txt",
  "nul",
  "100%25 sure%2F..%2f.pdf",
  "Report.pdf",
  "report.pdf",
  "REPORT.PDF",
  "cafe\u0301.txt",
  "caf\u00E9.txt",
  " .hidden. ",
  "desktop.ini.lnk",
  "helper.crx",
  "zero\u200Bwidth\u0007bell.txt",
  'quo"te<b>.html',
  "line\nbreak.txt",
  "..",
  "",
];

const HOSTILE_TITLE = `../../..\\evil <img src=x onerror="alert(1)"> \u202Egpj.exe`;

export function addStrangeRuns(world: World): void {
  addSelfHosted(world);
  addExpired(world);
  addHostile(world);
  addArchives(world);
}

function addSelfHosted(world: World): void {
  const builder = new RunBuilder(world, {
    id: SELF_HOSTED,
    title: "Stored elsewhere",
    agentId: OTHER_AGENT,
    start: "2026-02-16T07:40:00",
    firstId: 493285619334940001n,
  });
  shortBlock(builder, "Open portal", "sign-in");
  const log = (text: string) => Buffer.from(`${text}\n`);
  const local = "/data/artifacts/local/o_1/browser_console_log.log";
  builder.artifact("browser_console_log", log("on local disk"), {
    link: { kind: "file", path: local },
    row: { uri: `file://${local}` },
  });
  builder.artifact("skyvern_log", log("without a URL"), { link: { kind: "none" } });
  builder.artifact("skyvern_log_raw", log('["unsigned"]'), { link: { kind: "unsigned" } });
  const har = builder.artifact("har", fixture("network.har"));
  const onStorage = `https://${STORAGE_HOST}/v1/${har.row.artifact_id}?X-Amz-Expires=3600&X-Amz-Signature=00ff`;
  har.link = { kind: "at", url: onStorage };
  const trace = builder.artifact("trace", fixture("trace.zip"));
  const elsewhere = contentUrl(trace.row.artifact_id).replace("api.skyvern.com", FOREIGN_API_HOST);
  trace.link = { kind: "at", url: `${elsewhere}?expiry=4102444800&kid=k1&sig=${"B".repeat(49)}` };
  builder.archive(stepMembers("list", SELF_HOSTED).slice(0, 4), {
    served: "whole-archive",
    link: { kind: "unsigned" },
  });
  builder.finish();
}

function addExpired(world: World): void {
  const builder = new RunBuilder(world, {
    id: EXPIRED,
    title: "Expired links",
    agentId: OTHER_AGENT,
    start: "2026-02-16T07:30:00",
    firstId: 493285619334950001n,
  });
  shortBlock(builder, "Open portal", "sign-in");
  runFiles(builder);
  builder.download("expired invoice.pdf", fixture("download-1.pdf"));
  for (const [index, artifact] of builder.artifacts.entries())
    artifact.link = { kind: index % 2 === 0 ? "expired" : "forged" };
  builder.finish();
}

function addHostile(world: World): void {
  const builder = new RunBuilder(world, {
    id: HOSTILE,
    title: HOSTILE_TITLE,
    agentId: OTHER_AGENT,
    start: "2026-02-16T07:20:00",
    output: { note: "</script><script>alert(1)</script>" },
    firstId: 493285619334960001n,
  });
  shortBlock(builder, "../..", "sign-in");
  shortBlock(builder, 'CON <b onmouseover="alert(1)">\u202E', "list");
  for (const [index, name] of HOSTILE_NAMES.entries())
    builder.download(name, Buffer.from(`hostile file ${index}\n`));
  builder.download("unfinished.pdf.crdownload", Buffer.from("half of it"));
  const page =
    "<!doctype html><title>hostile</title><script>document.title = 'owned'; fetch('https://evil.example/')</script>";
  builder.artifact("html", Buffer.from(page));
  builder.artifact("../weird type", Buffer.from("a type with a path in it\n"), { name: "..%2F..%2Fweird" });
  builder.finish();
}

/** Rows here that can't be had: the member with the key `not-in-the-archive.txt`. */
function addArchives(world: World): void {
  const builder = new RunBuilder(world, {
    id: ARCHIVES,
    title: "Archives",
    agentId: OTHER_AGENT,
    start: "2026-02-16T07:10:00",
    firstId: 493285619334970001n,
  });
  const block = builder.block({ label: "Open portal", block_type: "navigation" });
  const taskId = builder.task(builder.newId("tsk"), "Open the portal", block);
  const place = (): Place => ({ step: builder.step(taskId, block) });
  const members = (remark: string) => stepMembers("sign-in", `${ARCHIVES}, ${remark}`);
  builder.archive(
    members("stored").map((member) => ({ ...member, method: "stored" })),
    place(),
  );
  const extra = {
    name: "extra/unnamed entry.txt",
    data: Buffer.from("no row names this entry\n"),
    method: "deflated" as const,
  };
  builder.archive(members("deflated"), { ...place(), unnamed: [extra] });
  const shared = { type: "llm_response", key: "llm_response.json", bytes: Buffer.from('{"asked":"twice"}') };
  const [row] = builder.archive([shared], place());
  if (row) builder.artifact("llm_response", row.body, { row: { ...sharedRow(row.row) } });
  const [gone] = builder.archive(
    [{ type: "llm_prompt", key: "llm_prompt.txt", bytes: Buffer.from("here\n") }],
    { ...place(), type: "task_archive" },
  );
  if (gone?.body.kind === "member") {
    const key = "not-in-the-archive.txt";
    builder.artifact(
      "llm_prompt",
      { ...gone.body, key },
      { row: { ...sharedRow(gone.row), bundle_key: key } },
    );
  }
  runFiles(builder);
  builder.finish();
}

function sharedRow({
  uri,
  bundle_key,
  task_id,
  step_id,
  workflow_run_block_id,
  created_at,
}: Place["row"] & object) {
  return {
    ...(uri !== undefined && { uri }),
    ...(bundle_key !== undefined && { bundle_key }),
    ...(task_id !== undefined && { task_id }),
    ...(step_id !== undefined && { step_id }),
    ...(workflow_run_block_id !== undefined && { workflow_run_block_id }),
    ...(created_at !== undefined && { created_at }),
  };
}
