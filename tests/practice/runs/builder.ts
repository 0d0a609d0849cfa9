import { createHash } from "node:crypto";
import type { Body } from "../bytes";
import { extensionOf } from "../content-types";
import type { JsonObject } from "../json";
import { type Artifact, fileInfo, type Run, type TimelineNode, type World } from "../world";
import { writeZip, type ZipEntry } from "../zip";
import { runDocument, workflowRunDocument } from "./documents";
import type { Member, Place, RunSpec, Step } from "./spec";

/** Builds one run in the order in which it happened; every call moves its clock on. */
export class RunBuilder {
  readonly timeline: TimelineNode[] = [];
  readonly artifacts: Artifact[] = [];
  readonly downloads: JsonObject[] = [];
  steps = 0;
  #nextId: bigint;
  #clock: number;

  constructor(
    readonly world: World,
    readonly spec: RunSpec,
  ) {
    this.#nextId = spec.firstId;
    this.#clock = Date.parse(`${spec.start ?? "2026-02-16T09:00:00"}Z`);
  }

  newId(prefix: string): string {
    return `${prefix}_${this.#nextId++}`;
  }

  /** The next moment, as Python prints it: microseconds, no zone, UTC. */
  tick(seconds = this.spec.pace ?? 0.41): string {
    this.#clock += seconds * 1000;
    return this.now();
  }

  now(): string {
    return `${new Date(this.#clock).toISOString().slice(0, -1)}000`;
  }

  /** A block of the timeline, at the top or among a parent's children. */
  block(fields: JsonObject & { label: string; block_type: string }, parent?: TimelineNode): TimelineNode {
    const at = this.tick();
    const node: TimelineNode = {
      type: "block",
      block: {
        workflow_run_block_id: this.newId("wrb"),
        block_workflow_run_id: null,
        workflow_run_id: this.spec.id,
        organization_id: this.world.organization.id,
        description: null,
        parent_workflow_run_block_id: parent?.block?.workflow_run_block_id ?? null,
        status: "completed",
        output: null,
        continue_on_failure: false,
        failure_reason: null,
        task_id: null,
        actions: [],
        current_value: null,
        current_index: null,
        downloaded_file_count: 0,
        created_at: at,
        modified_at: at,
        ...fields,
      },
      thought: null,
      children: [],
      created_at: at,
      modified_at: at,
    };
    (parent?.children ?? this.timeline).push(node);
    return node;
  }

  thought(text: string, answer: string): void {
    const at = this.tick();
    const thought: JsonObject = {
      thought_id: this.newId("ot"),
      task_id: this.spec.taskV2Id ?? this.spec.id,
      organization_id: this.world.organization.id,
      workflow_run_id: this.spec.id,
      thought: text,
      answer,
      thought_type: "plan",
      thought_scenario: "generate_plan",
      created_at: at,
      modified_at: at,
    };
    this.timeline.push({
      type: "thought",
      block: null,
      thought,
      children: [],
      created_at: at,
      modified_at: at,
    });
  }

  /** A task with documents of its own; of a block, or the run itself. */
  task(id: string, goal: string, block?: TimelineNode): string {
    const at = this.tick();
    const { kind, status = "completed", failureReason, output } = this.spec;
    const workflowRunId = kind === "task" ? null : this.spec.id;
    if (block?.block) block.block.task_id = id;
    const task: JsonObject = {
      task_id: id,
      organization_id: this.world.organization.id,
      workflow_run_id: workflowRunId,
      status: kind === "task" ? status : "completed",
      created_at: at,
      modified_at: at,
      extracted_information: kind === "task" ? (output ?? null) : null,
      failure_reason: failureReason ?? null,
      screenshot_url: null,
      recording_url: null,
      max_steps_per_run: 10,
      request: {
        url: "http://portal.acme.example/",
        navigation_goal: goal,
        title: kind === "task" ? this.spec.title : null,
      },
    };
    this.world.tasks.set(id, { task, steps: [], actions: [] });
    return id;
  }

  step(taskId: string, block?: TimelineNode): Step {
    const record = this.world.tasks.get(taskId);
    const order = record?.steps.length ?? 0;
    const blockId = block?.block?.workflow_run_block_id;
    const step = {
      id: this.newId("stp"),
      taskId,
      blockId: typeof blockId === "string" ? blockId : null,
      order,
    };
    const at = this.tick();
    record?.steps.push({
      step_id: step.id,
      task_id: taskId,
      organization_id: this.world.organization.id,
      status: "completed",
      order,
      retry_index: 0,
      is_last: true,
      output: { action_results: [] },
      input_token_count: 4211,
      output_token_count: 187,
      step_cost: 0.0123,
      created_at: at,
      modified_at: at,
    });
    this.steps += 1;
    return step;
  }

