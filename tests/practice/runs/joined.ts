import { createHash } from "node:crypto";
import { urlOf } from "../json";
import { fileInfo, type World } from "../world";
import { RunBuilder } from "./builder";
import { fixture } from "./captures";
import {
  NESTED,
  NESTED_TASK_V2,
  OPEN_SESSION,
  OPEN_SESSION_BROWSER,
  OTHER_AGENT,
  PARENT,
  SESSION,
  SESSION_BROWSER,
  TRIGGERED,
} from "./ids";
import { runFiles, shortBlock } from "./steps";

/** Runs whose files lie elsewhere: in nested runs, in browser sessions. */
export function addJoinedRuns(world: World): void {
  addNested(world);
  addTriggered(world);
  addParent(world);
  addSession(world);
  addOpenSession(world);
}

function addNested(world: World): void {
  const builder = new RunBuilder(world, {
    id: NESTED,
    kind: "task-v2",
    taskV2Id: NESTED_TASK_V2,
    title: "Read the month",
    agentId: OTHER_AGENT,
    start: "2026-02-16T08:10:10",
    firstId: 493285619334890001n,
  });
  shortBlock(builder, "Open the month", "list");
  runFiles(builder);
  builder.download("nested invoice.pdf", fixture("download-1.pdf"));
  builder.finish({ listed: false });
}

function addTriggered(world: World): void {
  const builder = new RunBuilder(world, {
    id: TRIGGERED,
    title: "Send the month",
    agentId: OTHER_AGENT,
    start: "2026-02-16T08:11:00",
    firstId: 493285619334900001n,
  });
  shortBlock(builder, "Send mail", "summary");
  builder.finish({ listed: false });
}

/** The timeline shows the nested run's blocks inside the parent's, and names it twice over. */
function addParent(world: World): void {
  const builder = new RunBuilder(world, {
    id: PARENT,
    title: "Months in one go",
    agentId: OTHER_AGENT,
    start: "2026-02-16T08:10:00",
    firstId: 493285619334910001n,
  });
  shortBlock(builder, "Open portal", "sign-in");
  const block = builder.block({
    label: "Read the month",
    block_type: "task_v2",
    block_workflow_run_id: NESTED,
  });
  block.children.push(...(world.runs.get(NESTED)?.timeline ?? []));
  builder.block({
    label: "Send the month",
    block_type: "workflow_trigger",
    output: { workflow_run_id: TRIGGERED, status: "completed" },
  });
  runFiles(builder);
  builder.finish();
}

function addSession(world: World): void {
  const builder = new RunBuilder(world, {
    id: SESSION,
    title: "In a kept browser",
    agentId: OTHER_AGENT,
    start: "2026-02-16T08:00:00",
    sessionId: SESSION_BROWSER,
    firstId: 493285619334920001n,
  });
  shortBlock(builder, "Open portal", "sign-in");
  runFiles(builder);
  const ownFiles = { sessionId: SESSION_BROWSER, row: { workflow_run_id: null, run_id: null } };
  const video = fixture("recording.webm");
  const checksum = createHash("sha256").update(video).digest("hex");
  const recording = builder.artifact("recording", video, { ...ownFiles, row: { ...ownFiles.row, checksum } });
  const file = builder.download("session invoice.pdf", fixture("download-2.pdf"), ownFiles);
  const run = builder.finish();
  const url = urlOf(recording.row.artifact_id);
  if (run.document) Object.assign(run.document, { recording_url: null, downloaded_files: [] });
  world.sessions.set(SESSION_BROWSER, {
    ...sessionFields(world, SESSION_BROWSER, "completed", builder.now()),
    recordings: [fileInfo(recording, "recording.webm", url)],
    downloaded_files: [fileInfo(file, "session invoice.pdf", urlOf(file.row.artifact_id))],
  });
  world.sessionLogs.set(SESSION_BROWSER, [
    { action: "goto", url: "http://portal.acme.example/", at: builder.now() },
    { action: "click", selector: "#sign-in", at: builder.now() },
  ]);
}

function addOpenSession(world: World): void {
  const builder = new RunBuilder(world, {
    id: OPEN_SESSION,
    title: "In an open browser",
    agentId: OTHER_AGENT,
    start: "2026-02-16T07:50:00",
    sessionId: OPEN_SESSION_BROWSER,
    firstId: 493285619334930001n,
  });
  shortBlock(builder, "Open portal", "sign-in");
  runFiles(builder);
  const place = { sessionId: OPEN_SESSION_BROWSER, row: { workflow_run_id: null, run_id: null } };
  const recording = builder.artifact("recording", fixture("recording.webm"), place);
  // Stored when the session closes.
  world.artifacts.delete(recording.row.artifact_id);
  world.sessionRecordings.set(OPEN_SESSION_BROWSER, recording);
  builder.finish();
  world.sessions.set(OPEN_SESSION_BROWSER, {
    ...sessionFields(world, OPEN_SESSION_BROWSER, "running", null),
    recordings: [],
    downloaded_files: [],
  });
}

function sessionFields(world: World, id: string, status: string, completedAt: string | null) {
  return {
    browser_session_id: id,
    organization_id: world.organization.id,
    status,
    runnable_type: "workflow_run",
    timeout: 60,
    browser_address: "wss://browsers.skyvern.example/pbs/devtools/browser/9d0c7a52",
    started_at: "2026-02-16T07:49:00.000000",
    completed_at: completedAt,
    created_at: "2026-02-16T07:48:00.000000",
    modified_at: completedAt ?? "2026-02-16T07:49:00.000000",
  };
}
