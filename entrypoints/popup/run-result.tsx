import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { AgentRuns } from "@/components/agent-runs";
import { ChoiceAmount } from "@/components/choice-amount";
import { ExportButtons } from "@/components/export-buttons";
import { JobCards } from "@/components/job-cards";
import { PresetChoice } from "@/components/preset-choice";
import { type Background, type ExportsView, RunExports } from "@/components/run-exports";
import { SeparateRuns } from "@/components/separate-runs";
import { ShareSafe } from "@/components/share-safe";
import { amountsByGroup } from "@/core/bundle/contents";
import { EVERYTHING, takesNothing } from "@/core/bundle/presets";
import type { AskAnswer } from "@/platform/messages";
import { t, words } from "@/platform/words";

type LookUpAnswer = AskAnswer["look-up"];
type FoundRun = Extract<LookUpAnswer, { kind: "run" }>;

/** Where a look-up stands. */
export type LookUp = { kind: "nothing" } | { kind: "looking" } | LookUpAnswer;

interface RunResultProps {
  found: LookUp;
  background: Background;
  openOptions: () => void;
}

/** What the look-up came to; for a run also its exports. */
export function RunResult({ found, background, openOptions }: RunResultProps) {
  switch (found.kind) {
    case "nothing":
      return null;
    case "looking":
      return <p class="quiet">{t("popup_lookingUp")}</p>;
    case "error":
      return (
        <p role="alert" class="bad">
          {found.message}
        </p>
      );
    case "no-key":
      return (
        <div role="alert" class="card stack">
          <p>{t("popup_noKey")}</p>
          <button type="button" class="button" onClick={openOptions}>
            {t("popup_openOptions")}
          </button>
        </div>
      );
    case "run":
      return <RunCard key={found.server + found.runId} run={found} background={background} />;
  }
}

function RunCard({ run, background }: { run: FoundRun; background: Background }) {
  const followed = useExports(background, run);
  return (
    <section class="card stack" aria-label={run.title ?? t("popup_untitled")}>
      <div>
        <h2>{run.title ?? t("popup_untitled")}</h2>
        <p class="quiet">
          {run.status !== null && `${run.status} · `}
          <code>{run.runId}</code>
        </p>
      </div>
      <Counts amounts={run.amounts} />
      {followed && <Exports {...followed} />}
      <AgentRuns background={background} server={run.server} runId={run.runId} />
    </section>
  );
}

function Exports({ exports, view }: { exports: RunExports; view: ExportsView }) {
  return (
    <>
      <div class="buttons">
        <ExportButtons start={(mode) => void exports.start(mode, EVERYTHING)} busy={view.starting} />
        <button type="button" class="button" onClick={() => exports.preview()}>
          {t("actions_preview")}
        </button>
      </div>
      <MoreOptions exports={exports} view={view} />
      {view.notice !== null && <p role="alert">{t(view.notice)}</p>}
      <JobCards jobs={view.jobs} actions={exports} />
    </>
  );
}

/** How many files there are of each group, with their known sizes. */
function Counts({ amounts }: { amounts: FoundRun["amounts"] }) {
  const rows = amountsByGroup(EVERYTHING, amounts);
  if (rows.length === 0) return <p class="quiet">{t("popup_noArtifacts")}</p>;
  return (
    <dl class="counts">
      {rows.map(({ label, files, bytes }) => (
        <div key={label}>
          <dt>{t(label)}</dt>
          <dd>
            {words.number(files)} {bytes > 0 && <span class="quiet">{words.bytes(bytes)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function MoreOptions({ exports, view }: { exports: RunExports; view: ExportsView }) {
  const { choice, contents } = view;
  return (
    <details
      onToggle={(event) => {
        if (event.currentTarget.open) exports.askContents();
      }}
    >
      <summary>{t("actions_moreOptions")}</summary>
      <PresetChoice choice={choice} choose={(chosen) => exports.choose(chosen)} />
      <ShareSafe choice={choice} choose={(chosen) => exports.choose(chosen)} />
      <SeparateRuns choice={choice} choose={(chosen) => exports.choose(chosen)} contents={contents} />
      <ChoiceAmount choice={choice} contents={contents} />
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
