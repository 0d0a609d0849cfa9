import { collectRun } from "@/core/bundle/collect";
import { amountsOf } from "@/core/bundle/contents";
import { type HistoryQuery, readHistory } from "@/core/skyvern/history";

import { askApi } from "./client";
import { rememberHistory, rememberRun } from "./known";
import type { AskAnswer, FoundRun } from "./messages";
import { pageOf, targetIn } from "./target";
import { t } from "./words";

/** What the API tells about the run or session that a text names. @param given the server, where the text doesn't say */
export async function lookUp(text: string, given?: string): Promise<AskAnswer["look-up"]> {
  const named = await targetIn(text, given);
  if (named === null) return { kind: "error", message: t("popup_noId") };
  if ("stranger" in named) return { kind: "error", message: t("popup_unknownServer", named.stranger) };
  const { server, id } = named;
  return askApi(server, async (client) => {
    const run = await collectRun(client, id);
    const { runId } = run;
    const { createdAt, startedAt, finishedAt, failureReason } = run.facts;
    const found: FoundRun = {
      kind: "run",
      server,
      runId,
      requestedId: id,
      title: run.title,
      status: run.status,
      createdAt,
      startedAt,
      finishedAt,
      failureReason,
      page: await pageOf({ server, id: runId }),
      amounts: amountsOf(run.artifacts),
      separateRuns: run.separateRuns.length,
      running: run.running,
    };
    await rememberRun(found);
    return found;
  });
}

/** A page of the runs of a server's organization. */
export async function listRuns(query: HistoryQuery, server: string): Promise<AskAnswer["runs"]> {
  return askApi(server, async (client) => {
    const page = await readHistory(client, query);
    const first = query.search === "" && query.status === null && query.page === 1;
    if (first) await rememberHistory(server, page);
    return { kind: "runs", ...page };
  });
}

/** What a run has, by type, and how much room the disk has; a run that can't be listed is unknown. */
export async function contentsOf(runId: string, server: string): Promise<AskAnswer["contents"]> {
  const found = await lookUp(runId, server);
  if (found.kind !== "run") return { kind: "unknown" };
  const { quota, usage } = await navigator.storage.estimate();
  const free = quota === undefined ? null : quota - (usage ?? 0);
  const { amounts, separateRuns, running } = found;
  return { kind: "amounts", amounts, free, separateRuns, running };
}
