import { EVERYTHING } from "@/core/bundle/presets";
import { type BatchAct, type BatchChoice, type BatchView, isBatchOpen } from "@/core/jobs/batch";
import { isOpen, type JobView } from "@/core/jobs/job";
import { NO_POLICY, type Policy } from "@/core/settings/policy";
import type { MessageKey } from "@/core/text/words";
import type { BatchNews } from "@/platform/messages";
import type { Background } from "./run-exports";

/** The way to the background, with news of batches. */
export interface BatchBackground extends Background {
  onBatchNews(listener: (news: BatchNews) => void): () => void;
}

/** Everything that a surface shows of exports of several runs. */
export interface BatchExportsView {
  /** Under way, or ordered here, newest first. */
  batches: BatchView[];
  /** The same of bundles of several runs, each of which is one job. */
  jobs: JobView[];
  /** What could not be done; null where all is well. */
  notice: MessageKey | null;
  /** The remembered choice of the panel. */
  chosen: BatchChoice;
  /** What of it an administrator has set. */
  policy: Policy;
  /** A click was sent and isn't answered yet. */
  starting: boolean;
}

/**
 * Orders exports of several runs and follows those that are under way. `changed` is called after each change of the
 * view; nothing is heard any more once `signal` aborts.
 */
export class BatchExports {
  readonly #batches = new Map<string, BatchView>();
  readonly #jobs = new Map<string, JobView>();
  readonly #dismissed = new Set<string>();
  /** Ordered here: shown after their end too. */
  readonly #own = new Set<string>();
  #notice: MessageKey | null = null;
  #chosen: BatchChoice = { choice: EVERYTHING, form: "each" };
  #policy = NO_POLICY;
  #starting = false;

  constructor(
    private readonly background: BatchBackground,
    private readonly changed: () => void,
    private readonly signal: AbortSignal,
    /** API address of the server; from a page it is the page's own. */
    private readonly server?: string,
  ) {
    const its = server === undefined ? {} : { server };
    const deaf = [
      background.onBatchNews(({ batch }) => this.#take(this.#batches, batch, isBatchOpen(batch))),
      background.onJobNews(({ job }) => {
        if (job.together) this.#take(this.#jobs, job, isOpen(job.state));
      }),
    ];
    signal.addEventListener("abort", () => {
      for (const stop of deaf) stop();
    });
    background.ask({ to: "background", type: "batches", ...its }).then((batches) => {
      for (const batch of batches) this.#take(this.#batches, batch, isBatchOpen(batch));
    }, ignore);
    background.ask({ to: "background", type: "jobs", ...its }).then((jobs) => {
      for (const job of jobs) if (job.together) this.#take(this.#jobs, job, isOpen(job.state));
    }, ignore);
    background.ask({ to: "background", type: "batch-choice" }).then((chosen) => {
      this.#chosen = chosen;
      this.#draw();
    }, ignore);
    background.ask({ to: "background", type: "policy" }).then((policy) => {
      this.#policy = policy;
      this.#draw();
    }, ignore);
  }

  view(): BatchExportsView {
    const shown = <View extends { id: string; startedAt: number }>(all: Map<string, View>) =>
      [...all.values()]
        .filter(({ id }) => !this.#dismissed.has(id))
        .sort((a, b) => b.startedAt - a.startedAt);
    return {
      batches: shown(this.#batches),
      jobs: shown(this.#jobs),
      notice: this.#notice,
      chosen: this.#chosen,
      policy: this.#policy,
      starting: this.#starting,
    };
  }

  /** Exports these runs by the choice that is remembered. */
  async start(runIds: readonly string[]): Promise<void> {
    if (this.#starting || runIds.length === 0) return;
    this.#starting = true;
    this.#say(null);
    try {
      const { choice, form } = this.#chosen;
      const its = this.server === undefined ? {} : { server: this.server };
      const answer = await this.background.ask({
        to: "background",
        type: "export-batch",
        runIds: [...runIds],
        choice,
        form,
        ...its,
      });
      this.#starting = false;
      if (answer.kind === "started") this.#begin(this.#batches, answer.batch);
      else if (answer.kind === "job") this.#begin(this.#jobs, answer.job);
      else this.#say("actions_noKey");
    } catch (error) {
      this.#starting = false;
      this.#fail(error);
    }
  }

  choose(chosen: BatchChoice): void {
    this.#chosen = chosen;
    this.#draw();
    this.background
      .ask({ to: "background", type: "set-batch-choice", chosen })
      .catch((error) => this.#fail(error));
  }

  act({ id: batchId }: BatchView, act: BatchAct): void {
    this.background
      .ask({ to: "background", type: "act-on-batch", batchId, act })
      .catch((error) => this.#fail(error));
  }

  cancel({ id }: JobView): void {
    this.#order("cancel", id);
  }

  pause({ id }: JobView): void {
    this.#order("pause", id);
  }

  retry({ id }: JobView): void {
    this.#order("retry", id);
  }

  showInFolder({ id }: JobView): void {
    this.background.ask({ to: "background", type: "show-in-folder", jobId: id }).then(
      ({ shown }) => this.#say(shown ? null : "job_notShown"),
      (error) => this.#fail(error),
    );
  }

  dismiss({ id }: { id: string }): void {
    this.#dismissed.add(id);
    this.#draw();
  }

  dismissNotice(): void {
    this.#say(null);
  }

  #order(type: "cancel" | "pause" | "retry", jobId: string): void {
    this.background.ask({ to: "background", type, jobId }).catch((error) => this.#fail(error));
  }

  #begin<View extends { id: string }>(all: Map<string, View>, view: View): void {
    this.#own.add(view.id);
    this.#dismissed.delete(view.id);
    // News may have overtaken the answer.
    if (!all.has(view.id)) all.set(view.id, view);
    this.#draw();
  }

  /** What has ended is shown where it was seen under way. */
  #take<View extends { id: string }>(all: Map<string, View>, view: View, open: boolean): void {
    if (!open && !all.has(view.id) && !this.#own.has(view.id)) return;
    all.set(view.id, view);
    this.#draw();
  }

  #say(notice: MessageKey | null): void {
    this.#notice = notice;
    this.#draw();
  }

  #fail(error: unknown): void {
    const gone = error instanceof Error && error.name === "ExtensionGone";
    this.#say(gone ? "actions_outdated" : "actions_noAnswer");
  }

  #draw(): void {
    if (!this.signal.aborted) this.changed();
  }
}

/** For questions whose answer only adorns: without one the surface works with what it has. */
function ignore(): void {}
