import { useSignal } from "@preact/signals";
import { isOpen, type JobView } from "@/core/jobs/job";
import { errorText } from "@/core/text/error-text";
import { jobHeadline, modeName, progressMilestone, progressParts } from "@/core/text/job-text";
import { t, words } from "@/platform/words";
import type { FinderState } from "./finder-state";

/** How many ended exports are shown before one asks for all. */
const FEW = 3;

/** What is being exported and was exported last; jobs of the run that is shown above have their cards there. */
export function JobList({ state, except }: { state: FinderState; except: string | null }) {
  const all = useSignal(false);
  const jobs = state.jobs.value.filter(({ runId }) => runId !== except);
  const open = jobs.filter((job) => isOpen(job.state));
  const ended = jobs.filter((job) => !isOpen(job.state));
  const shown = [...open, ...(all.value ? ended : ended.slice(0, FEW))];
  const hidden = jobs.length - shown.length;
  const [latest] = jobs;
  if (jobs.length === 0) return null;
  return (
    <section class="stack" aria-label={t("popup_jobs")}>
      <h2>{t("popup_jobs")}</h2>
      <ul class="rows">
        {shown.map((job) => (
          <JobRow key={job.id} job={job} state={state} />
        ))}
      </ul>
      {hidden > 0 && (
        <button
          type="button"
          class="button small"
          onClick={() => {
            all.value = true;
          }}
        >
          {t("popup_showAll", words.count("count_exports", jobs.length))}
        </button>
      )}
      {/* The numbers tick for the eye; what is heard changes with the state and every ten percent. */}
      <p class="heard" role="status">
        {latest && `${nameOf(latest)}: ${jobHeadline(words, latest)} ${heardProgress(latest)}`}
      </p>
    </section>
  );
}

function errorOf({ error }: JobView): string | null {
  return error && errorText(words, error);
}

/** Of a bundle of several runs, how many. */
function nameOf({ title, runId, together }: JobView): string {
  return together === null ? (title ?? runId) : words.count("count_runs", together.length);
}

function heardProgress(job: JobView): string {
  return isOpen(job.state) ? progressMilestone(words, job.progress) : "";
}

function JobRow({ job, state }: { job: JobView; state: FinderState }) {
  const name = nameOf(job);
  const detail = [
    modeName(words, job.mode),
    isOpen(job.state) ? progressDetail(job) : jobHeadline(words, job),
  ].join(" · ");
  return (
    <li class="row" data-state={job.state}>
      <button type="button" class="row-main" data-walk onClick={() => void state.find(job.runId, job.server)}>
        <span class="clip name" title={name}>
          {name}
        </span>
        <span class="clip quiet" title={errorOf(job) ?? detail}>
          {job.state === "failed" ? (errorOf(job) ?? detail) : detail}
        </span>
      </button>
      {isOpen(job.state) && (
        <progress
          aria-label={`${t("job_progress")}: ${name}`}
          max={1}
          {...(job.progress.fraction > 0 ? { value: job.progress.fraction } : {})}
        />
      )}
      <p class="row-buttons">
        {deedsOf(job, state).map(([label, act]) => (
          <button
            key={label}
            type="button"
            class="button small"
            aria-label={`${label}: ${name}`}
            onClick={act}
          >
            {label}
          </button>
        ))}
      </p>
    </li>
  );
}

function progressDetail(job: JobView): string {
  const parts = progressParts(words, job.progress);
  if (job.state === "paused" || parts.length === 0)
    return [jobHeadline(words, job), ...parts.slice(0, 1)].join(" · ");
  return [words.percent(job.progress.fraction), ...parts].join(" · ");
}

function deedsOf(job: JobView, state: FinderState): [string, () => void][] {
  const cancel: [string, () => void] = [t("job_cancel"), () => state.tell("cancel", job)];
  const again: [string, () => void] = [t("popup_exportAgain"), () => state.exportAgain(job)];
  switch (job.state) {
    case "paused":
      return [[t("job_resume"), () => state.tell("retry", job)], cancel];
    case "failed":
      return [[t("job_tryAgain"), () => state.tell("retry", job)]];
    case "cancelled":
      return [again];
    case "done":
    case "partial":
      return [[t("job_showInFolder"), () => state.showInFolder(job)], again];
    default:
      return [[t("job_pause"), () => state.tell("pause", job)], cancel];
  }
}
