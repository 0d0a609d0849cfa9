import * as z from "zod/mini";
import { RunListItem, RunRequest } from "../skyvern/schemas";
import type { ApiDocuments } from "./api-documents";
import type { OneRun } from "./collected-run";

/**
 * A run's title, by the order of skyvern-api.md §7; null where it has none.
 * @param runIds all IDs of the run
 * @throws as `ApiDocuments.read`
 */
export async function readTitle(
  api: ApiDocuments,
  runIds: ReadonlySet<string>,
  runId: string,
  { run, workflowRun, task }: OneRun,
): Promise<string | null> {
  const request = RunRequest.safeParse(run?.value.run_request ?? task?.value.request);
  const asked = request.success ? request.data : null;
  const known = asked?.title || workflowRun?.value.workflow?.title;
  if (known) return known;
  const path = `/v1/runs?search_key=${encodeURIComponent(runId)}&page_size=1`;
  const found = await api.read(path, z.array(RunListItem), "the run's title");
  const match = found?.value.find((item) => item.run_id === runId || item.workflow_run_id === runId);
  const [first] = found?.value ?? [];
  const listed = match?.title ?? (runIds.has(first?.run_id ?? "") ? first?.title : null);
  if (listed) return listed;
  return asked?.url && URL.canParse(asked.url) ? new URL(asked.url).hostname || null : null;
}
