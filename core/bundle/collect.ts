import * as z from "zod/mini";
import { parseExact } from "../skyvern/big-integers";
import type { Document, SkyvernClient } from "../skyvern/client";
import { RunpackError, runpackError } from "../skyvern/errors";
import { isSessionId, runIdKind } from "../skyvern/ids";
import { rawField } from "../skyvern/raw-json";
import {
  type Action,
  ArtifactList,
  apiTime,
  isFinalStatus,
  Organization,
  RunDocument,
  Script,
  Step,
  TaskDocument,
  TaskV2Document,
  WorkflowRunDocument,
} from "../skyvern/schemas";
import { ApiDocuments } from "./api-documents";
import { ArtifactUnion, type CollectedArtifact } from "./artifact-union";
import { collectSession } from "./collect-session";
import type { CollectedRun, OneRun } from "./collected-run";
import { safeName, TakenPaths } from "./names";
import { type FileReference, listedFile, referencesIn } from "./references";
import { resolveRows } from "./resolve-rows";
import { runFacts } from "./run-facts";
import { readTitle } from "./run-title";
import { runWarnings } from "./run-warnings";
import { SETTLING_MS } from "./settling";
import {
  blocksOf,
  insertNested,
  readActions,
  readTimeline,
  type TimelineBlock,
  type TimelineEntry,
} from "./timeline";
import { distinct, type ExportWarning, warning } from "./warnings";

const Timeline = z.array(z.unknown());
const Steps = z.array(z.unknown());

/**
 * Lists everything that a run left: the union of skyvern-api.md §4, each artifact once; or a browser session.
 * @throws RunpackError no-such-run by the rule of §3, no-such-session; what the client throws for the artifact list
 */
export async function collectRun(client: SkyvernClient, requestedId: string): Promise<CollectedRun> {
  if (isSessionId(requestedId)) return collectSession(client, requestedId);
  const collector = new Collector(client);
  return collector.collect(requestedId);
}

/**
 * The same, with the runs that its trigger blocks started, and those that these started; or a session's runs.
 * @throws as `collectRun`, for the run that was asked for; one that it started may be missing
 */
export async function collectWithSeparate(
  client: SkyvernClient,
  requestedId: string,
  known: ReadonlySet<string> = new Set(),
): Promise<CollectedRun> {
  const run = await collectRun(client, requestedId);
  const seen = new Set([...known, ...run.runIds]);
  for (const id of run.separateRuns) {
    if (seen.has(id)) continue;
    seen.add(id);
    try {
      run.children.push(await collectWithSeparate(client, id, seen));
    } catch (error) {
      if (!(error instanceof RunpackError) || error.code === "key-refused") throw error;
      run.unlistedRuns.push(id);
    }
  }
  return run;
}

class Collector {
  readonly #union = new ArtifactUnion();
  readonly #api: ApiDocuments;
  readonly #documents = new Map<string, string>();
  readonly #warnings: ExportWarning[] = [];
  readonly #runIds = new Set<string>();
  readonly #nested = new Set<string>();
  /** Runs that triggers started: runs of their own, and their files too. */
  readonly #separate = new Set<string>();
  readonly #unlisted: string[] = [];
  readonly #unreadable: string[] = [];
  readonly #steps: Step[] = [];
  readonly #taskActions: Action[] = [];
  /** Files that documents name, joined to their rows when all lists are there. */
  readonly #named: FileReference[] = [];

  constructor(private readonly client: SkyvernClient) {
    this.#api = new ApiDocuments(client);
  }

