import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { AgentRuns } from "@/components/agent-runs";
import { ExportButtons } from "@/components/export-buttons";
import { ExportChoiceControls } from "@/components/export-choice";
import { JobCards } from "@/components/job-cards";
import { type Background, type ExportsView, RunExports } from "@/components/run-exports";
import { WatchOffer } from "@/components/watch-offer";
import { amountsByGroup } from "@/core/bundle/contents";
import { EVERYTHING, takesNothing } from "@/core/bundle/presets";
import { formatMoment } from "@/core/text/moments";
import { statusText } from "@/core/text/status-text";
import type { FoundRun } from "@/platform/messages";
import { t, words } from "@/platform/words";
import { type FinderState, isShut, type Shut } from "./finder-state";

/** What the look-up came to; for a run also its exports. */
export function FoundResult({ state }: { state: FinderState }) {
  const { value: found } = state.found;
  switch (found.kind) {
    case "nothing": {
      const { trouble } = state.runs.value;
      return trouble && isShut(trouble) ? <NoAccess shut={trouble} state={state} /> : null;
    }
    case "looking":
      return (
        <p class="quiet" role="status">
          {t("popup_lookingUp")}
        </p>
      );
    case "error":
      return (
        <p role="alert" class="bad">
          {found.message}
        </p>
      );
    case "no-key":
    case "no-permission":
      return <NoAccess shut={found} state={state} />;
    case "run":
      return <RunCard key={found.server + found.runId} run={found} state={state} />;
  }
}

function NoAccess({ shut, state }: { shut: Shut; state: FinderState }) {
  return (
    <div role="alert" class="card stack">
      <p>{shut.kind === "no-key" ? t("popup_noKey") : t("popup_noPermission", shut.server)}</p>
      <button type="button" class="button" onClick={() => state.openOptions()}>
        {t("popup_openOptions")}
      </button>
    </div>
  );
}

function RunCard({ run, state }: { run: FoundRun; state: FinderState }) {
  const followed = useExports(state.surface.background, run);
  return (
    <section
      class="card stack"
      aria-label={run.title ?? t("popup_untitled")}
      aria-busy={state.refreshing.value}
    >
      <div>
        <h2>{run.title ?? t("popup_untitled")}</h2>
        <p class="quiet facts">
          {run.status !== null && (
            <span class="status" data-status={run.status}>
              {statusText(words, run.status)}
            </span>
          )}
          <code>{run.runId}</code>
          {state.refreshing.value && <span role="status">{t("popup_refreshing")}</span>}
        </p>
      </div>
      <Times run={run} />
      {run.failureReason !== null && (
        <p class="failure">
          <strong>{t("popup_failure")}</strong> {run.failureReason}
        </p>
      )}
      <Counts run={run} />
      {followed && <Exports run={run} {...followed} />}
      <AgentRuns background={state.surface.background} server={run.server} runId={run.runId} />
    </section>
  );
}

function Times({ run }: { run: FoundRun }) {
  const { createdAt, startedAt, finishedAt } = run;
  const begun = startedAt ?? createdAt;
  const rows: [string, string][] = [
    ...(begun === null
      ? []
      : [
          row(
            startedAt === null ? t("popup_created") : t("popup_started"),
            formatMoment(words.locale, begun),
          ),
        ]),
    ...(finishedAt === null ? [] : [row(t("popup_finished"), formatMoment(words.locale, finishedAt))]),
    ...(begun === null || finishedAt === null
      ? []
      : [row(t("popup_duration"), words.duration((finishedAt - begun) / 1000))]),
  ];
  return <Facts rows={rows} />;
}

function row(label: string, value: string): [string, string] {
  return [label, value];
}

/** How many files there are of each group, with their known sizes. */
function Counts({ run: { amounts } }: { run: FoundRun }) {
  const groups = amountsByGroup(EVERYTHING, amounts);
  if (groups.length === 0) return <p class="quiet">{t("popup_noArtifacts")}</p>;
  const files = amounts.reduce((sum, each) => sum + each.files, 0);
  const bytes = amounts.reduce((sum, each) => sum + each.bytes, 0);
  const unsized = amounts.reduce((sum, each) => sum + each.unsized, 0);
  const total = [
    words.count("count_files", files),
    ...(bytes > 0 ? [words.bytes(bytes)] : []),
    ...(unsized > 0 && unsized < files ? [t("popup_sizeUnknown", words.number(unsized))] : []),
  ];
  return (
    <div>
      <p class="total">{total.join(" · ")}</p>
      <Facts
        rows={groups.map((group) =>
          row(
            t(group.label),
            group.bytes > 0
              ? `${words.number(group.files)} · ${words.bytes(group.bytes)}`
              : words.number(group.files),
          ),
        )}
      />
    </div>
  );
}

function Facts({ rows }: { rows: [string, string][] }) {
  if (rows.length === 0) return null;
  return (
    <dl class="facts-list">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Exports({ run, exports, view }: { run: FoundRun; exports: RunExports; view: ExportsView }) {
  return (
    <>
      <div class="buttons">
        <ExportButtons
          start={(mode) => void exports.start(mode, EVERYTHING)}
          busy={view.starting}
          session={view.session}
        />
        <button type="button" class="button" onClick={() => exports.preview()}>
          {t("actions_preview")}
        </button>
        <a class="button" href={run.page} target="_blank" rel="noreferrer">
          {t("popup_openInSkyvern")}
        </a>
      </div>
      <WatchOffer view={{ ...view, running: view.contents?.running ?? run.running }} actions={exports} />
      <MoreOptions exports={exports} view={view} />
      {view.notice !== null && <p role="alert">{t(view.notice)}</p>}
      <JobCards jobs={view.jobs} actions={exports} />
    </>
  );
}

function MoreOptions({ exports, view }: { exports: RunExports; view: ExportsView }) {
  const { choice } = view;
  return (
    <details
      onToggle={(event) => {
        if (event.currentTarget.open) exports.askContents();
      }}
    >
      <summary>{t("actions_moreOptions")}</summary>
      <ExportChoiceControls exports={exports} view={view} />
      <button
        type="button"
        class="button"
        disabled={takesNothing(choice)}
        onClick={() => void exports.start("bundle", choice)}
      >
        {t("actions_export")}
      </button>
    </details>
  );
}

/** The exports of one run for as long as its card is shown; draws anew with each change. */
function useExports(
  background: Background,
  { runId, server }: FoundRun,
): { exports: RunExports; view: ExportsView } | null {
  const shown = useSignal<{ exports: RunExports; view: ExportsView } | null>(null);
  useEffect(() => {
    const life = new AbortController();
    const draw = () => {
      shown.value = { exports, view: exports.view() };
    };
    const exports = new RunExports(background, () => runId, draw, life.signal, server);
    draw();
    return () => life.abort();
  }, [runId, server]);
  return shown.value;
}
