import { actionWords } from "@/core/text/words";
import { BundleIcon, FolderIcon } from "./icons";
import type { RunExports } from "./run-exports";
import { trusted } from "./trusted";

/** The two exports of everything: as a folder and as one ZIP. */
export function ExportButtons({ exports, busy }: { exports: Pick<RunExports, "start">; busy: boolean }) {
  return (
    <>
      <button
        type="button"
        class="button main"
        aria-label={actionWords.downloadAll}
        title={actionWords.downloadAllHint}
        aria-busy={busy}
        onClick={trusted(() => void exports.start("folder", "everything"))}
      >
        <FolderIcon />
        <span>{actionWords.downloadAll}</span>
      </button>
      <button
        type="button"
        class="button main"
        aria-label={actionWords.exportBundle}
        title={actionWords.exportBundleHint}
        aria-busy={busy}
        onClick={trusted(() => void exports.start("bundle", "everything"))}
      >
        <BundleIcon />
        <span>{actionWords.exportBundle}</span>
      </button>
    </>
  );
}
