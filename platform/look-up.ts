import { collectRun } from "@/core/bundle/collect";
import { amountsOf } from "@/core/bundle/contents";
import { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError } from "@/core/skyvern/errors";
import { runIdIn } from "@/core/skyvern/ids";
import { readAccess } from "./access";
import type { AskAnswer } from "./messages";

const TIMEOUT_MS = 60_000;

/** What the API tells about the run that a text names: its ID, a link to it, or words around either. */
export async function lookUp(text: string): Promise<AskAnswer["look-up"]> {
  const id = runIdIn(text);
  if (id === null)
    return { kind: "error", message: "There is no run ID in that. It looks like wr_… or tsk_…" };
  const access = await readAccess();
  if (access.apiKey === "") return { kind: "no-key" };
  try {
    const run = await collectRun(new SkyvernClient(access, AbortSignal.timeout(TIMEOUT_MS)), id);
    const { runId, title, status } = run;
    const separateRuns = run.separateRuns.length;
    return { kind: "run", runId, title, status, amounts: amountsOf(run.artifacts), separateRuns };
  } catch (error) {
    const message =
      error instanceof RunpackError ? error.message : "Skyvern did not answer in time. Try again.";
    return { kind: "error", message };
  }
}

/** What a run has, by type, and how much room the disk has; a run that can't be listed is unknown. */
export async function contentsOf(runId: string): Promise<AskAnswer["contents"]> {
  const found = await lookUp(runId);
  if (found.kind !== "run") return { kind: "unknown" };
  const { quota, usage } = await navigator.storage.estimate();
  const free = quota === undefined ? null : quota - (usage ?? 0);
  const { amounts, separateRuns } = found;
  return { kind: "amounts", amounts, free, separateRuns };
}
