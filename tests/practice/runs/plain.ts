import type { World } from "../world";
import { RunBuilder } from "./builder";
import { fixture, screenshot } from "./captures";
import {
  DELETED_AGENT,
  EMPTY,
  FAILED,
  GAPS,
  GONE_AGENT,
  NO_DOCUMENT,
  OTHER_AGENT,
  RUNNING,
  TASK,
  TASK_V2,
  TASK_V2_WR,
} from "./ids";
import type { RunSpec } from "./spec";
import { runFiles, shortBlock, shortStep } from "./steps";

/** A workflow run of two short blocks. */
function shortRun(world: World, spec: RunSpec): RunBuilder {
  const builder = new RunBuilder(world, { agentId: OTHER_AGENT, ...spec });
  shortBlock(builder, "Open portal", "sign-in");
  shortBlock(builder, "Find the invoice", "january");
  return builder;
}

/** Runs in each status, and those whose documents are missing in part. */
export function addPlainRuns(world: World): void {
  addFailed(world);
  addRunning(world);
  addGaps(world);
  addTask(world);
  addTaskV2(world);
  new RunBuilder(world, {
    id: EMPTY,
    title: "No artifacts",
    agentId: OTHER_AGENT,
    start: "2026-02-16T08:50:00",
    firstId: 493285619334850001n,
  }).finish();
  const older = shortRun(world, {
    id: NO_DOCUMENT,
    title: "Before the move",
    start: "2025-11-03T07:00:00",
    firstId: 493285619334860001n,
  });
  runFiles(older);
  older.finish({ document: null, listed: false });
  const orphan = shortRun(world, {
    id: DELETED_AGENT,
    title: "Its agent is gone",
    agentId: GONE_AGENT,
    start: "2026-02-16T08:40:00",
    firstId: 493285619334870001n,
  });
  runFiles(orphan);
  orphan.finish({ agentDeleted: true });
}

function addFailed(world: World): void {
  const builder = shortRun(world, {
    id: FAILED,
    title: "Claims portal",
    status: "failed",
    start: "2026-02-16T08:58:00",
    failureReason: "Reached the maximum steps (10). The portal kept showing 'Session expired'.",
    firstId: 493285619334810001n,
  });
  const last = builder.timeline.at(-1)?.block;
  if (last) Object.assign(last, { status: "failed", failure_reason: "Reached the maximum steps (10)." });
  builder.download("claim form.pdf", fixture("download-1.pdf"));
  builder.artifact("recording", fixture("recording.webm"));
  runFiles(builder);
  builder.finish();
}

function addRunning(world: World): void {
  const start = new Date(Date.now() - 90_000).toISOString().slice(0, 19);
  const builder = shortRun(world, {
    id: RUNNING,
    title: "Nightly export",
    status: "running",
    start,
    firstId: 493285619334820001n,
  });
  shortBlock(builder, "Open the month", "list");
  shortBlock(builder, "Read the list", "summary");
  builder.finish({ visibleNodes: 1 });
}

function addGaps(world: World): void {
  const builder = new RunBuilder(world, {
    id: GAPS,
    title: "Old recording",
    agentId: OTHER_AGENT,
    start: "2025-11-01T06:00:00",
    firstId: 493285619334830001n,
  });
  shortBlock(builder, "Open portal", "sign-in");
  builder.artifact("recording", { kind: "none" }, { row: { archived: true, file_size: 73_400_320 } });
  builder.artifact("har", { kind: "none" }, { row: { file_size: 48_211 } });
  builder.artifact("browser_console_log", fixture("console.log"));
  builder.finish();
}

/** A plain task: its download is in `downloaded_files` alone, its row names neither task nor run. */
function addTask(world: World): void {
  const builder = new RunBuilder(world, {
    id: TASK,
    kind: "task",
    title: "Plain task",
    start: "2026-02-16T08:30:00",
    output: { invoices: 3 },
    firstId: 493285619334840001n,
  });
  builder.task(TASK, "Read the list of invoices");
  shortStep(builder, TASK, "sign-in");
  shortStep(builder, TASK, "march");
  builder.artifact("recording", fixture("recording.webm"));
  builder.artifact("har", fixture("network.har"));
  builder.artifact("screenshot_final", screenshot("summary", "action-1", `${TASK}, final`));
  builder.download("task invoice.pdf", fixture("download-2.pdf"), { row: { task_id: null, run_id: null } });
  builder.finish();
}

function addTaskV2(world: World): void {
  const builder = new RunBuilder(world, {
    id: TASK_V2_WR,
    kind: "task-v2",
    taskV2Id: TASK_V2,
    title: "Task v2",
    agentId: "wpid_493285619334760015",
    start: "2026-02-16T08:20:00",
    output: "Two invoices are paid.",
    firstId: 493285619334880001n,
  });
  builder.thought("First sign in, then read the list.", "sign in");
  shortBlock(builder, "sign_in_portal", "sign-in");
  builder.thought("The list is shown: read it.", "extract");
  shortBlock(builder, "extract_invoices", "summary");
  builder.artifact("recording", fixture("recording.webm"));
  runFiles(builder);
  builder.finish();
}
