import { isActive, isOpen, type JobView } from "@/core/jobs/job";
import { errorText } from "@/core/text/error-text";
import {
  gapExamples,
  gapSentence,
  jobHeadline,
  modeName,
  noteText,
  progressMilestone,
  progressParts,
  proofSentence,
} from "@/core/text/job-text";
import { warningText } from "@/core/text/warning-text";
import { t, words } from "@/platform/words";
import { CloseIcon } from "./icons";
import type { RunExports } from "./run-exports";
import { trusted } from "./trusted";

type JobActions = Pick<RunExports, "cancel" | "pause" | "retry" | "showInFolder" | "dismiss">;

/** The jobs of a surface: one live region for what goes on and how it ended, an alert for each failure. */
export function JobCards({ jobs, actions }: { jobs: JobView[]; actions: JobActions }) {
  const failed = jobs.filter((job) => job.state === "failed");
  return (
    <>
      <div role="status" aria-atomic="false" class="jobs">
        {jobs
          .filter((job) => job.state !== "failed")
          .map((job) => (
            <JobCard key={job.id} job={job} actions={actions} />
          ))}
      </div>
      {failed.map((job) => (
        <div role="alert" class="jobs" key={job.id}>
          <JobCard job={job} actions={actions} />
        </div>
      ))}
    </>
  );
}

function JobCard({ job, actions }: { job: JobView; actions: JobActions }) {
  return (
    <div class="job" data-state={job.state}>
      <p class="job-head">
        <strong>{jobHeadline(words, job)}</strong>
        <span class="quiet">{modeName(words, job.mode)}</span>
        <button
          type="button"
          class="plain"
          aria-label={t("job_dismiss")}
          onClick={trusted(() => actions.dismiss(job))}
        >
          <CloseIcon />
        </button>
      </p>
      {isOpen(job.state) ? <Progress job={job} /> : <Outcome job={job} />}
      <JobButtons job={job} actions={actions} />
    </div>
  );
}

function Progress({ job }: { job: JobView }) {
  const { progress } = job;
  const measured =
    job.state === "fetching" || job.state === "paused" || job.state === "saving" || progress.fraction > 0;
  return (
    <>
      {/* The ticking numbers are for the eye; the live region speaks in steps of ten percent. */}
      <div aria-live="off">
        <progress
          aria-label={t("job_progress")}
          max={1}
          {...(measured ? { value: progress.fraction } : {})}
        />
        <p class="quiet numbers">
          <b>{words.percent(progress.fraction)}</b> {progressParts(words, progress).join(" · ")}
        </p>
      </div>
      <span class="heard">{progressMilestone(words, progress)}</span>
      {job.note !== null && <p class="quiet">{noteText(words, job.note)}</p>}
    </>
  );
}

function Outcome({ job }: { job: JobView }) {
  if (job.state === "failed") return <p>{job.error && errorText(words, job.error)}</p>;
  if (!job.result || job.state === "cancelled") return null;
  const { gaps, warnings, savedAs } = job.result;
  const proofs = proofSentence(words, job.result);
  return (
    <>
      {gaps.length > 0 && (
        <ul aria-label={t("job_gaps")}>
          {gaps.map((gap) => (
            <li key={gap.reason} title={gapExamples(words, gap) ?? undefined}>
              {gapSentence(words, gap)}
              {gapExamples(words, gap) !== null && <span class="quiet clip">{gapExamples(words, gap)}</span>}
            </li>
          ))}
        </ul>
      )}
      {proofs !== null && <p class="quiet">{t("job_proven", proofs)}</p>}
      {warnings
        .map((warning) => warningText(words, warning))
        .map((text) => (
          <p key={text}>{text}</p>
        ))}
      {savedAs !== "" && (
        <p class="quiet path" title={savedAs}>
          {savedAs}
        </p>
      )}
    </>
  );
}

function JobButtons({ job, actions }: { job: JobView; actions: JobActions }) {
  if (job.state === "cancelled") return null;
  return (
    <p class="job-buttons">
      {isActive(job.state) && <JobButton label={t("job_pause")} act={() => actions.pause(job)} />}
      {job.state === "paused" && <JobButton label={t("job_resume")} act={() => actions.retry(job)} />}
      {isOpen(job.state) && <JobButton label={t("job_cancel")} act={() => actions.cancel(job)} />}
      {job.state === "failed" && <JobButton label={t("job_tryAgain")} act={() => actions.retry(job)} />}
      {job.result !== null && (
        <JobButton label={t("job_showInFolder")} act={() => actions.showInFolder(job)} />
      )}
    </p>
  );
}

function JobButton({ label, act }: { label: string; act: () => void }) {
  return (
    <button type="button" class="button small" onClick={trusted(act)}>
      {label}
    </button>
  );
}