  async collect(requestedId: string): Promise<CollectedRun> {
    const organization = this.#api.read("/api/v1/organizations/me", Organization, "the organization's name");
    // Waited for at the end: until then a rejection must not count as unhandled.
    organization.catch(() => {});
    const runId = await this.#canonicalId(requestedId);
    this.#runIds.add(runId).add(requestedId);
    const [list, documents, timeline] = await Promise.all([
      this.client.document(`/v1/runs/${runId}/artifacts`, ArtifactList),
      this.#runDocuments(runId),
      this.#timeline(runId, requestedId),
    ]);
    const root = { list, ...documents };
    if (!root.run && !root.workflowRun && !root.task && (root.list?.value.length ?? 0) === 0) {
      throw this.#troubleWith(runId) ?? runpackError("no-such-run", { about: requestedId });
    }
    // Even an unknown run has a list, an empty one (skyvern-api.md §3): without it nothing is known to be complete.
    if (!root.list) throw runpackError("bad-answer", { about: this.client.access.apiAddress });
    const served = root.run?.value.run_id;
    if (served) this.#runIds.add(served);
    const found = timeline ?? (served && served !== runId ? await this.#timeline(served, served) : null);
    if (!found && this.#api.unread.length === 0) this.#warnings.push(warning("no-timeline"));
    this.#keepDocuments(root);
    this.#addRun(root);
    const entries = found ?? [];
    await this.#followBlocks(runId, entries);
    this.#checkListed(runId, root);
    for (const reference of this.#named) this.#union.addFile(reference);
    const [title] = await Promise.all([
      readTitle(this.#api, this.#runIds, runId, root),
      this.#taskDetails(runId),
      this.#code(runId, root),
      resolveRows(this.#union, this.#api, this.#separate),
    ]);
    return this.#result(requestedId, runId, title, root, entries, await organization);
  }

  /** A task v2 is known by two IDs; the one of its workflow run is for names (skyvern-api.md §2). */
  async #canonicalId(id: string): Promise<string> {
    if (runIdKind(id) !== "task-v2") return id;
    const path = `/api/v2/tasks/${id}`;
    const task = await this.#api.read(path, TaskV2Document, "the task's second ID");
    const direct = task?.value.workflow_run_id;
    if (direct && runIdKind(direct) === "workflow-run") return direct;
    const run = await this.client.document(`/v1/runs/${id}`, RunDocument);
    const last = run?.value.app_url?.split(/[?#]/, 1)[0]?.split("/").at(-1) ?? "";
    if (runIdKind(last) === "workflow-run") return last;
    // By this ID the list is empty whatever the run left: better no export than an empty one.
    const trouble = this.#api.troubleWith(path);
    if (trouble) throw trouble;
    return id;
  }

  /** A run that began has files, and by its task's ID none of them is listed (skyvern-api.md §2). */
  #checkListed(runId: string, { run }: OneRun): void {
    const listed = [...this.#runIds].some((id) => runIdKind(id) === "workflow-run");
    if (runIdKind(runId) !== "task-v2" || !run || listed) return;
    if (run.value.status === "created" || run.value.status === "queued") {
      this.#warnings.push(warning("not-begun"));
    } else {
      this.#unlisted.push(runId);
    }
  }

  /** A run inside the run: the others' files are worth having without its list. */
  async #nestedRun(id: string): Promise<OneRun> {
    const [list, documents] = await Promise.all([
      this.#api.read(`/v1/runs/${id}/artifacts`, ArtifactList, `the list of files of the nested run ${id}`),
      this.#runDocuments(id),
    ]);
    if (!list) this.#unlisted.push(id);
    return { list, ...documents };
  }

  async #runDocuments(id: string): Promise<Omit<OneRun, "list">> {
    const kind = runIdKind(id);
    const api = this.#api;
    const [run, workflowRun, task] = await Promise.all([
      api.source(`/v1/runs/${id}`, RunDocument, "the run document"),
      kind === "workflow-run"
        ? api.source(`/v1/workflows/runs/${id}`, WorkflowRunDocument, "the workflow run")
        : null,
      kind === "task" ? api.source(`/api/v1/tasks/${id}`, TaskDocument, "the task") : null,
    ]);
    return { run, workflowRun, task };
  }

  /** "No such run" wants a 404 of every document (skyvern-api.md §3): what failed instead decides nothing. */
  #troubleWith(id: string) {
    return this.#api.troubleWith(`/v1/runs/${id}`, `/v1/workflows/runs/${id}`, `/api/v1/tasks/${id}`);
  }

  /** @returns null where there is none: 404 by the workflow run's ID of a task v2; a plain task never has one */
  async #timeline(id: string, other: string): Promise<TimelineEntry[] | null> {
    if (runIdKind(id) === "task") return [];
    const candidates = runIdKind(other) === "task-v2" ? [other, id] : [id];
    for (const candidate of new Set(candidates)) {
      const found = await this.#api.source(`/v1/runs/${candidate}/timeline`, Timeline, "the timeline");
      if (!found) continue;
      if (!this.#documents.has("timeline.json")) this.#documents.set("timeline.json", found.text);
      return this.#entriesOf(found.text);
    }
    return null;
  }

  /** From the text, not from what it was parsed to: outputs of blocks may hold integers past 2^53. */
  #entriesOf(text: string): TimelineEntry[] {
    const { entries, unreadable } = readTimeline(Timeline.parse(parseExact(text)));
    for (let count = 0; count < unreadable; count++) this.#unreadable.push("in the timeline");
    return entries;
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
    for (const [index, raw] of (list?.value ?? []).entries())
      if (!this.#union.addRow(raw)) this.#unreadable.push(`entry ${index + 1} of the list of artifacts`);
    for (const value of [run?.value, workflowRun?.value, task?.value]) {
      this.#addListed(value?.downloaded_files ?? [], "download");
      if (value?.recording_url) this.#addListed([value.recording_url], "recording");
    }
    this.#addListed(workflowRun?.value.recording_urls ?? [], "recording");
    this.#addReferences([run?.value.output, workflowRun?.value.outputs, run?.value.screenshot_urls]);
  }

  /** An empty place in such a list is a file that is not there yet. */
  #addListed(values: unknown[], type: string): void {
    for (const value of values.filter((each) => each !== null && each !== "")) {
      const file = listedFile(value, type);
      if (file) this.#named.push(file);
      else this.#unreadable.push("in a list of files");
    }
  }

  #addReferences(values: unknown[]): void {
    for (const value of values) this.#named.push(...referencesIn(value));
  }

  /** Runs inside the run: their artifacts are part of it; runs that a trigger started are named alone. */
  async #followBlocks(rootId: string, entries: TimelineEntry[]): Promise<void> {
    const waiting = this.#addBlocks(blocksOf(entries));
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (id === rootId || this.#runIds.has(id) || this.#separate.has(id)) continue;
      this.#runIds.add(id);
      this.#nested.add(id);
      const [nested, inner] = await Promise.all([this.#nestedRun(id), this.#nestedTimeline(id)]);
      this.#addRun(nested);
      waiting.push(...this.#addBlocks(blocksOf(inner)));
      insertNested(entries, id, inner);
    }
  }

  /** @returns the runs that these blocks ran as */
  #addBlocks(blocks: TimelineBlock[]): string[] {
    for (const { block, separateRunId: id } of blocks) {
      // What a trigger block tells is the other run's.
      if (id === null) this.#addReferences([block.output]);
      else if (!this.#separate.has(id)) {
        this.#separate.add(id);
        this.#warnings.push(warning("separate-run", id));
      }
    }
    return blocks.flatMap(({ runIds }) => runIds);
  }

  async #nestedTimeline(id: string): Promise<TimelineEntry[]> {
    const found = await this.#api.source(`/v1/runs/${id}/timeline`, Timeline, "a nested run's timeline");
    return found ? this.#entriesOf(found.text) : [];
  }

  /** Steps and actions of a plain task, which tell its order. */
  async #taskDetails(id: string): Promise<void> {
    if (runIdKind(id) !== "task") return;
    const [steps, actions] = await Promise.all(
      ["steps", "actions"].map((part) =>
        this.#api.read(`/api/v1/tasks/${id}/${part}`, Steps, `the task's ${part}`),
      ),
    );
    if (steps) this.#documents.set("steps.json", steps.text);
    if (actions) this.#documents.set("actions.json", actions.text);
    this.#steps.push(...readable(Step, steps?.value ?? []));
    this.#taskActions.push(...readActions(actions?.value ?? []));
  }

