import type { TypeAmount } from "@/core/bundle/contents";
import { EVERYTHING, type ExportChoice } from "@/core/bundle/presets";
import { canMove, type ExportMode, isActive, isOfRun, isOpen, type JobView } from "@/core/jobs/job";
import { NO_POLICY, type Policy } from "@/core/settings/policy";
import { isSessionId } from "@/core/skyvern/ids";
import type { MessageKey } from "@/core/text/words";
import type { ExtensionGone } from "@/platform/ask";
import type { Ask, AskAnswer, JobNews } from "@/platform/messages";

/** An ended job stays on a surface that opens within this time, for people who left and came back. */
const ENDED_SHOWN_MS = 5 * 60_000;
/** A page that the browser keeps the extension from is told nothing more: after so long without news it asks. */
const SILENT_MS = 5000;

/** The way to the background; given from outside, so that tests need no browser. */
export interface Background {
  ask<Message extends Ask>(message: Message): Promise<AskAnswer[Message["type"]]>;
  onJobNews(listener: (news: JobNews) => void): () => void;
}

/** What a run has, and what the disk has room for. */
export interface Contents {
  amounts: TypeAmount[];
  free: number | null;
  separateRuns: number;
  running: boolean;
}

/** Everything that a surface shows of the exports of one run. */
export interface ExportsView {
  /** What is under way, oldest first, then the one that ended last. */
  jobs: JobView[];
  /** What could not be done; null where all is well. */
  notice: MessageKey | null;
  /** The remembered choice of the options panel. */
  choice: ExportChoice;
  /** What of it an administrator has set. */
  policy: Policy;
  /** What the run has; null until that is known. */
  contents: Contents | null;
  /** It is a browser session, not a run. */
  session: boolean;
  /** A click was sent and isn't answered yet. */
  starting: boolean;
  /** The run has not ended, as far as was heard. */
  running: boolean;
  /** It is going to be exported when it has finished. */
  watched: boolean;
}

/**
 * Follows the exports of one run and orders new ones. `runId` is asked again at every click. `changed` is called
 * after each change of the view; nothing is heard any more once `signal` aborts.
 */
