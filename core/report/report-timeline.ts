import type { CollectedArtifact } from "../bundle/artifact-union";
import type { CollectedRun } from "../bundle/collected-run";
import { RunOrder } from "../bundle/run-order";
import type { TimelineEntry } from "../bundle/timeline";
import { stringifyExact } from "../skyvern/big-integers";
import { type Action, apiTime, type Block, type Step, type Thought } from "../skyvern/schemas";
import type { Words } from "../text/words";
import type { ReportItem } from "./report-data";

/** A file of the report that is an artifact, by its index there. */
export interface PlacedArtifact {
  artifact: CollectedArtifact;
  file: number;
}

type Texts = ReportItem["texts"];

/**
 * The run as a tree laid flat: blocks, their steps, the steps' actions, and thoughts (skyvern-api.md §7).
 * @returns with it, the item that each file belongs to
 */
export function reportTimeline(
  words: Words,
  run: Pick<CollectedRun, "timeline" | "blocks" | "steps" | "taskActions">,
  placed: readonly PlacedArtifact[],
): { items: ReportItem[]; itemOf: Map<number, number> } {
  const builder = new Builder(words, run, placed);
  builder.entries(run.timeline, 0);
  builder.steps(-1, run.taskActions, 0);
  return { items: builder.items, itemOf: builder.itemOf };
}

class Builder {
  readonly items: ReportItem[] = [];
  readonly itemOf = new Map<number, number>();
  readonly #order: RunOrder;
  readonly #fileOf = new Map<string, number>();
  /** Files by block and step. */
  readonly #groups = new Map<string, PlacedArtifact[]>();
  /** Steps that have files, by block. */
  readonly #stepsOf = new Map<number, Set<string>>();
  readonly #thoughtFiles = new Map<string, PlacedArtifact[]>();
  readonly #blockIndex: Map<Block, number>;
  readonly #stepDocuments: Map<string, Step>;

