import { useSignal } from "@preact/signals";
import type { JobView } from "@/core/jobs/job";
import { jobHeadline, modeName } from "@/core/text/job-text";
import { ask } from "@/platform/ask";
import { t, words } from "@/platform/words";

/** How many exports are shown before anybody asks for more. */
const SHOWN_FIRST = 10;

/** What was exported, newest first, a page at a time. */
export function HistorySection({ first }: { first: JobView[] }) {
  const jobs = useSignal(first);
  const shown = useSignal(SHOWN_FIRST);
  const more = useSignal(first.length > SHOWN_FIRST);
  const said = useSignal("");
  return (
    <section class="card stack" aria-label={t("options_history")}>
      <h2>{t("options_history")}</h2>
      {jobs.value.length === 0 && <p class="quiet">{t("options_noHistory")}</p>}
      <ul class="rows">
        {jobs.value.slice(0, shown.value).map((job) => (
          <li key={job.id}>
            <span>
              {job.title ?? <code>{job.runId}</code>}
              <span class="quiet">
                {[modeName(words, job.mode), jobHeadline(words, job), words.dateTime(job.startedAt)].join(
                  " · ",
                )}
              </span>
            </span>
            {job.result && (
              <button
                type="button"
                class="button small"
                onClick={async () => {
                  const answer = await ask({ to: "background", type: "show-in-folder", jobId: job.id });
                  said.value = answer.shown ? "" : t("job_notShown");
                }}
              >
                {t("job_showInFolder")}
              </button>
            )}
          </li>
        ))}
      </ul>
      <p aria-live="polite" class="bad">
        {said.value}
      </p>
      {more.value && (
        <p class="buttons">
          <button
            type="button"
            class="button small"
            onClick={async () => {
              if (shown.value < jobs.value.length) {
                shown.value = jobs.value.length;
                return;
              }
              const before = jobs.value.at(-1)?.startedAt;
              const next = await ask({ to: "background", type: "jobs", ...(before ? { before } : {}) });
              more.value = next.length > 0;
              jobs.value = [...jobs.value, ...next];
              shown.value = jobs.value.length;
            }}
          >
            {t("options_more")}
          </button>
        </p>
      )}
    </section>
  );
}
