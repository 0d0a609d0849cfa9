import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { takesNothing } from "@/core/bundle/presets";
import { asksFirst, type BatchChoice } from "@/core/jobs/batch";
import { runIdKind } from "@/core/skyvern/ids";
import { statusText } from "@/core/text/status-text";
import { onBatchNews } from "@/platform/ask";
import type { AskAnswer } from "@/platform/messages";
import { t, words } from "@/platform/words";
import { BatchCards } from "./batch-cards";
import { BatchChoicePanel } from "./batch-choice";
import { BatchExports, type BatchExportsView } from "./batch-exports";
import { JobCards } from "./job-cards";
import type { Background } from "./run-exports";

interface AgentRunsProps {
  background: Background;
  /** API address of the agent's server. */
  server: string;
  /** A run of the agent. */
  runId: string;
}

type Found = Extract<AskAnswer["agent-runs"], { kind: "runs" }>;
type Search =
  | { kind: "nothing" }
  | { kind: "looking" }
  | { kind: "error"; message: string }
  | { kind: "found"; found: Found };

const STATUSES = ["completed", "failed", "terminated", "timed_out", "canceled", "running"] as const;
const WEEK_MS = 7 * 24 * 3600_000;

/** Exports all runs of an agent since a day, with a status: looks what there is first, and asks before it is much. */
export function AgentRuns({ background, server, runId }: AgentRunsProps) {
  const since = useSignal(dayOf(Date.now() - WEEK_MS));
  const status = useSignal("");
  const again = useSignal(false);
  const search = useSignal<Search>({ kind: "nothing" });
  const followed = useBatches(background, server);
  // A plain task has no agent.
  if (!followed || runIdKind(runId) !== "workflow-run") return null;
  const { exports, view } = followed;
  const { choice } = view.chosen;

  const look = async () => {
    search.value = { kind: "looking" };
    // The day as the user's clock has it.
    const from = since.value === "" ? null : new Date(`${since.value}T00:00`).getTime();
    const statuses = status.value === "" ? [] : [status.value];
    const query = { runId, since: from, statuses };
    const answer = await background
      .ask({ to: "background", type: "agent-runs", server, query, choice })
      .catch(() => ({ kind: "error", message: t("actions_noAnswer") }) as const);
    if (answer.kind === "runs") search.value = { kind: "found", found: answer };
    else
      search.value = {
        kind: "error",
        message: answer.kind === "no-key" ? t("actions_noKey") : answer.message,
      };
  };
  const changed = () => {
    search.value = { kind: "nothing" };
  };
  const choose = (chosen: BatchChoice) => {
    exports.choose(chosen);
    changed();
  };

  return (
    <details class="agent-runs">
      <summary>{t("agentRuns_title")}</summary>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <div class="with-button">
          <label>
            <span class="quiet">{t("agentRuns_since")}</span>
            <input
              class="text"
              type="date"
              value={since.value}
              onInput={(event) => {
                since.value = event.currentTarget.value;
                changed();
              }}
            />
          </label>
          <label>
            <span class="quiet">{t("agentRuns_status")}</span>
            <select
              class="text"
              value={status.value}
              onChange={(event) => {
                status.value = event.currentTarget.value;
                changed();
              }}
            >
              <option value="">{t("agentRuns_anyStatus")}</option>
              {STATUSES.map((each) => (
                <option key={each} value={each}>
                  {statusText(words, each)}
                </option>
              ))}
            </select>
          </label>
        </div>
        <BatchChoicePanel chosen={view.chosen} choose={choose} policy={view.policy} />
        <button
          type="submit"
          class="button"
          aria-busy={search.value.kind === "looking"}
          disabled={takesNothing(choice)}
        >
          {t("agentRuns_look")}
        </button>
      </form>
      <div role="status">
        {search.value.kind === "looking" && <p class="quiet">{t("agentRuns_looking")}</p>}
        {search.value.kind === "found" && (
          <FoundRuns
            found={search.value.found}
            again={again.value}
            setAgain={(on) => {
              again.value = on;
            }}
            start={(runIds) => {
              changed();
              void exports.start(runIds);
            }}
          />
        )}
      </div>
      {search.value.kind === "error" && (
        <p role="alert" class="bad">
          {search.value.message}
        </p>
      )}
      {view.notice !== null && <p role="alert">{t(view.notice)}</p>}
      <BatchCards batches={view.batches} actions={exports} />
      <JobCards jobs={view.jobs} actions={exports} />
    </details>
  );
}

interface FoundRunsProps {
  found: Found;
  again: boolean;
  setAgain(again: boolean): void;
  start(runIds: string[]): void;
}

function FoundRuns({ found, again, setAgain, start }: FoundRunsProps) {
  const { fresh, exported, cut } = found;
  const runIds = again ? [...fresh, ...exported] : fresh;
  const size = sizeWith(found, again);
  const many = asksFirst(runIds.length, size?.bytes ?? 0);
  return (
    <div class="stack">
      <p>{words.count("count_runs", fresh.length + exported.length)}</p>
      {exported.length > 0 && <p>{t("agentRuns_exported", words.number(exported.length))}</p>}
      {cut && <p>{t("agentRuns_cut")}</p>}
      {exported.length > 0 && (
        <label class="pick">
          <input
            type="checkbox"
            checked={again}
            onChange={(event) => setAgain(event.currentTarget.checked)}
          />
          <span>{t("agentRuns_again")}</span>
        </label>
      )}
      {runIds.length > 0 && <p class="quiet">{sizeText(size)}</p>}
      {many && <p class="bad">{t("agentRuns_many")}</p>}
      {runIds.length > 0 && (
        <button type="button" class="button strong" onClick={() => start(runIds)}>
          {many
            ? t("agentRuns_exportMany", words.number(runIds.length))
            : words.count("batch_exportRuns", runIds.length)}
        </button>
      )}
    </div>
  );
}

/** @param again with those that are exported already, which are as big as they were then */
function sizeWith({ size, exportedBytes }: Found, again: boolean): Found["size"] {
  return size && again ? { ...size, bytes: size.bytes + exportedBytes } : size;
}

function sizeText(size: Found["size"]): string {
  if (size === null) return t("agentRuns_sizeUnknown");
  const bytes = words.bytes(size.bytes);
  if (size.unsized === 0) return bytes;
  return `${bytes} ${t("actions_unsized", words.count("count_files", size.unsized))}`;
}

/** `yyyy-mm-dd` by the user's clock. */
function dayOf(time: number): string {
  const day = new Date(time);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

function useBatches(
  background: Background,
  server: string,
): { exports: BatchExports; view: BatchExportsView } | null {
  const shown = useSignal<{ exports: BatchExports; view: BatchExportsView } | null>(null);
  useEffect(() => {
    const life = new AbortController();
    const draw = () => {
      shown.value = { exports, view: exports.view() };
    };
    const exports = new BatchExports({ ...background, onBatchNews }, draw, life.signal, server);
    draw();
    return () => life.abort();
  }, [background, server]);
  return shown.value;
}
