import type { ExportChoice } from "@/core/bundle/presets";
import { t, words } from "@/platform/words";
import type { Contents } from "./run-exports";
import { trusted } from "./trusted";

interface SeparateRunsProps {
  choice: ExportChoice;
  choose: (choice: ExportChoice) => void;
  contents: Contents | null;
  /** They ran in this browser session. */
  session: boolean;
}

/** Whether runs that this one started come along; asked only where there are some. */
export function SeparateRuns({ choice, choose, contents, session }: SeparateRunsProps) {
  if (!contents || contents.separateRuns === 0) return null;
  return (
    <label class="pick">
      <input
        type="checkbox"
        checked={choice.separateRuns}
        onChange={trusted(() => choose({ ...choice, separateRuns: !choice.separateRuns }))}
      />
      <span>
        {t(
          session ? "actions_sessionRuns" : "actions_separateRuns",
          words.count("count_runs", contents.separateRuns),
        )}
      </span>
    </label>
  );
}
