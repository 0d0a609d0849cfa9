import type { ExportMode } from "@/core/jobs/job";
import { t } from "@/platform/words";
import { BundleIcon, FolderIcon } from "./icons";
import { trusted } from "./trusted";

interface ExportButtonsProps {
  start: (mode: ExportMode) => void;
  busy: boolean;
  /** For a browser session, not a run. */
  session: boolean;
}

/** The two exports of everything: as a folder and as one ZIP. */
export function ExportButtons({ start, busy, session }: ExportButtonsProps) {
  const bundle = t(session ? "actions_exportSession" : "actions_exportBundle");
  return (
    <>
      <button
        type="button"
        class="button main"
        aria-label={t("actions_downloadAll")}
        title={t(session ? "actions_downloadSessionHint" : "actions_downloadAllHint")}
        aria-busy={busy}
        onClick={trusted(() => start("folder"))}
      >
        <FolderIcon />
        <span>{t("actions_downloadAll")}</span>
      </button>
      <button
        type="button"
        class="button main"
        aria-label={bundle}
        title={t(session ? "actions_exportSessionHint" : "actions_exportBundleHint")}
        aria-busy={busy}
        onClick={trusted(() => start("bundle"))}
      >
        <BundleIcon />
        <span>{bundle}</span>
      </button>
    </>
  );
}
