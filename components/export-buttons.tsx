import type { ExportMode } from "@/core/jobs/job";
import { t } from "@/platform/words";
import { BundleIcon, FolderIcon } from "./icons";
import { trusted } from "./trusted";

/** The two exports of everything: as a folder and as one ZIP. */
export function ExportButtons({ start, busy }: { start: (mode: ExportMode) => void; busy: boolean }) {
  return (
    <>
      <button
        type="button"
        class="button main"
        aria-label={t("actions_downloadAll")}
        title={t("actions_downloadAllHint")}
        aria-busy={busy}
        onClick={trusted(() => start("folder"))}
      >
        <FolderIcon />
        <span>{t("actions_downloadAll")}</span>
      </button>
      <button
        type="button"
        class="button main"
        aria-label={t("actions_exportBundle")}
        title={t("actions_exportBundleHint")}
        aria-busy={busy}
        onClick={trusted(() => start("bundle"))}
      >
        <BundleIcon />
        <span>{t("actions_exportBundle")}</span>
      </button>
    </>
  );
}
