import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Background } from "@/components/run-exports";
import { isActive, type JobView } from "@/core/jobs/job";
import { jobHeadline, modeName } from "@/core/text/job-text";
import { t, words } from "@/platform/words";

/** How many exports the list shows. */
const SHOWN = 6;

/** What is being exported and was exported last, one line a job; the run that is shown above is left out. */
export function RecentJobs({ background, except }: { background: Background; except: string | null }) {
  const jobs = useSignal<JobView[] | null>(null);
  useEffect(() => {
    background.ask({ to: "background", type: "jobs" }).then(
      (found) => {
        jobs.value = found;
      },
      () => {
        jobs.value = [];
      },
    );
    return background.onJobNews(({ job }) => {
      const others = (jobs.value ?? []).filter(({ id }) => id !== job.id);
      jobs.value = [job, ...others].sort((a, b) => b.startedAt - a.startedAt);
    });
  }, []);

  if (jobs.value === null) return null;
  const shown = jobs.value.filter((job) => job.runId !== except).slice(0, SHOWN);
  if (shown.length === 0) return except === null ? <p class="quiet">{t("popup_noJobs")}</p> : null;
  return (
    <section class="stack" aria-label={t("popup_jobs")}>
      <h2>{t("popup_jobs")}</h2>
      <ul class="recent">
        {shown.map((job) => (
          <li key={job.id}>
            <span class="clip" title={job.runId}>
              {job.title ?? job.runId}
            </span>
            <span class="quiet clip">
              {modeName(words, job.mode)} ·{" "}
              {isActive(job.state) ? words.percent(job.progress.fraction) : jobHeadline(words, job)}
            </span>
            <span class="row-buttons">
              {buttonsOf(job).map(([label, type]) => (
                <JobButton key={type} label={label} type={type} job={job} background={background} />
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type JobAsk = "cancel" | "pause" | "retry" | "show-in-folder";

interface JobButtonProps {
  label: string;
  type: JobAsk;
  job: JobView;
  background: Background;
}

function JobButton({ label, type, job, background }: JobButtonProps) {
  const press = () => {
    background.ask({ to: "background", type, jobId: job.id }).catch(() => {});
  };
  return (
    <button type="button" class="button small" onClick={press}>
      {label}
    </button>
  );
}

function buttonsOf({ state }: JobView): [string, JobAsk][] {
  if (state === "paused")
    return [
      [t("job_resume"), "retry"],
      [t("job_cancel"), "cancel"],
    ];
  if (isActive(state))
    return [
      [t("job_pause"), "pause"],
      [t("job_cancel"), "cancel"],
    ];
  if (state === "failed") return [[t("job_tryAgain"), "retry"]];
  return state === "cancelled" ? [] : [[t("job_showInFolder"), "show-in-folder"]];
}
