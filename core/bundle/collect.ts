import * as z from "zod/mini";
import type { Document, SkyvernClient } from "../skyvern/client";
import { RunpackError, runpackError } from "../skyvern/errors";
import { runIdKind } from "../skyvern/ids";
import { rawField } from "../skyvern/raw-json";
import {
  ArtifactList,
  ArtifactRow,
  apiTime,
  isFinalStatus,
  Organization,
  RunDocument,
  RunListItem,
  RunRequest,
  TaskDocument,
  TaskV2Document,
  TimelineNode,
  WorkflowRunDocument,
} from "../skyvern/schemas";
import { type FileReference, referencesIn } from "./references";
import { type TimelineBlock, timelineBlocks } from "./timeline";

/** One artifact of the run, wherever it was named. */
export interface CollectedArtifact {
  /** The artifact's ID, or `url:<address without query>` for a file that has none. */
  id: string;
  row: ArtifactRow;
  /** Original name, where one is known. */
  fileName: string | null;
  /** Storage URLs on hosts other than the API, a last resort. */
  storageUrls: string[];
  /** False for a file that is known by its URL alone. */
  hasId: boolean;
}

/** Everything the API told about a run. */
export interface CollectedRun {
  /** The ID for names and joining: `wr_Y` for a task v2 (skyvern-api.md §2). */
  runId: string;
  requestedId: string;
  /** All IDs of the run, nested runs included. */
  runIds: string[];
  title: string | null;
  status: string | null;
  organization: string | null;
  /** True unless the run ended more than 5 minutes ago: files may still be uploading. */
  settling: boolean;
  running: boolean;
  artifacts: CollectedArtifact[];
  /** Rows of the list that could not be read at all. */
  unreadableRows: number;
  /** Nested runs whose list the server would not give: their artifacts are missing. */
  unlistedRuns: string[];
  blocks: TimelineBlock[];
  /** Served documents by the file name that they get below `data/`. */
  documents: Map<string, string>;
  warnings: string[];
}

const SETTLING_MS = 5 * 60_000;
const Timeline = z.array(TimelineNode);
const AnyJson = z.unknown();

/**
 * Lists everything that a run left: the union of skyvern-api.md §4, each artifact once.
 * @throws RunpackError no-such-run by the rule of §3; what the client throws for the artifact list
 */
export async function collectRun(client: SkyvernClient, requestedId: string): Promise<CollectedRun> {
  const collector = new Collector(client);
  return collector.collect(requestedId);
}

interface OneRun {
  run: Document<RunDocument> | null;
  workflowRun: Document<WorkflowRunDocument> | null;
  task: Document<TaskDocument> | null;
  list: Document<unknown[]> | null;
}

class Collector {
  readonly #artifacts = new Map<string, CollectedArtifact>();
  readonly #documents = new Map<string, string>();
  readonly #warnings: string[] = [];
  readonly #runIds = new Set<string>();
  readonly #unlisted: string[] = [];
  /** Files that documents name, joined to their rows when all lists are there. */
  readonly #named: FileReference[] = [];
  /** Documents that could not be had for trouble, by path: of these nobody knows whether they exist. */
  readonly #ungiven = new Map<string, RunpackError>();
  #unreadable = 0;

  constructor(private readonly client: SkyvernClient) {}

