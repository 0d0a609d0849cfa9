import type { ExportMode } from "@/core/jobs/job";
import { actionWords } from "@/core/text/words";
import { BundleIcon, FolderIcon } from "./icons";
import { trusted } from "./trusted";

/** The two exports of everything: as a folder and as one ZIP. */
export function ExportButtons({ start, busy }: { start: (mode: ExportMode) => void; busy: boolean }) {
  return (
    <>
      <button
        type="button"
        class="button main"
        aria-label={actionWords.downloadAll}
        title={actionWords.downloadAllHint}
        aria-busy={busy}
        onClick={trusted(() => start("folder"))}
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
        onClick={trusted(() => start("bundle"))}
      >
        <BundleIcon />
        <span>{actionWords.exportBundle}</span>
      </button>
    </>
  );
}
