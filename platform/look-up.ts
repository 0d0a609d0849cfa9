import { collectRun } from "@/core/bundle/collect";
import { artifactType, isArchiveType } from "@/core/skyvern/artifact-types";
import { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError } from "@/core/skyvern/errors";
import { runIdIn } from "@/core/skyvern/ids";
import type { AskAnswer } from "./messages";
import { readAccess } from "./settings-store";

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
    const counts = new Map<string, number>();
    for (const { row } of run.artifacts) {
      if (isArchiveType(row.artifact_type)) continue;
      const { label } = artifactType(row.artifact_type);
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    const sorted = [...counts].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count);
    return { kind: "run", runId: run.runId, title: run.title, status: run.status, counts: sorted };
  } catch (error) {
    const message =
      error instanceof RunpackError ? error.message : "Skyvern did not answer in time. Try again.";
    return { kind: "error", message };
  }
}