export class RunExports {
  readonly #openedAt = Date.now();
  readonly #jobs = new Map<string, JobView>();
  /** Jobs ordered here, which may run under another ID of the run. */
  readonly #own = new Set<string>();
  readonly #dismissed = new Set<string>();
  /** Cancelled here, whatever the background still tells. */
  readonly #withdrawn = new Set<string>();
  #notice: MessageKey | null = null;
  #choice = EVERYTHING;
  #policy = NO_POLICY;
  #contents: Contents | null = null;
  #starting = false;
  #watched = false;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly background: Background,
    private readonly runId: () => string | null,
    private readonly changed: () => void,
    private readonly signal: AbortSignal,
    /** API address of the run's server; a page of a web UI means its own without saying so. */
    private readonly server?: string,
  ) {
    const stopHearing = background.onJobNews((news) => this.#take(news.job));
    signal.addEventListener("abort", stopHearing);
    signal.addEventListener("abort", () => clearTimeout(this.#silence));
    const asked = runId();
    if (asked !== null) {
      this.#askWatched(asked);
      background
        .ask({ to: "background", type: "jobs", server, runId: asked })
        .then((jobs) => this.#welcome(jobs), ignore);
    }
    background.ask({ to: "background", type: "choice" }).then((choice) => {
      this.#choice = choice;
      this.#draw();
    }, ignore);
  }

  view(): ExportsView {
    const jobs = shownJobs(this.#jobs, this.#dismissed, this.#withdrawn);
    return {
      jobs,
      notice: this.#notice,
      choice: this.#choice,
      policy: this.#policy,
      contents: this.#contents,
      session: isSessionId(this.runId() ?? ""),
      starting: this.#starting,
      running: this.#contents?.running ?? jobs.some(({ result }) => isOfRunning(result)),
      watched: this.#watched,
    };
  }

  async start(mode: ExportMode, choice: ExportChoice): Promise<void> {
    if (this.#starting) return;
    const runId = this.runId();
    if (runId === null) return this.#say("actions_noRun");
    this.#starting = true;
    this.#say(null);
    try {
      const { server } = this;
      const answer = await this.background.ask({
        to: "background",
        type: "export",
        server,
        runId,
        mode,
        choice,
      });
      this.#starting = false;
      if (answer.kind === "started") this.#begin(answer.job);
      else this.#say("actions_noKey");
    } catch (error) {
      this.#starting = false;
      this.fail(error);
    }
  }

  choose(choice: ExportChoice): void {
    this.#choice = choice;
    this.#draw();
    this.background.ask({ to: "background", type: "set-choice", choice }).then(
      (allowed) => {
        // A policy may say otherwise; an answer to an older choice says nothing.
        if (this.#choice !== choice) return;
        this.#choice = allowed;
        this.#draw();
      },
      (error) => this.fail(error),
    );
  }

  /** Asks what the run has, for the panel that is being opened. */
  askContents(): void {
    const runId = this.runId();
    if (runId === null) return;
    this.#contents = null;
    const { server } = this;
    this.background.ask({ to: "background", type: "policy" }).then((policy) => {
      this.#policy = policy;
      this.#draw();
    }, ignore);
    this.background.ask({ to: "background", type: "contents", server, runId }).then(
      (answer) => {
        if (this.runId() !== runId || answer.kind === "unknown") return;
        const { amounts, free, separateRuns, running } = answer;
        this.#contents = { amounts, free, separateRuns, running };
        this.#draw();
      },
      (error) => {
        if (isGone(error)) this.fail(error);
      },
    );
  }

  /** Exports the run when it has finished, as it is chosen now. */
  watch(): void {
    this.#setWatched(true);
  }

  unwatch(): void {
    this.#setWatched(false);
  }

  #askWatched(runId: string): void {
    this.background
      .ask({ to: "background", type: "is-watched", server: this.server, runId })
      .then((watched) => {
        this.#watched = watched;
        this.#draw();
      }, ignore);
  }

  #setWatched(watched: boolean): void {
    const runId = this.runId();
    if (runId === null) {
      this.#say("actions_noRun");
      return;
    }
    const { server } = this;
    const choice = this.#choice;
    this.background
      .ask(
        watched
          ? { to: "background", type: "watch", server, runId, choice }
          : { to: "background", type: "unwatch", server, runId },
      )
      .then(
        () => {
          this.#watched = watched;
          this.#draw();
        },
        (error) => this.fail(error),
      );
  }

  preview(): void {
    const runId = this.runId();
    if (runId === null) {
      this.#say("actions_noRun");
      return;
    }
    const { server } = this;
    this.background
      .ask({ to: "background", type: "preview", server, runId })
      .catch((error) => this.fail(error));
  }

  cancel({ id }: JobView): void {
    this.#withdrawn.add(id);
    this.#draw();
    this.background.ask({ to: "background", type: "cancel", jobId: id }).catch((error) => {
      this.#withdrawn.delete(id);
      this.fail(error);
    });
  }

  pause({ id }: JobView): void {
    this.background.ask({ to: "background", type: "pause", jobId: id }).catch((error) => this.fail(error));
  }

  retry({ id }: JobView): void {
    this.#withdrawn.delete(id);
    this.background.ask({ to: "background", type: "retry", jobId: id }).catch((error) => this.fail(error));
  }

  showInFolder({ id }: JobView): void {
    this.background.ask({ to: "background", type: "show-in-folder", jobId: id }).then(
      ({ shown }) => this.#say(shown ? null : "job_notShown"),
      (error) => this.fail(error),
    );
  }

  dismiss({ id, state }: JobView): void {
    this.#dismissed.add(id);
    this.#draw();
    // Whatever else has ended is shown for a while only.
    if (state === "failed")
      this.background.ask({ to: "background", type: "dismiss", jobId: id }).catch(ignore);
  }

  dismissNotice(): void {
    this.#say(null);
  }

  /** Brings back jobs under way that were dismissed. */
  recall(): void {
    for (const job of this.#jobs.values()) if (isOpen(job.state)) this.#dismissed.delete(job.id);
    this.#draw();
  }

  /**
   * Jobs of the run that were there before this surface. What ended long ago isn't news, but for a failure that was
   * the last word: whoever left before it hasn't seen it.
   */
  #welcome(jobs: JobView[]): void {
    const own = jobs.filter(({ together }) => together === null);
    const last = Math.max(...own.map(({ startedAt }) => startedAt));
    for (const job of own) {
      const unseen = job.state === "failed" && job.startedAt === last;
      if (this.#jobs.has(job.id) || !(unseen || isRecent(job, this.#openedAt))) continue;
      this.#own.add(job.id);
      this.#take(job);
    }
  }

  #begin(job: JobView): void {
    this.#own.add(job.id);
    this.#dismissed.delete(job.id);
    // News of the job may have overtaken the answer.
    if (this.#jobs.has(job.id)) this.#draw();
    else this.#take(job);
  }

  #take(job: JobView): void {
    const sameServer = this.server === undefined || this.server === job.server;
    if (!this.#own.has(job.id) && !(sameServer && isOfRun(job, this.runId() ?? ""))) return;
    const known = this.#jobs.get(job.id);
    // What was waited for has begun.
    if (!known && this.#watched) this.#askWatched(job.runId);
    // A late message of an older state never brings an ended job back; another try does.
    const ended = known && !isActive(known.state);
    if (ended && isActive(job.state) && !canMove(known.state, job.state)) return;
    if (isOpen(job.state)) this.#notice = null;
    else this.#withdrawn.delete(job.id);
    this.#jobs.set(job.id, job);
    this.#awaitNews();
    this.#draw();
  }

  #awaitNews(): void {
    clearTimeout(this.#silence);
    const job = [...this.#jobs.values()].find(({ state }) => isActive(state));
    if (!job || this.signal.aborted) return;
    this.#silence = setTimeout(() => {
      const { server } = this;
      this.background
        .ask({ to: "background", type: "jobs", server, runId: job.runId })
        .then(
          (jobs) => {
            for (const each of jobs) if (this.#jobs.has(each.id)) this.#take(each);
          },
          (error: unknown) => {
            if (!isGone(error)) return;
            // Nobody is left to tell how they go on.
            this.#jobs.clear();
            this.fail(error);
          },
        )
        .finally(() => this.#awaitNews());
    }, SILENT_MS);
  }

  #say(notice: MessageKey | null): void {
    this.#notice = notice;
    this.#draw();
  }

  /** Says that something could not be done. */
  fail(error: unknown): void {
    this.#say(isGone(error) ? "actions_outdated" : "actions_noAnswer");
  }

  #draw(): void {
    if (!this.signal.aborted) this.changed();
  }
}

/**
 * Under way, oldest first; then the one that ended last, unless another was started since. A cancelled job looks
 * cancelled from the click on.
 */
function shownJobs(jobs: Map<string, JobView>, dismissed: Set<string>, withdrawn: Set<string>): JobView[] {
  const all = [...jobs.values()]
    .map((job): JobView => (withdrawn.has(job.id) ? { ...job, state: "cancelled", note: null } : job))
    .sort((a, b) => a.startedAt - b.startedAt);
  const lastStart = all.at(-1)?.startedAt ?? 0;
  const ended = all
    .filter((job) => !isOpen(job.state) && (job.endedAt ?? job.startedAt) >= lastStart)
    .sort((a, b) => (b.endedAt ?? b.startedAt) - (a.endedAt ?? a.startedAt));
  return [...all.filter((job) => isOpen(job.state)), ...ended.slice(0, 1)].filter(
    (job) => !dismissed.has(job.id) && !(job.dismissed && job.state === "failed"),
  );
}

/** An export of a run that was still running then. */
function isOfRunning(result: JobView["result"]): boolean {
  return result?.warnings.some(({ code }) => code === "running") ?? false;
}

function isRecent(job: JobView, now: number): boolean {
  return isOpen(job.state) || now - (job.endedAt ?? job.startedAt) < ENDED_SHOWN_MS;
}

function isGone(error: unknown): error is ExtensionGone {
  return error instanceof Error && error.name === "ExtensionGone";
}

/** For questions whose answer only adorns: without one the surface works with what it has. */
function ignore(): void {}
