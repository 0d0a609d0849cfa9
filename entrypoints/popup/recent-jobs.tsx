import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Background } from "@/components/run-exports";
import { isActive, type JobView } from "@/core/jobs/job";
import { jobHeadline, modeName, progressPercent } from "@/core/text/job-text";
import { jobWords, popupWords as words } from "@/core/text/words";

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
  if (shown.length === 0) return except === null ? <p class="quiet">{words.noJobs}</p> : null;
  return (
    <section class="stack" aria-label={words.jobs}>
      <h2>{words.jobs}</h2>
      <ul class="recent">
        {shown.map((job) => (
          <li key={job.id}>
            <span class="clip" title={job.runId}>
              {job.title ?? job.runId}
            </span>
            <span class="quiet clip">
              {modeName(job.mode)} · {isActive(job.state) ? progressPercent(job.progress) : jobHeadline(job)}
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
      [jobWords.resume, "retry"],
      [jobWords.cancel, "cancel"],
    ];
  if (isActive(state))
    return [
      [jobWords.pause, "pause"],
      [jobWords.cancel, "cancel"],
    ];
  if (state === "failed") return [[jobWords.tryAgain, "retry"]];
  return state === "cancelled" ? [] : [[jobWords.showInFolder, "show-in-folder"]];
}
