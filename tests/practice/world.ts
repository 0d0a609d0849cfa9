import { type Body, generatedSource, heldSource, type Source, sha256Of } from "./bytes";
import { Faults } from "./faults";
import { type Json, type JsonObject, renderJson, urlOf } from "./json";
import { contentUrl, Signing } from "./signing";
import { defaultUiSettings, type UiSettings } from "./ui-settings";
import { readZip } from "./zip";

/** What an artifact's `signed_url` is. `at`: any address, another host's for instance. */
export type Link =
  | { kind: "signed" | "expired" | "forged" | "unsigned" | "none" }
  | { kind: "file"; path: string }
  | { kind: "at"; url: string };

/** The columns of an artifact's row that are stored; `signed_url` is made at each read. */
export interface ArtifactRow {
  artifact_id: string;
  artifact_type: string;
  uri: string;
  bundle_key: string | null;
  checksum: string | null;
  file_size: number | null;
  task_id: string | null;
  step_id: string | null;
  workflow_run_id: string | null;
  workflow_run_block_id: string | null;
  run_id: string | null;
  browser_session_id: string | null;
  observer_cruise_id: string | null;
  observer_thought_id: string | null;
  ai_suggestion_id: string | null;
  archived: boolean;
  organization_id: string;
  created_at: string;
  modified_at: string;
}

export interface Artifact {
  row: ArtifactRow;
  body: Body;
  link: Link;
}

/** A node of a timeline, children oldest first: the API turns every level round. */
export interface TimelineNode {
  type: "block" | "thought";
  block: JsonObject | null;
  thought: JsonObject | null;
  children: TimelineNode[];
  created_at: string;
  modified_at: string;
}

/** A task's own documents: of a plain task run, and of each block that ran as a task. */
export interface TaskRecord {
  task: JsonObject;
  steps: JsonObject[];
  actions: JsonObject[];
}

export type RunKind = "workflow" | "task" | "task-v2";

/** One run with everything the API and the page say about it. */
export interface Run {
  /** `wr_…` for workflow runs and tasks v2, `tsk_…` for plain tasks. */
  id: string;
  kind: RunKind;
  /** The other ID of a task v2. */
  taskV2Id: string | null;
  title: string | null;
  status: string;
  agentId: string | null;
  agentDeleted: boolean;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** `GET /v1/runs/{id}`; null: 404. */
  document: JsonObject | null;
  /** `GET /v1/workflows/runs/{wr}`; null: 404. */
  workflowRun: JsonObject | null;
  /** Oldest first; null: the run has none (plain tasks: 400). */
  timeline: TimelineNode[] | null;
  /** Top-level nodes that a read of the timeline shows; each read shows one more. */
  visibleNodes: number;
  /** In the history; child and debug runs are not. */
  listed: boolean;
}

/** Everything the practice server knows. Tests may change any of it while the server runs. */
export class World {
  readonly organization = { id: "o_493285619334700000", name: "ACME Accounts Payable" };
  readonly runs = new Map<string, Run>();
  readonly tasks = new Map<string, TaskRecord>();
  readonly artifacts = new Map<string, Artifact>();
  /** `GET /v1/browser_sessions/{pbs}`. */
  readonly sessions = new Map<string, JsonObject>();
  readonly sessionLogs = new Map<string, Json[]>();
  /** What is recorded of open sessions, and appears when they close. */
  readonly sessionRecordings = new Map<string, Artifact>();
  /** `POST /v1/scripts/{wpid}/blocks`, by agent. */
  readonly scripts = new Map<string, JsonObject>();
  readonly faults = new Faults();
  readonly signing = new Signing(() => this.now());
  readonly ui: UiSettings = defaultUiSettings();
  /** Waited before each content answer, ms: the server reads the whole object before its first byte. */
  contentLatencyMs = 0;
  /** The server's clock less that of the browser's computer, ms. */
  clockAheadMs = 0;

  /** By the server's clock, ms since the epoch. */
  now(): number {
    return Date.now() + this.clockAheadMs;
  }

  addRun(run: Run): Run {
    this.runs.set(run.id, run);
    return run;
  }

  addArtifact(artifact: Artifact): void {
    this.artifacts.set(artifact.row.artifact_id, artifact);
  }

  /** The run behind any ID the API takes: a task v2 answers to both of its IDs. */
  runOf(id: string): Run | null {
    const run = this.runs.get(id);
    if (run) return run;
    if (!id.startsWith("tsk_v2_")) return null;
    return [...this.runs.values()].find((other) => other.taskV2Id === id) ?? null;
  }

