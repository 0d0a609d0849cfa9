import { type ExportChoice, sameChoice } from "../bundle/presets";
import { isFinalStatus } from "../skyvern/schemas";
import type { ExportedRun, JobView } from "./job";

/** What an export that has ended has of the run, where that is the run as it is now, by the same choice and without a gap. */
export function heldUnchanged(
  job: JobView,
  run: Pick<ExportedRun, "runId" | "status" | "finishedAt" | "modifiedAt">,
  choice: ExportChoice,
): ExportedRun | undefined {
  if (job.mode !== "bundle" || !sameChoice(job.choice, choice) || !isFinalStatus(run.status))
    return undefined;
  return (job.result?.runs ?? []).find(
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
