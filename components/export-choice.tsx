import { ChoiceAmount } from "./choice-amount";
import { PresetChoice } from "./preset-choice";
import type { ExportsView, RunExports } from "./run-exports";
import { SeparateRuns } from "./separate-runs";
import { ShareSafe } from "./share-safe";

/** What the user may choose for an export, and how much that is. */
export function ExportChoiceControls({ exports, view }: { exports: RunExports; view: ExportsView }) {
  const { choice, contents, session, policy } = view;
  return (
    <>
      <PresetChoice choice={choice} choose={(chosen) => exports.choose(chosen)} policy={policy} />
      <ShareSafe choice={choice} choose={(chosen) => exports.choose(chosen)} policy={policy} />
      <SeparateRuns
        choice={choice}
        choose={(chosen) => exports.choose(chosen)}
        contents={contents}
        session={session}
      />
      <ChoiceAmount choice={choice} contents={contents} />
    </>
  );
}
