import { artifactType } from "../skyvern/artifact-types";
import { type Action, apiTime, type Step } from "../skyvern/schemas";
import type { CollectedArtifact } from "./artifact-union";
import { compareText, type TimelineBlock } from "./timeline";

/** Where an artifact belongs in the run. */
export interface Belonging {
  /** Index of its block; -1 where it belongs to none. */
  block: number;
  stepId: string | null;
  thoughtId: string | null;
  /** The action whose screenshot it is. */
  action: Action | null;
}

/** What tells the order of a run, as far as the API told it. */
export interface OrderSources {
  blocks: readonly TimelineBlock[];
  steps: readonly Step[];
  /** Actions of plain tasks, which have no timeline. */
  taskActions: readonly Action[];
}

/** A step's turns before the model is asked, while it answers, and after (skyvern-api.md §7). */
const PHASES: readonly (readonly [RegExp, number])[] = [
  [/^(?:screenshot_llm|html_scrape|html|visible_|hashed_href_map)/, 0],
  [/^(?:llm_prompt|llm_request)$/, 1],
  [/^llm_/, 2],
  [/^(?:screenshot_action|screenshot|html_action)$/, 3],
];
const LAST_PHASE = 4;

/**
 * The order of a run's artifacts by the timeline, the steps, the actions and the URIs (skyvern-api.md §7); the row's
 * own time is the last to count, since members of archives get that of the archive.
 */
export class RunOrder {
  readonly #blockById = new Map<string, number>();
  readonly #blockByTask = new Map<string, number>();
  readonly #blockByStep = new Map<string, number>();
  readonly #actionByScreenshot = new Map<string, Action>();
  readonly #stepRank = new Map<string, number>();

  constructor({ blocks, steps, taskActions }: OrderSources) {
    blocks.forEach(({ block, actions }, index) => {
      if (block.workflow_run_block_id) this.#blockById.set(block.workflow_run_block_id, index);
      if (block.task_id && !this.#blockByTask.has(block.task_id)) this.#blockByTask.set(block.task_id, index);
      for (const action of actions) this.#learnAction(action, index);
    });
    for (const action of taskActions) this.#learnAction(action, -1);
    for (const { step_id, order, retry_index } of steps)
      this.#stepRank.set(step_id, rank(order ?? 0, retry_index ?? 0));
  }

  belongingOf({ id, row }: CollectedArtifact): Belonging {
    const action = this.#actionByScreenshot.get(id) ?? null;
    const stepId = row.step_id ?? placeInUri(row.uri)?.stepId ?? action?.step_id ?? null;
    const block =
      this.#blockById.get(row.workflow_run_block_id ?? "") ??
      this.#blockByTask.get(row.task_id ?? "") ??
      this.#blockByStep.get(stepId ?? "") ??
      -1;
    return { block, stepId, thoughtId: row.observer_thought_id ?? null, action };
  }

  /** The steps of one block, or of a task, in their order. */
  sortSteps(
    stepIds: readonly string[],
    artifactsOf: (stepId: string) => readonly CollectedArtifact[],
  ): string[] {
    const keys = new Map(
      stepIds.map((id) => {
        const rows = artifactsOf(id).map(({ row }) => row);
        const inUri = rows.map(({ uri }) => placeInUri(uri)?.rank ?? null).find((each) => each !== null);
        const first = rows.map(({ created_at }) => created_at).sort(compareText)[0] ?? "~";
        return [id, { rank: this.#stepRank.get(id) ?? inUri ?? null, first }] as const;
      }),
    );
    return stepIds.toSorted((a, b) => {
      const [x, y] = [keys.get(a), keys.get(b)];
      const byRank = (x?.rank ?? Number.MAX_VALUE) - (y?.rank ?? Number.MAX_VALUE);
      return byRank || compareText(x?.first ?? "", y?.first ?? "") || compareText(a, b);
    });
  }

  /** The artifacts of one step as they came about. */
  sortWithin(artifacts: readonly CollectedArtifact[]): CollectedArtifact[] {
    // Members have the time at which their archive was written: then the turns of a step tell more.
    const timed = artifacts.every(({ row }) => !row.bundle_key && apiTime(row.created_at) !== null);
    const keys = new Map(artifacts.map((artifact) => [artifact, this.#within(artifact, timed)]));
    return artifacts.toSorted((a, b) => {
      const [x, y] = [keys.get(a) ?? [], keys.get(b) ?? []];
      const at = x.findIndex((value, index) => value !== y[index]);
      return at < 0 ? 0 : (x[at] ?? 0) - (y[at] ?? 0);
    });
  }

  #within(artifact: CollectedArtifact, timed: boolean): number[] {
    const { row, id } = artifact;
    const action = this.#actionByScreenshot.get(id);
    const at = apiTime(action?.created_at) ?? apiTime(row.created_at) ?? 0;
    if (timed) return [at];
    const phase = PHASES.find(([pattern]) => pattern.test(row.artifact_type))?.[1] ?? LAST_PHASE;
    return [action ? 3 : phase, action?.action_order ?? 0, action ? at : 0];
  }

  #learnAction(action: Action, block: number): void {
    if (action.screenshot_artifact_id) this.#actionByScreenshot.set(action.screenshot_artifact_id, action);
    if (!action.step_id) return;
    if (block >= 0) this.#blockByStep.set(action.step_id, block);
    if (!this.#stepRank.has(action.step_id) && typeof action.step_order === "number")
      this.#stepRank.set(action.step_id, rank(action.step_order, 0));
  }
}

/** True for artifacts that stand in `steps/`. */
export function isOfSteps({ row }: CollectedArtifact): boolean {
  return artifactType(row.artifact_type).folder === "steps";
}

function rank(order: number, retry: number): number {
  return order * 1000 + retry;
}

/** URIs tell a step's place: `…/{task}/{order}_{retry}_{step}/…` (skyvern-api.md §7). */
function placeInUri(uri: string): { stepId: string; rank: number } | null {
  const [, order, retry, stepId] = /\/(\d{1,6})_(\d{1,6})_(stp_[A-Za-z0-9_-]+)/.exec(uri) ?? [];
  return stepId === undefined ? null : { stepId, rank: rank(Number(order), Number(retry)) };
}
