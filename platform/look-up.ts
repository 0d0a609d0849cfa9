import { collectRun } from "@/core/bundle/collect";
import { amountsOf } from "@/core/bundle/contents";
import { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError } from "@/core/skyvern/errors";
import { runIdIn } from "@/core/skyvern/ids";
import { runPageOf } from "@/core/skyvern/page-url";
import { errorText } from "@/core/text/error-text";
import { readAccess } from "./access";
import type { AskAnswer } from "./messages";
import { defaultServer, serverOf } from "./servers";
import { t, words } from "./words";

const TIMEOUT_MS = 60_000;

/**
 * What the API tells about the run that a text names: its ID, a link to it, or words around either. A link means
 * its own server; anything else the one given, or the default.
 */
export async function lookUp(text: string, given?: string): Promise<AskAnswer["look-up"]> {
  const id = runIdIn(text);
  if (id === null) return { kind: "error", message: t("popup_noId") };
  const stranger = await unknownHost(text);
  if (stranger !== null) return { kind: "error", message: t("popup_unknownServer", stranger) };
  const linked = await serverOf(text.trim());
  const server = linked?.apiAddress ?? given ?? (await defaultServer()).apiAddress;
  const access = await readAccess(server);
  if (access.apiKey === "") return { kind: "no-key", server };
  try {
    const run = await collectRun(new SkyvernClient(access, AbortSignal.timeout(TIMEOUT_MS)), id);
    const { runId, title, status } = run;
    const separateRuns = run.separateRuns.length;
    const amounts = amountsOf(run.artifacts);
    return { kind: "run", server, runId, title, status, amounts, separateRuns, running: run.running };
  } catch (error) {
    const message = error instanceof RunpackError ? errorText(words, error.view) : t("popup_noAnswerInTime");
    return { kind: "error", message };
  }
}

/** The host of a link to a run page that is none of the user's servers'. */
async function unknownHost(text: string): Promise<string | null> {
  const link = text.trim();
  if (!URL.canParse(link) || runPageOf(new URL(link)) === null) return null;
  return (await serverOf(link)) ? null : new URL(link).host;
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