  constructor(
    private readonly words: Words,
    run: Pick<CollectedRun, "blocks" | "steps" | "taskActions">,
    placed: readonly PlacedArtifact[],
  ) {
    this.#order = new RunOrder(run);
    this.#blockIndex = new Map(run.blocks.map(({ block }, index) => [block, index]));
    this.#stepDocuments = new Map(run.steps.map((step) => [step.step_id, step]));
    for (const each of placed) {
      const { block, stepId, thoughtId } = this.#order.belongingOf(each.artifact);
      this.#fileOf.set(each.artifact.id, each.file);
      if (!stepId && thoughtId) push(this.#thoughtFiles, thoughtId, each);
      else push(this.#groups, `${block} ${stepId ?? ""}`, each);
      if (stepId) this.#stepsOf.set(block, (this.#stepsOf.get(block) ?? new Set()).add(stepId));
    }
  }

  entries(entries: readonly TimelineEntry[], depth: number): void {
    for (const { block, thought, actions, at, children } of entries) {
      if (block) this.#block(block, actions, at, depth);
      else if (thought) this.#thought(thought, at, depth);
      this.entries(children, depth + 1);
    }
  }

  /** The steps of a block, or of a plain task (-1). */
  steps(block: number, actions: readonly Action[], depth: number): void {
    const ids = new Set(this.#stepsOf.get(block));
    for (const { step_id: id } of actions) if (id) ids.add(id);
    if (block < 0) for (const id of this.#stepDocuments.keys()) ids.add(id);
    const artifactsOf = (id: string) =>
      this.#groups.get(`${block} ${id}`)?.map(({ artifact }) => artifact) ?? [];
    const sorted = this.#order.sortSteps([...ids], artifactsOf);
    sorted.forEach((id, index) => {
      this.#step(
        block,
        id,
        index,
        actions.filter((action) => action.step_id === id),
        depth,
      );
    });
    for (const action of actions.filter(({ step_id: id }) => !id)) this.#action(action, depth);
  }

  #block(block: Block, actions: readonly Action[], at: number | null, depth: number): void {
    const index = this.#blockIndex.get(block) ?? -1;
    const { current_index: round, current_value: value } = block;
    const { t } = this.words;
    this.#add(
      {
        kind: "block",
        id: block.workflow_run_block_id ?? "",
        depth,
        title: block.label || block.block_type || t("report_block"),
        subtype: block.block_type ?? null,
        status: block.status ?? null,
        failed: isFailure(block.status),
        at,
        seconds: block.duration ?? null,
        iteration: typeof round === "number" ? { index: round, value: value ?? null } : null,
        texts: texts([
          [t("report_failureReason"), block.failure_reason],
          [t("report_address"), block.url],
          [t("report_finalAddress"), block.final_url],
          [t("report_output"), asText(block.output)],
        ]),
      },
      this.#groups.get(`${index} `) ?? [],
    );
    if (index >= 0) this.steps(index, actions, depth + 1);
  }

  #step(block: number, id: string, index: number, actions: readonly Action[], depth: number): void {
    const document = this.#stepDocuments.get(id);
    const times = actions.flatMap((action) => [
      apiTime(action.started_at) ?? apiTime(action.created_at),
      apiTime(action.finished_at),
    ]);
    const known = times.filter((time) => time !== null);
    const start = apiTime(document?.created_at) ?? (known.length > 0 ? Math.min(...known) : null);
    const end = apiTime(document?.modified_at) ?? (known.length > 0 ? Math.max(...known) : null);
    const { t, number } = this.words;
    const title = document?.retry_index
      ? t("report_stepRetry", number(index + 1), number(document.retry_index))
      : t("report_step", number(index + 1));
    const status = document?.status ?? null;
    const item = this.#add(
      {
        kind: "step",
        id,
        depth,
        title,
        subtype: null,
        status,
        failed: isFailure(status) || actions.some((action) => isFailure(action.status)),
        at: start,
        seconds: start !== null && end !== null && end > start ? (end - start) / 1000 : null,
        iteration: null,
        texts: [],
      },
      this.#sorted(this.#groups.get(`${block} ${id}`) ?? []),
    );
    for (const action of actions) this.#action(action, depth + 1, item);
  }

  #action(action: Action, depth: number, step?: ReportItem): void {
    const { t } = this.words;
    const at = apiTime(action.started_at) ?? apiTime(action.created_at);
    const end = apiTime(action.finished_at);
    const item = this.#add(
      {
        kind: "action",
        id: action.action_id ?? "",
        depth,
        title:
          [spaced(action.action_type), action.description || action.intention].filter(Boolean).join(": ") ||
          t("report_action"),
        subtype: action.action_type ?? null,
        status: action.status ?? null,
        failed: isFailure(action.status),
        at,
        seconds: at !== null && end !== null && end > at ? (end - at) / 1000 : null,
        iteration: null,
        texts: texts([
          [t("report_reasoning"), action.reasoning],
          [t("report_intention"), action.intention],
          [t("report_text"), action.text],
          [t("report_response"), action.response],
        ]),
      },
      [],
    );
    item.screenshot = this.#fileOf.get(action.screenshot_artifact_id ?? "") ?? null;
    item.files = step?.files ?? (item.screenshot === null ? [] : [item.screenshot]);
  }

  #thought(thought: Thought, at: number | null, depth: number): void {
    const { t } = this.words;
    this.#add(
      {
        kind: "thought",
        id: thought.thought_id ?? "",
        depth,
        title: spaced(thought.thought_type) || t("report_thought"),
        subtype: thought.thought_type ?? null,
        status: null,
        failed: false,
        at,
        seconds: null,
        iteration: null,
        texts: texts([
          [t("report_input"), thought.user_input],
          [t("report_observation"), thought.observation],
          [t("report_thought"), thought.thought],
          [t("report_answer"), thought.answer],
        ]),
      },
      this.#sorted(this.#thoughtFiles.get(thought.thought_id ?? "") ?? []),
    );
  }

  #sorted(files: readonly PlacedArtifact[]): PlacedArtifact[] {
    const fileOf = new Map(files.map((each) => [each.artifact, each]));
    const sorted = this.#order.sortWithin(files.map(({ artifact }) => artifact));
    return sorted.flatMap((artifact) => fileOf.get(artifact) ?? []);
  }

  #add(item: Omit<ReportItem, "files" | "screenshot">, files: readonly PlacedArtifact[]): ReportItem {
    const whole = { ...item, screenshot: null, files: files.map(({ file }) => file) };
    for (const { file } of files) this.itemOf.set(file, this.items.length);
    this.items.push(whole);
    return whole;
  }
}

function push<Key>(map: Map<Key, PlacedArtifact[]>, key: Key, value: PlacedArtifact): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function texts(given: readonly (readonly [string, string | null | undefined])[]): Texts {
  return given.flatMap(([label, text]) => (text ? [{ label, text }] : []));
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : stringifyExact(value);
}

function spaced(name: string | null | undefined): string {
  const text = (name ?? "").replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const FAILURES = ["failed", "terminated", "timed_out", "canceled", "error"];

function isFailure(status: string | null | undefined): boolean {
  return FAILURES.includes(status ?? "");
}
