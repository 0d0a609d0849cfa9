import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ExportButtons } from "@/components/export-buttons";
import { JobCards } from "@/components/job-cards";
import { PresetChoice } from "@/components/preset-choice";
import { type Background, type ExportsView, RunExports } from "@/components/run-exports";
import { EVERYTHING, type ExportChoice } from "@/core/bundle/presets";
import { groupDigits } from "@/core/text/format";
import { actionWords, popupWords as words } from "@/core/text/words";
import type { AskAnswer } from "@/platform/messages";

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
      return <p class="quiet">{words.lookingUp}</p>;
    case "error":
      return (
        <p role="alert" class="bad">
          {found.message}
        </p>
      );
    case "no-key":
      return (
        <div role="alert" class="card stack">
          <p>{words.noKey}</p>
          <button type="button" class="button" onClick={openOptions}>
            {words.openOptions}
          </button>
        </div>
      );
    case "run":
      return <RunCard key={found.runId} run={found} background={background} />;
  }
}

function RunCard({ run, background }: { run: FoundRun; background: Background }) {
  const followed = useExports(background, run.runId);
  return (
    <section class="card stack" aria-label={run.title ?? words.untitled}>
      <div>
        <h2>{run.title ?? words.untitled}</h2>
        <p class="quiet">
          {run.status !== null && `${run.status} · `}
          <code>{run.runId}</code>
        </p>
      </div>
      <Counts counts={run.counts} />
      {followed && <Exports {...followed} />}
    </section>
  );
}

function Exports({ exports, view }: { exports: RunExports; view: ExportsView }) {
  return (
    <>
      <div class="buttons">
        <ExportButtons start={(mode) => void exports.start(mode, EVERYTHING)} busy={view.starting} />
      </div>
      <MoreOptions exports={exports} choice={view.choice} />
      {view.notice !== null && <p role="alert">{view.notice}</p>}
      <JobCards jobs={view.jobs} actions={exports} />
    </>
  );
}

function Counts({ counts }: { counts: FoundRun["counts"] }) {
  const some = counts.filter(({ count }) => count > 0);
  if (some.length === 0) return <p class="quiet">{words.noArtifacts}</p>;
  return (
    <dl class="counts">
      {some.map(({ label, count }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{groupDigits(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

function MoreOptions({ exports, choice }: { exports: RunExports; choice: ExportChoice }) {
  return (
    <details>
      <summary>{actionWords.moreOptions}</summary>
      <PresetChoice choice={choice} choose={(chosen) => exports.choose(chosen)} />
      <button type="button" class="button" onClick={() => void exports.start("bundle", choice)}>
        {actionWords.export}
      </button>
    </details>
  );
}

/** The exports of one run for as long as its card is shown; draws anew with each change. */
function useExports(
  background: Background,
  runId: string,
): { exports: RunExports; view: ExportsView } | null {
  const shown = useSignal<{ exports: RunExports; view: ExportsView } | null>(null);
  useEffect(() => {
    const life = new AbortController();
    const draw = () => {
      shown.value = { exports, view: exports.view() };
    };
    const exports = new RunExports(background, () => runId, draw, life.signal);
    draw();
    return () => life.abort();
  }, [runId]);
  return shown.value;
}
