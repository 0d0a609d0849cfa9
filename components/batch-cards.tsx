import { type BatchAct, type BatchView, isBatchOpen } from "@/core/jobs/batch";
import { batchCounts, batchHeadline } from "@/core/text/batch-text";
import { errorText } from "@/core/text/error-text";
import { wholePercent } from "@/core/text/words";
import { t, words } from "@/platform/words";
import { CloseIcon } from "./icons";
import { trusted } from "./trusted";

interface BatchActions {
  act(batch: BatchView, act: BatchAct): void;
  dismiss(batch: BatchView): void;
}

/** Failed runs that a card names. */
const NAMED = 3;

/** Batches of exports, each with how it stands; one live region for all. */
export function BatchCards({ batches, actions }: { batches: readonly BatchView[]; actions: BatchActions }) {
  return (
    <div role="status" aria-atomic="false" class="jobs">
      {batches.map((batch) => (
        <BatchCard key={batch.id} batch={batch} actions={actions} />
      ))}
    </div>
  );
}

function BatchCard({ batch, actions }: { batch: BatchView; actions: BatchActions }) {
  const open = isBatchOpen(batch);
  return (
    <div class="job" data-state={batch.state}>
      <p class="job-head">
        <strong>{batchHeadline(words, batch)}</strong>
        <button
          type="button"
          class="plain"
          aria-label={t("job_dismiss")}
          onClick={trusted(() => actions.dismiss(batch))}
        >
          <CloseIcon />
        </button>
      </p>
      {open && (
        <div aria-live="off">
          <progress aria-label={t("job_progress")} max={1} value={batch.fraction} />
          <p class="quiet numbers">
            <b>{words.percent(batch.fraction)}</b> {batchCounts(words, batch).join(" · ")}
          </p>
        </div>
      )}
      {open && <span class="heard">{milestone(batch.fraction)}</span>}
      {!open && batchCounts(words, batch).length > 0 && (
        <p class="quiet">{batchCounts(words, batch).join(" · ")}</p>
      )}
      <Failures batch={batch} />
      <BatchButtons batch={batch} actions={actions} />
    </div>
  );
}

function Failures({ batch: { failures, counts } }: { batch: BatchView }) {
  if (failures.length === 0) return null;
  const more = counts.failed - Math.min(failures.length, NAMED);
  return (
    <ul aria-label={t("batch_failures")}>
      {failures.slice(0, NAMED).map(({ runId, title, error }) => (
        <li key={runId} title={runId}>
          {title ?? runId}
          {error && <span class="quiet">{errorText(words, error)}</span>}
        </li>
      ))}
      {more > 0 && <li>{t("batch_more", words.number(more))}</li>}
    </ul>
  );
}

function BatchButtons({ batch, actions }: { batch: BatchView; actions: BatchActions }) {
  const { queued, working, paused, failed } = batch.counts;
  const buttons: [string, BatchAct, boolean][] = [
    [t("batch_pauseAll"), "pause", queued + working > 0],
    [t("batch_resumeAll"), "resume", paused > 0],
    [t("batch_cancelAll"), "cancel", isBatchOpen(batch)],
    [t("batch_retryFailed"), "retry", failed > 0],
  ];
  return (
    <p class="job-buttons">
      {buttons
        .filter(([, , shown]) => shown)
        .map(([label, act]) => (
          <button
            type="button"
            class="button small"
            key={act}
            onClick={trusted(() => actions.act(batch, act))}
          >
            {label}
          </button>
        ))}
    </p>
  );
}

/** What a screen reader is told now and then. */
function milestone(fraction: number): string {
  const tens = Math.floor(wholePercent(fraction) / 10) * 10;
  return tens === 0 ? "" : t("job_milestone", words.number(tens));
}
