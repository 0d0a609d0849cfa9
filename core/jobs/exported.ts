import { type ExportChoice, sameChoice } from "../bundle/presets";
import { isFinalStatus } from "../skyvern/schemas";
import type { ExportedRun, JobView } from "./job";

/** True where an export that has ended holds the run as it is now, by the same choice and without a gap. */
export function holdsUnchanged(
  job: JobView,
  run: Pick<ExportedRun, "runId" | "status" | "finishedAt" | "modifiedAt">,
  choice: ExportChoice,
): boolean {
  if (job.mode !== "bundle" || !sameChoice(job.choice, choice) || !isFinalStatus(run.status)) return false;
  return (job.result?.runs ?? []).some(
    (held) =>
      held.runId === run.runId &&
      held.failure === null &&
      held.missing === 0 &&
      held.settled &&
      held.status === run.status &&
      held.finishedAt === run.finishedAt &&
      (held.modifiedAt === null || run.modifiedAt === null || held.modifiedAt === run.modifiedAt),
  );
}
