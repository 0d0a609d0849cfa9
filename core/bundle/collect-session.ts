import * as z from "zod/mini";
import type { SkyvernClient } from "../skyvern/client";
import { runpackError } from "../skyvern/errors";
import { isRunId } from "../skyvern/ids";
import { apiTime, Organization, RunListItem, SessionDocument } from "../skyvern/schemas";
import { ApiDocuments } from "./api-documents";
import { ArtifactUnion } from "./artifact-union";
import type { CollectedRun } from "./collected-run";
import { listedFile } from "./references";
import { resolveRows } from "./resolve-rows";
import { SETTLING_MS } from "./settling";
import { type ExportWarning, warning } from "./warnings";

const OVER = new Set(["completed", "failed", "timeout", "timed_out", "closed"]);
const Rows = z.array(z.unknown());

/**
 * Lists what a browser session left: recordings, downloads and action log (skyvern-api.md §7). Its runs are runs of
 * their own, named in `separateRuns`.
 * @throws RunpackError no-such-session; what the client throws for the session
 */
export async function collectSession(client: SkyvernClient, id: string): Promise<CollectedRun> {
  const api = new ApiDocuments(client);
  const base = `/v1/browser_sessions/${id}`;
  const [session, runs, logs, organization] = await Promise.all([
    client.document(base, SessionDocument),
    api.source(`${base}/workflow_runs`, Rows, "the session's runs"),
    api.source(`${base}/action_logs`, z.unknown(), "the session's action log"),
    api.read("/api/v1/organizations/me", Organization, "the organization's name"),
  ]);
  if (!session) throw runpackError("no-such-session", { about: id });
  const { value } = session;
  const union = new ArtifactUnion();
  const unreadable = [
    ...addFiles(union, value.recordings ?? [], "recording"),
    ...addFiles(union, value.downloaded_files ?? [], "download"),
  ];
  await resolveRows(union, api);
  const ended = apiTime(value.completed_at);
  const running = ended === null && !OVER.has(value.status ?? "");
  const documents = new Map([["session.json", session.text]]);
  if (runs) documents.set("workflow-runs.json", runs.text);
  if (logs) documents.set("action-log.json", logs.text);
  return {
    runId: id,
    requestedId: id,
    runIds: [id],
    nestedRuns: [],
    title: "Browser session",
    status: value.status ?? null,
    organization: organization?.value.organization_name ?? null,
    settling: running || client.now() - (ended ?? apiTime(value.modified_at) ?? 0) < SETTLING_MS,
    running,
    artifacts: union.all(),
    unreadable,
    unlistedRuns: [],
    unreadSources: api.unread,
    facts: {
      type: "browser_session",
      failureReason: null,
      failureCategory: null,
      createdAt: apiTime(value.created_at),
      startedAt: apiTime(value.started_at),
      finishedAt: ended,
      modifiedAt: apiTime(value.modified_at),
      workflowId: null,
    },
    timeline: [],
    blocks: [],
    steps: [],
    taskActions: [],
    separateRuns: runIdsOf(runs?.value ?? []),
    children: [],
    documents,
    warnings: [...sessionWarnings(running, value), ...api.warnings],
  };
}

/** @returns where something stood that can't be read */
function addFiles(union: ArtifactUnion, values: readonly unknown[], type: string): string[] {
  return values.flatMap((value) => {
    const file = listedFile(value, type);
    if (!file) return ["in a list of files"];
    union.addFile(file);
    return [];
  });
}

/** Rows of a session's runs are workflow runs, or items of the history. */
function runIdsOf(rows: readonly unknown[]): string[] {
  const ids = rows.flatMap((row) => {
    const parsed = RunListItem.safeParse(row);
    const id = parsed.success ? (parsed.data.workflow_run_id ?? parsed.data.run_id ?? "") : "";
    return isRunId(id) ? [id] : [];
  });
  return [...new Set(ids)];
}

function sessionWarnings(running: boolean, { recordings }: SessionDocument): ExportWarning[] {
  const recorded = (recordings ?? []).length > 0;
  if (running) return [warning(recorded ? "session-open" : "session-not-recorded-yet")];
  return recorded ? [] : [warning("session-not-recorded")];
}
