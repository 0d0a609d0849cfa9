import * as z from "zod/mini";
import { inLanes } from "@/core/bundle/lanes";
import { type ExportChoice, wantsType } from "@/core/bundle/presets";
import { MANY_RUNS } from "@/core/jobs/batch";
import { heldUnchanged } from "@/core/jobs/exported";
import type { ExportedRun } from "@/core/jobs/job";
import { type AgentRun, type AgentRunsQuery, agentOf, listAgentRuns } from "@/core/skyvern/agent-runs";
import { isArchiveType } from "@/core/skyvern/artifact-types";
import { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError } from "@/core/skyvern/errors";
import { ArtifactRow } from "@/core/skyvern/schemas";
import { errorText } from "@/core/text/error-text";
import { readAccess } from "./access";
import type { JobStore } from "./job-store";
import type { AskAnswer } from "./messages";
import { t, words } from "./words";

const TIMEOUT_MS = 120_000;
const PARALLEL = 6;
const Rows = z.array(z.unknown());

/** Runs of the agent that has this one. */
export type SisterRunsQuery = Omit<AgentRunsQuery, "agentId"> & { runId: string };

/** What an export of an agent's runs would be: which runs, which of them are exported already, and how big it is. */
export async function findAgentRuns(
  server: string,
  { runId, ...query }: SisterRunsQuery,
  choice: ExportChoice,
  store: JobStore,
): Promise<AskAnswer["agent-runs"]> {
  const access = await readAccess(server);
  if (access.apiKey === "") return { kind: "no-key" };
  const client = new SkyvernClient(access, AbortSignal.timeout(TIMEOUT_MS));
  try {
    const agentId = await agentOf(client, runId);
    const found = agentId === null ? null : await listAgentRuns(client, { ...query, agentId });
    if (!found) return { kind: "error", message: t("agentRuns_noAgent") };
    const exported: string[] = [];
    const fresh: string[] = [];
    let exportedBytes = 0;
    for (const run of found.runs) {
      const held = await exportedBefore(run, server, choice, store);
      exportedBytes += held?.bytes ?? 0;
      (held ? exported : fresh).push(run.runId);
    }
    const size = await sizeOf(client, fresh, choice);
    return { kind: "runs", fresh, exported, exportedBytes, cut: found.cut, size };
  } catch (error) {
    const message = error instanceof RunpackError ? errorText(words, error.view) : t("popup_noAnswerInTime");
    return { kind: "error", message };
  }
}

async function exportedBefore(
  run: AgentRun,
  server: string,
  choice: ExportChoice,
  store: JobStore,
): Promise<ExportedRun | undefined> {
  const jobs = await store.ofRun(run.runId, server);
  return jobs.map((job) => heldUnchanged(job, run, choice)).find((held) => held !== undefined);
}

/** Bytes of the listed sizes; null for many runs: a list for each would be as much work as half the export. */
async function sizeOf(
  client: SkyvernClient,
  runIds: readonly string[],
  choice: ExportChoice,
): Promise<{ bytes: number; unsized: number } | null> {
  if (runIds.length > MANY_RUNS) return null;
  const size = { bytes: 0, unsized: 0 };
  await inLanes(runIds, PARALLEL, async (runId) => {
    const list = await client.document(`/v1/runs/${runId}/artifacts`, Rows);
    for (const raw of list?.value ?? []) {
      const row = ArtifactRow.safeParse(raw);
      if (!row.success) continue;
      const { artifact_type: type, file_size: bytes } = row.data;
      if (isArchiveType(type) || !wantsType(choice, type)) continue;
      if (bytes === null || bytes === undefined) size.unsized++;
      else size.bytes += bytes;
    }
  });
  return size;
}