  /** An action of a step, in its block and its task. */
  action(
    step: Step,
    fields: { type: string; reasoning: string; screenshotId: string | null },
    block?: TimelineNode,
  ): void {
    const record = this.world.tasks.get(step.taskId);
    const at = this.tick();
    const action: JsonObject = {
      action_id: this.newId("act"),
      action_type: fields.type,
      status: "completed",
      organization_id: this.world.organization.id,
      workflow_run_id: this.spec.kind === "task" ? null : this.spec.id,
      task_id: step.taskId,
      step_id: step.id,
      step_order: step.order,
      action_order: record?.actions.filter(({ step_id }) => step_id === step.id).length ?? 0,
      confidence_float: 0.9,
      reasoning: fields.reasoning,
      intention: "Get the invoice",
      screenshot_artifact_id: fields.screenshotId,
      created_at: at,
      modified_at: at,
    };
    record?.actions.push(action);
    const actions = block?.block?.actions;
    if (Array.isArray(actions)) actions.push(action);
  }

  /** A row with its bytes; `file_size` is right unless `place.row` says otherwise. */
  artifact(type: string, body: Body | Buffer, place: Place = {}): Artifact {
    const id = this.newId("a");
    const at = this.tick();
    const bytes: Body = Buffer.isBuffer(body) ? { kind: "bytes", bytes: body } : body;
    const artifact: Artifact = {
      row: {
        artifact_id: id,
        artifact_type: type,
        uri: `${this.#folder(place.step)}/${place.name ?? `${at}_${id}_${type}.${extensionOf(type)}`}`,
        bundle_key: null,
        checksum: null,
        file_size: sizeOf(bytes),
        task_id: place.step?.taskId ?? (this.spec.kind === "task" ? this.spec.id : null),
        step_id: place.step?.id ?? null,
        workflow_run_id: this.spec.kind === "task" ? null : this.spec.id,
        workflow_run_block_id: place.step?.blockId ?? null,
        run_id: this.spec.id,
        browser_session_id: place.sessionId ?? null,
        observer_cruise_id: this.spec.taskV2Id ?? null,
        observer_thought_id: null,
        ai_suggestion_id: null,
        archived: false,
        organization_id: this.world.organization.id,
        created_at: at,
        modified_at: at,
        ...place.row,
      },
      body: bytes,
      link: place.link ?? { kind: "signed" },
    };
    this.artifacts.push(artifact);
    this.world.addArtifact(artifact);
    return artifact;
  }

  /**
   * A ZIP with a row for each member, all of the archive's time and URI. The members' rows, in their order, are given
   * back. `unnamed`: entries without a row; `served`: what the content call of a member hands out.
   */
  archive(
    members: Member[],
    place: Place & {
      type?: "step_archive" | "task_archive";
      unnamed?: ZipEntry[];
      served?: "member" | "whole-archive";
    } = {},
  ): Artifact[] {
    const named = members.map(({ key, bytes, method }) => ({
      name: key,
      data: bytes,
      method: method ?? "deflated",
    }));
    const zip = writeZip([...named, ...(place.unnamed ?? [])]);
    const archive = this.artifact(place.type ?? "step_archive", zip, place);
    const { artifact_id: archiveId, uri, created_at } = archive.row;
    return members.map(({ type, key, bytes }) => {
      const row = { uri, bundle_key: key, file_size: bytes.length, created_at, modified_at: created_at };
      const { name: _, ...rest } = place;
      return this.artifact(
        type,
        { kind: place.served ?? "member", archiveId, key },
        { ...rest, row: { ...row, ...place.row } },
      );
    });
  }

  /** A downloaded file with its checksum, in the run's `downloaded_files`. */
  download(name: string, bytes: Buffer, place: Place = {}): Artifact {
    const checksum = createHash("sha256").update(bytes).digest("hex");
    const artifact = this.artifact("download", bytes, { name, ...place, row: { checksum, ...place.row } });
    this.downloads.push(fileInfo(artifact, name, `{{url:${artifact.row.artifact_id}}}`));
    return artifact;
  }

  /** Puts the run into the world with its documents, which `change` may still alter. */
  finish(change: Partial<Run> = {}): Run {
    const { id, kind = "workflow", taskV2Id, title, agentId, status = "completed" } = this.spec;
    const over = !["created", "queued", "running", "paused"].includes(status);
    const createdAt = `${this.spec.start ?? "2026-02-16T09:00:00"}.000000`;
    const run: Run = {
      id,
      kind,
      taskV2Id: taskV2Id ?? null,
      title,
      status,
      agentId: kind === "task" ? null : (agentId ?? null),
      agentDeleted: false,
      createdAt,
      startedAt: createdAt,
      finishedAt: over ? this.tick() : null,
      document: null,
      workflowRun: null,
      timeline: kind === "task" ? null : this.timeline,
      visibleNodes: this.timeline.length,
      listed: true,
    };
    run.document = runDocument(this, run);
    run.workflowRun = kind === "task" ? null : workflowRunDocument(this, run);
    return this.world.addRun({ ...run, ...change });
  }

  #folder(step: Step | undefined): string {
    const root = `s3://skyvern-artifacts/v1/production/${this.world.organization.id}`;
    if (!step) return `${root}/workflow_runs/${this.spec.id}`;
    return `${root}/tasks/${step.taskId}/${String(step.order).padStart(2, "0")}_0_${step.id}`;
  }
}

function sizeOf(body: Body): number | null {
  if (body.kind === "bytes") return body.bytes.length;
  return body.kind === "generated" ? body.length : null;
}
