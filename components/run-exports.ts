import type { PresetId } from "@/core/bundle/presets";
import { type ExportMode, isActive, type JobView } from "@/core/jobs/job";
import { actionWords, jobWords } from "@/core/text/words";
import type { ExtensionGone } from "@/platform/ask";
import type { Ask, AskAnswer, JobNews } from "@/platform/messages";

/** An ended job stays on a surface that opens within this time, for people who left and came back. */
const ENDED_SHOWN_MS = 5 * 60_000;

/** The way to the background; given from outside, so that tests need no browser. */
export interface Background {
  ask<Message extends Ask>(message: Message): Promise<AskAnswer[Message["type"]]>;
  onJobNews(listener: (news: JobNews) => void): () => void;
}

/** Everything that a surface shows of the exports of one run. */
export interface ExportsView {
  /** What is under way, oldest first, then the one that ended last. */
  jobs: JobView[];
  /** Words about what could not be done; null where all is well. */
  notice: string | null;
  /** The remembered choice of the options panel. */
  preset: PresetId;
  /** A click was sent and isn't answered yet. */
  starting: boolean;
}

export interface RunExports {
  view(): ExportsView;
  start(mode: ExportMode, preset: PresetId): Promise<void>;
  choosePreset(preset: PresetId): void;
  cancel(job: JobView): void;
  retry(job: JobView): void;
  showInFolder(job: JobView): void;
  dismiss(job: JobView): void;
  dismissNotice(): void;
  /** Brings back jobs under way that were dismissed. */
  recall(): void;
}

/**
 * Follows the exports of one run and orders new ones. `runId` is asked again at every click. `changed` is called
 * after each change of the view; nothing is kept once `signal` aborts.
 */
export function followExports(
  background: Background,
  runId: () => string | null,
  changed: () => void,
  signal: AbortSignal,
): RunExports {
  const openedAt = Date.now();
  const jobs = new Map<string, JobView>();
  const own = new Set<string>();
  const dismissed = new Set<string>();
  const withdrawn = new Set<string>();
  let notice: string | null = null;
  let preset: PresetId = "everything";
  let starting = false;

  const draw = () => {
    if (!signal.aborted) changed();
  };
  const say = (text: string | null) => {
    notice = text;
    draw();
  };
  const fail = (error: unknown) => say(isGone(error) ? actionWords.outdated : actionWords.noAnswer);

  const take = (job: JobView) => {
    if (!own.has(job.id) && job.runId !== runId()) return;
    const known = jobs.get(job.id);
    // A late message of an older state never brings an ended job back; a retry begins anew with `queued`.
    if (known && !isActive(known.state) && isActive(job.state) && job.state !== "queued") return;
    if (!isActive(job.state)) withdrawn.delete(job.id);
    jobs.set(job.id, job);
    if (isActive(job.state)) notice = null;
    draw();
  };

  signal.addEventListener(
    "abort",
    background.onJobNews((news) => take(news.job)),
  );
  const asked = runId();
  if (asked !== null) {
    background.ask({ to: "background", type: "jobs", runId: asked }).then((found) => {
      for (const job of found.filter((job) => !jobs.has(job.id) && isRecent(job, openedAt))) {
        own.add(job.id);
        take(job);
      }
    }, ignore);
  }
  background.ask({ to: "background", type: "preset" }).then((chosen) => {
    preset = chosen;
    draw();
  }, ignore);

  return {
    view: () => ({ jobs: shownJobs(jobs, dismissed, withdrawn), notice, preset, starting }),

    async start(mode, wanted) {
      const id = runId();
      if (starting) return;
      if (id === null) return say(actionWords.noRun);
      starting = true;
      say(null);
      try {
        const answer = await background.ask({
          to: "background",
          type: "export",
          runId: id,
          mode,
          preset: wanted,
        });
        starting = false;
        if (answer.kind === "started") {
          own.add(answer.job.id);
          dismissed.delete(answer.job.id);
          // News of the job may have overtaken the answer.
          if (jobs.has(answer.job.id)) draw();
          else take(answer.job);
        } else say(answer.kind === "no-key" ? actionWords.noKey : answer.message);
      } catch (error) {
        starting = false;
        fail(error);
      }
    },

    choosePreset(chosen) {
      preset = chosen;
      draw();
      background.ask({ to: "background", type: "set-preset", preset: chosen }).catch(fail);
    },

    cancel(job) {
      withdrawn.add(job.id);
      draw();
      background.ask({ to: "background", type: "cancel", jobId: job.id }).catch((error) => {
        withdrawn.delete(job.id);
        fail(error);
      });
    },

    retry(job) {
      withdrawn.delete(job.id);
      background.ask({ to: "background", type: "retry", jobId: job.id }).catch(fail);
    },

    showInFolder(job) {
      background
        .ask({ to: "background", type: "show-in-folder", jobId: job.id })
        .then(({ shown }) => say(shown ? null : jobWords.notShown), fail);
    },

    dismiss(job) {
      dismissed.add(job.id);
      draw();
    },

    dismissNotice: () => say(null),

    recall() {
      for (const job of jobs.values()) if (isActive(job.state)) dismissed.delete(job.id);
      draw();
    },
  };
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
    .filter((job) => !isActive(job.state) && (job.endedAt ?? job.startedAt) >= lastStart)
    .sort((a, b) => (b.endedAt ?? b.startedAt) - (a.endedAt ?? a.startedAt));
  return [...all.filter((job) => isActive(job.state)), ...ended.slice(0, 1)].filter(
    (job) => !dismissed.has(job.id),
  );
}

function isRecent(job: JobView, now: number): boolean {
  return isActive(job.state) || now - (job.endedAt ?? job.startedAt) < ENDED_SHOWN_MS;
}

function isGone(error: unknown): error is ExtensionGone {
  return error instanceof Error && error.name === "ExtensionGone";
}

/** For questions whose answer only adorns: without one the surface works with what it has. */
function ignore(): void {}