  /** Artifacts whose rows carry the ID, oldest first: `[]` for unknown runs and for the `tsk_v2_` ID. */
  artifactsOf(runId: string): Artifact[] {
    const column = runId.startsWith("tsk_") ? "task_id" : "workflow_run_id";
    if (runId.startsWith("tsk_v2_")) return [];
    return [...this.artifacts.values()]
      .filter(({ row }) => row[column] === runId)
      .sort((a, b) =>
        a.row.created_at < b.row.created_at ? -1 : a.row.created_at > b.row.created_at ? 1 : 0,
      );
  }

  /** Ends a running run in all its documents; the page sees it at its next poll. */
  endRun(id: string, status = "completed", at = new Date(this.now()).toISOString()): void {
    const run = this.runOf(id);
    if (!run) throw new Error(`no run ${id}`);
    run.status = status;
    run.finishedAt = at;
    if (run.timeline) run.visibleNodes = run.timeline.length;
    for (const document of [run.document, run.workflowRun]) {
      if (document) Object.assign(document, { status, finished_at: at, modified_at: at });
    }
  }

  /** Closes a browser session: its recording appears. */
  closeSession(id: string, at = new Date(this.now()).toISOString()): void {
    const document = this.sessions.get(id);
    if (!document) throw new Error(`no session ${id}`);
    Object.assign(document, { status: "completed", completed_at: at, modified_at: at });
    const recording = this.sessionRecordings.get(id);
    if (!recording) return;
    this.addArtifact(recording);
    const url = urlOf(recording.row.artifact_id);
    document.recordings = [fileInfo(recording, "recording.webm", url)];
  }

  /** Takes a run and its own artifacts away. */
  removeRun(id: string): void {
    for (const { row } of this.artifactsOf(id)) this.artifacts.delete(row.artifact_id);
    this.runs.delete(id);
  }

  /** What the content call serves without faults; null where it says 404. */
  sourceOf(artifactId: string): Source | null {
    const body = this.artifacts.get(artifactId)?.body;
    switch (body?.kind) {
      case "bytes":
        return heldSource(body.bytes);
      case "lazy":
        return heldSource(body.make());
      case "generated":
        return generatedSource(body.seed, body.length, body.text);
      case "member":
        return this.#entryOf(body.archiveId, body.key);
      case "whole-archive":
        return this.sourceOf(body.archiveId);
      default:
        return null;
    }
  }

  /** What belongs into an export: as `sourceOf`, but the entry itself where the server hands out the whole archive. */
  contentOf(artifactId: string): Source | null {
    const body = this.artifacts.get(artifactId)?.body;
    return body?.kind === "whole-archive"
      ? this.#entryOf(body.archiveId, body.key)
      : this.sourceOf(artifactId);
  }

  #entryOf(archiveId: string, key: string): Source | null {
    const archive = this.sourceOf(archiveId);
    if (!archive) return null;
    const [entry] = readZip(archive.slice(0, archive.length), key);
    return entry ? heldSource(entry.data) : null;
  }

  /** A row as the API answers it, its URL minted anew. */
  rowOf(artifact: Artifact): JsonObject {
    const { row } = artifact;
    const wrong = row.checksum !== null && this.faults.takeWrongChecksum(row.artifact_id);
    const checksum = wrong ? "0".repeat(64) : row.checksum;
    return { ...row, checksum, signed_url: this.linkOf(artifact) };
  }

  /** An artifact's URL as its row and the documents give it. */
  linkOf({ row, link }: Artifact): string | null {
    const { artifact_id: id, artifact_type: type } = row;
    switch (link.kind) {
      case "signed":
        return this.signing.mint(id, type);
      case "expired":
        return this.signing.mint(id, type, -60);
      case "forged":
        return `${contentUrl(id)}?expiry=4102444800&kid=k1&sig=${"A".repeat(49)}`;
      case "unsigned":
        return `${contentUrl(id)}?artifact_name=${encodeURIComponent(row.uri.split("/").at(-1) ?? id)}&artifact_type=${type}`;
      case "none":
        return null;
      case "file":
        return `file://${link.path}`;
      case "at":
        return link.url;
    }
  }

  /** The text of a document, its placeholders filled in. */
  render(document: unknown): string {
    return renderJson(document, (id) => {
      const artifact = this.artifacts.get(id);
      return artifact ? this.linkOf(artifact) : null;
    });
  }
}

/** `{url, filename, checksum, file_size, modified_at, artifact_id}` of a downloaded or recorded file. */
export function fileInfo(artifact: Artifact, filename: string, url: string): JsonObject {
  const { row } = artifact;
  return {
    url,
    checksum: row.checksum,
    filename,
    file_size: row.file_size,
    modified_at: row.modified_at,
    artifact_id: row.artifact_id,
  };
}

/** SHA-256 of what belongs into an export of the artifact; throws for one without bytes. */
export function checksumOf(world: World, artifactId: string): string {
  const source = world.contentOf(artifactId);
  if (!source) throw new Error(`${artifactId} has no bytes`);
  return sha256Of(source);
}