  async collect(requestedId: string): Promise<CollectedRun> {
    const organization = this.#optional("/api/v1/organizations/me", Organization, "the organization's name");
    // Waited for at the end: until then a rejection must not count as unhandled.
    organization.catch(() => {});
    const runId = await this.#canonicalId(requestedId);
    this.#runIds.add(runId).add(requestedId);
    const [list, documents, blocks] = await Promise.all([
      this.client.document(`/v1/runs/${runId}/artifacts`, ArtifactList),
      this.#runDocuments(runId),
      this.#timeline(runId, requestedId),
    ]);
    const root = { list, ...documents };
    if (!root.run && !root.workflowRun && !root.task && (root.list?.value.length ?? 0) === 0) {
      throw this.#troubleWith(runId) ?? runpackError("no-such-run", { run: requestedId });
    }
    // Even an unknown run has a list, an empty one (skyvern-api.md §3): without it nothing is known to be complete.
    if (!root.list) throw runpackError("bad-answer", { address: this.client.access.apiAddress });
    const served = root.run?.value.run_id;
    if (served) this.#runIds.add(served);
    const lateBlocks =
      blocks ?? (served && served !== runId ? await this.#timeline(served, served) : null) ?? [];
    this.#keepDocuments(root);
    this.#addRun(root);
    this.#addReferences(lateBlocks.map((block) => block.block.output));
    await this.#nestedRuns(runId, lateBlocks);
    for (const reference of this.#named) this.#addFile(reference);
    await this.#taskDetails(runId);
    await this.#resolveUnlisted();
    return this.#result(requestedId, runId, root, lateBlocks, await organization);
  }

  /** A task v2 is known by two IDs; the one of its workflow run is for names (skyvern-api.md §2). */
  async #canonicalId(id: string): Promise<string> {
    if (runIdKind(id) !== "task-v2") return id;
    const task = await this.#optional(`/api/v2/tasks/${id}`, TaskV2Document, "the task's second ID");
    const direct = task?.value.workflow_run_id;
    if (direct && runIdKind(direct) === "workflow-run") return direct;
    const run = await this.client.document(`/v1/runs/${id}`, RunDocument);
    const last = run?.value.app_url?.split(/[?#]/, 1)[0]?.split("/").at(-1) ?? "";
    return runIdKind(last) === "workflow-run" ? last : id;
  }

  /** A run inside the run: the others' files are worth having without its list. */
  async #nestedRun(id: string): Promise<OneRun> {
    const [list, documents] = await Promise.all([
      this.#optional(`/v1/runs/${id}/artifacts`, ArtifactList, `the list of files of the nested run ${id}`),
      this.#runDocuments(id),
    ]);
    if (!list) this.#unlisted.push(id);
    return { list, ...documents };
  }

  async #runDocuments(id: string): Promise<Omit<OneRun, "list">> {
    const kind = runIdKind(id);
    const workflow = kind === "workflow-run";
    const [run, workflowRun, task] = await Promise.all([
      this.#optional(`/v1/runs/${id}`, RunDocument, "the run document"),
      workflow ? this.#optional(`/v1/workflows/runs/${id}`, WorkflowRunDocument, "the workflow run") : null,
      kind === "task" ? this.#optional(`/api/v1/tasks/${id}`, TaskDocument, "the task") : null,
    ]);
    return { run, workflowRun, task };
  }

  /** "No such run" wants a 404 of every document (skyvern-api.md §3): what failed instead decides nothing. */
  #troubleWith(id: string): RunpackError | undefined {
    const paths = [`/v1/runs/${id}`, `/v1/workflows/runs/${id}`, `/api/v1/tasks/${id}`];
    return paths.map((path) => this.#ungiven.get(path)).find((error) => error !== undefined);
  }

  /** A document that a bundle can do without: a failure is said, not fatal; a refused key is. */
  async #optional<T>(path: string, schema: z.ZodMiniType<T>, what: string): Promise<Document<T> | null> {
    try {
      return await this.client.document(path, schema);
    } catch (error) {
      if (!(error instanceof RunpackError) || error.code === "unreachable") throw error;
      if (error.code === "key-refused" && !(await this.client.acceptsKey())) throw error;
      this.#ungiven.set(path, error);
      this.#warnings.push(`Skyvern could not give ${what}.`);
      return null;
    }
  }

  /** @returns null where there is none: 404 by the workflow run's ID of a task v2, 400 for plain tasks */
  async #timeline(id: string, other: string): Promise<TimelineBlock[] | null> {
    if (runIdKind(id) === "task") return [];
    const candidates = runIdKind(other) === "task-v2" ? [other, id] : [id];
    for (const candidate of new Set(candidates)) {
      const found = await this.#optional(`/v1/runs/${candidate}/timeline`, Timeline, "the timeline");
      if (!found) continue;
      if (!this.#documents.has("timeline.json")) this.#documents.set("timeline.json", found.text);
      return timelineBlocks(found.value);
    }
    return null;
  }

