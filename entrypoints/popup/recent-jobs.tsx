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
            <JobButton job={job} background={background} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function JobButton({ job, background }: { job: JobView; background: Background }) {
  const [label, type] = buttonOf(job);
  if (label === null) return null;
  const press = () => {
    background.ask({ to: "background", type, jobId: job.id }).catch(() => {});
  };
  return (
    <button type="button" class="button small" onClick={press}>
      {label}
    </button>
  );
}

type ButtonOf = [string, "cancel" | "retry" | "show-in-folder"] | [null, null];

function buttonOf(job: JobView): ButtonOf {
  if (isActive(job.state)) return [jobWords.cancel, "cancel"];
  if (job.state === "paused") return [jobWords.resume, "retry"];
  if (job.state === "failed") return [jobWords.tryAgain, "retry"];
  return job.state === "cancelled" ? [null, null] : [jobWords.showInFolder, "show-in-folder"];
}