  /** The code that Skyvern made of the run's agent; of the export's time, unless the run itself names it. */
  async #code(runId: string, { run, workflowRun }: OneRun): Promise<void> {
    const agent = workflowRun?.value.workflow_permanent_id;
    if (!agent || runIdKind(runId) !== "workflow-run") return;
    const body = JSON.stringify({ cache_key_value: "", status: "published", workflow_run_id: runId });
    const headers = { "content-type": "application/json" };
    const path = `/v1/scripts/${encodeURIComponent(agent)}/blocks`;
    const found = await this.#api.read(path, Script, "the generated code", { method: "POST", body, headers });
    if (!found) return;
    const { blocks, main_script: main, script_id: script } = found.value;
    const taken = new TakenPaths();
    const files = Object.entries(blocks).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    if (main) files.unshift(["main", main]);
    for (const [label, code] of files)
      this.#documents.set(`code/${taken.claim(safeName(`${label}.py`, "block.py"))}`, code);
    if (files.length > 0 && script !== run?.value.script_run?.script_id)
      this.#warnings.push(warning("code-of-now"));
  }

  #result(
    requestedId: string,
    runId: string,
    title: string | null,
    root: OneRun,
    timeline: TimelineEntry[],
    organization: Document<Organization> | null,
  ): CollectedRun {
    const blocks = blocksOf(timeline);
    const documents = [root.run?.value, root.workflowRun?.value, root.task?.value];
    const status = documents.map((value) => value?.status).find((each) => each) ?? null;
    const running = status !== null && !isFinalStatus(status);
    const artifacts = this.#union.all();
    const ended =
      firstTime(documents.map((value) => value?.finished_at)) ??
      firstTime(documents.map((value) => value?.modified_at)) ??
      newest(artifacts);
    this.#warnings.push(...runWarnings(running, documents, blocks, artifacts));
    return {
      runId,
      requestedId,
      runIds: [...this.#runIds],
      nestedRuns: [...this.#nested],
      title,
      status,
      organization: organization?.value.organization_name ?? null,
      settling: running || this.client.now() - ended < SETTLING_MS,
      running,
      artifacts,
      unreadable: this.#unreadable,
      unlistedRuns: this.#unlisted,
      unreadSources: this.#api.unread,
      facts: runFacts([root.run?.value, root.workflowRun?.value, root.task?.value]),
      timeline,
      blocks,
      steps: this.#steps,
      taskActions: this.#taskActions,
      separateRuns: [...this.#separate],
      children: [],
      documents: this.#documents,
      warnings: distinct([...this.#warnings, ...this.#api.warnings]),
    };
  }
}

/** The elements of a list that can be read; order alone depends on them. */
function readable<T>(schema: z.ZodMiniType<T>, values: readonly unknown[]): T[] {
  return values.flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}

function firstTime(times: (string | null | undefined)[]): number | null {
  return times.map(apiTime).find((time) => time !== null) ?? null;
}

/** Without any document the rows alone tell when the run was at work; 0 where they don't. */
function newest(artifacts: readonly CollectedArtifact[]): number {
  return artifacts.reduce((latest, { row }) => Math.max(latest, apiTime(row.created_at) ?? 0), 0);
}

function field(document: Document<unknown> | null, name: string): string | null {
  return document ? rawField(document.text, name) : null;
}