  #keepDocuments({ run, workflowRun, task, list }: OneRun): void {
    if (run) this.#documents.set("run.json", run.text);
    if (workflowRun) this.#documents.set("workflow-run.json", workflowRun.text);
    if (task) this.#documents.set("task.json", task.text);
    this.#documents.set("artifacts.json", list?.text ?? "[]");
    const output = field(run, "output") ?? field(workflowRun, "outputs");
    if (output !== null) this.#documents.set("output.json", output);
    const parameters = field(run, "run_request") ?? field(task, "request");
    if (parameters !== null) this.#documents.set("parameters.json", parameters);
  }

  #addRun({ run, workflowRun, task, list }: OneRun): void {
    for (const raw of list?.value ?? []) this.#addRow(raw);
    for (const value of [run?.value, workflowRun?.value, task?.value]) {
      for (const file of value?.downloaded_files ?? []) {
        this.#named.push({ url: file.url ?? null, info: file, type: "download" });
      }
      if (value?.recording_url) this.#named.push({ url: value.recording_url, info: null, type: "recording" });
    }
    for (const url of workflowRun?.value.recording_urls ?? [])
      this.#named.push({ url, info: null, type: "recording" });
    this.#addReferences([run?.value.output, workflowRun?.value.outputs, run?.value.screenshot_urls]);
  }

  #addRow(raw: unknown): void {
    const parsed = ArtifactRow.safeParse(raw);
    if (!parsed.success) {
      this.#unreadable++;
      return;
    }
    const row = parsed.data;
    if (this.#artifacts.has(row.artifact_id)) return;
    this.#artifacts.set(row.artifact_id, {
      id: row.artifact_id,
      row,
      fileName: null,
      storageUrls: [],
      hasId: true,
    });
  }

  #addReferences(values: unknown[]): void {
    for (const value of values) this.#named.push(...referencesIn(value));
  }

  /** Joins a file that a document names to the row that it is, else adds it (skyvern-api.md §4). */
  #addFile({ url, info, type }: FileReference): void {
    const id = info?.artifact_id ?? artifactIdIn(url);
    const known = id ? this.#artifacts.get(id) : this.#byStorageUrl(url);
    const storageUrls = url && !artifactIdIn(url) ? [url] : [];
    if (known) {
      known.fileName ??= info?.filename ?? null;
      known.row.checksum ??= info?.checksum ?? null;
      known.storageUrls.push(...storageUrls.filter((each) => !known.storageUrls.includes(each)));
      return;
    }
    const key = id ?? (url ? `url:${url.split(/[?#]/, 1)[0]}` : null);
    if (!key) return;
    const row: ArtifactRow = {
      artifact_id: key,
      artifact_type: type,
      uri: id ? "" : (url ?? "").split(/[?#]/, 1).join(""),
      created_at: "",
      checksum: info?.checksum ?? null,
      file_size: info?.file_size ?? null,
      signed_url: id ? url : null,
    };
    this.#artifacts.set(key, {
      id: key,
      row,
      fileName: info?.filename ?? null,
      storageUrls,
      hasId: id !== null,
    });
  }

  /** A storage URL is a listed artifact's where it ends in the path of that artifact's `uri`. */
  #byStorageUrl(url: string | null): CollectedArtifact | undefined {
    if (!url || !URL.canParse(url)) return undefined;
    const direct = this.#artifacts.get(`url:${url.split(/[?#]/, 1)[0]}`);
    if (direct) return direct;
    const path = decodeSafely(new URL(url).pathname);
    for (const artifact of this.#artifacts.values()) {
      const key = /^[a-z0-9]+:\/\/[^/]*(\/.+)$/.exec(artifact.row.uri)?.[1];
      if (key && !artifact.row.bundle_key && path.endsWith(key)) return artifact;
    }
    return undefined;
  }

  /** Runs inside the run: their artifacts are part of it; runs that a trigger started are named alone. */
  async #nestedRuns(rootId: string, blocks: TimelineBlock[]): Promise<void> {
    const triggered = this.#separateRuns(blocks);
    const waiting = blocks.flatMap(({ runIds }) => runIds);
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (id === rootId || this.#runIds.has(id) || triggered.has(id)) continue;
      this.#runIds.add(id);
      const [nested, inner] = await Promise.all([this.#nestedRun(id), this.#nestedTimeline(id)]);
      this.#addRun(nested);
      this.#addReferences(inner.map((block) => block.block.output));
      waiting.push(...inner.flatMap(({ runIds }) => runIds));
      for (const separate of this.#separateRuns(inner)) triggered.add(separate);
    }
  }

  /** Runs that triggers among these blocks started; each is said. */
  #separateRuns(blocks: TimelineBlock[]): Set<string> {
    const runs = new Set(blocks.map(({ separateRunId }) => separateRunId).filter((id) => id !== null));
    for (const id of runs)
      this.#warnings.push(`A block started a separate run, which is not part of this export: ${id}`);
    return runs;
  }

  async #nestedTimeline(id: string): Promise<TimelineBlock[]> {
    const found = await this.#optional(`/v1/runs/${id}/timeline`, Timeline, "a nested run's timeline");
    return found ? timelineBlocks(found.value) : [];
  }

  async #taskDetails(id: string): Promise<void> {
    if (runIdKind(id) !== "task") return;
    for (const part of ["steps", "actions"]) {
      const found = await this.#optional(`/api/v1/tasks/${id}/${part}`, AnyJson, `the task's ${part}`);
      if (found) this.#documents.set(`${part}.json`, found.text);
    }
  }

  /** Files that only a URL named: their row tells type and name. */
  async #resolveUnlisted(): Promise<void> {
    for (const artifact of this.#artifacts.values()) {
      if (!artifact.hasId || artifact.row.created_at !== "") continue;
      const path = `/v1/artifacts/${encodeURIComponent(artifact.id)}`;
      const found = await this.#optional(path, ArtifactRow, "an artifact's row");
      if (found) artifact.row = { ...found.value, checksum: found.value.checksum ?? artifact.row.checksum };
    }
  }

  async #result(
    requestedId: string,
    runId: string,
    root: OneRun,
    blocks: TimelineBlock[],
    organization: Document<Organization> | null,
  ): Promise<CollectedRun> {
    const documents = [root.run?.value, root.workflowRun?.value, root.task?.value];
    const status = documents.map((value) => value?.status).find((each) => each) ?? null;
    const ended = documents.map((value) => apiTime(value?.finished_at)).find((each) => each !== null) ?? null;
    const running = status !== null && !isFinalStatus(status);
    const modified =
      documents.map((value) => apiTime(value?.modified_at)).find((each) => each !== null) ?? null;
    const since = Date.now() - (ended ?? modified ?? 0);
    this.#warn(running, root, blocks);
    return {
      runId,
      requestedId,
      runIds: [...this.#runIds],
      title: await this.#title(runId, root),
      status,
      organization: organization?.value.organization_name ?? null,
      settling: running || since < SETTLING_MS,
      running,
      artifacts: [...this.#artifacts.values()],
      unreadableRows: this.#unreadable,
      unlistedRuns: this.#unlisted,
      blocks,
      documents: this.#documents,
      warnings: [...new Set(this.#warnings)],
    };
  }

  #warn(running: boolean, root: OneRun, blocks: TimelineBlock[]): void {
    if (running)
      this.#warnings.push("The run is still running: this is its state at the time of the export.");
    const types = [...this.#artifacts.values()].map(({ row }) => row.artifact_type);
    const documents = [root.run?.value, root.workflowRun?.value, root.task?.value];
    const session = documents.map((value) => value?.browser_session_id).find((each) => each);
    if (session && !types.includes("recording") && !types.includes("session_replay")) {
      this.#warnings.push(
        `The recording of browser session ${session} is not there yet: it appears when the session closes.`,
      );
    }
    const promised = blocks.reduce((sum, { block }) => sum + (block.downloaded_file_count ?? 0), 0);
    const downloads = types.filter((type) => type === "download").length;
    if (promised > downloads) {
      this.#warnings.push(`The run's blocks count ${promised} downloaded files, Skyvern lists ${downloads}.`);
    }
  }

  /** By the order of skyvern-api.md §7. */
  async #title(runId: string, root: OneRun): Promise<string | null> {
    const request = RunRequest.safeParse(root.run?.value.run_request ?? root.task?.value.request);
    const asked = request.success ? request.data : null;
    const known = asked?.title || root.workflowRun?.value.workflow?.title;
    if (known) return known;
    const path = `/v1/runs?search_key=${encodeURIComponent(runId)}&page_size=1`;
    const found = await this.#optional(path, z.array(RunListItem), "the run's title");
    const match = found?.value.find((item) => item.run_id === runId || item.workflow_run_id === runId);
    const listed =
      match?.title ?? (this.#runIds.has(found?.value[0]?.run_id ?? "") ? found?.value[0]?.title : null);
    if (listed) return listed;
    return asked?.url && URL.canParse(asked.url) ? new URL(asked.url).hostname || null : null;
  }
}

/** The artifact that a content URL names, whatever its host; null for any other URL. */
function artifactIdIn(url: string | null): string | null {
  return /\/v1\/artifacts\/([A-Za-z0-9_-]+)\/content(?:[?#]|$)/.exec(url ?? "")?.[1] ?? null;
}

function field(document: Document<unknown> | null, name: string): string | null {
  return document ? rawField(document.text, name) : null;
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
