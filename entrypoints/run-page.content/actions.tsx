import type { VNode } from "preact";
import { ExportButtons } from "@/components/export-buttons";
import { BundleIcon, OptionsIcon } from "@/components/icons";
import type { RunExports } from "@/components/run-exports";
import { trusted } from "@/components/trusted";
import { EVERYTHING, type ExportChoice } from "@/core/bundle/presets";
import type { ExportMode } from "@/core/jobs/job";
import { t } from "@/platform/words";
import { CloseButton } from "./close-button";
import type { TrayView } from "./tray-view";

export interface ActionsProps {
  /** The options panel is open. */
  open: boolean;
  exports: RunExports;
  /** The panel and the jobs, once they are there. */
  tray: TrayView | null;
  setOpen(open: boolean): void;
}

/** The buttons and, in the tray beside them, what went wrong, the options panel and the jobs. */
export function actionsView({ open, exports, tray, setOpen }: ActionsProps): VNode {
  const { jobs, notice, starting, session } = exports.view();
  const start = (mode: ExportMode, choice: ExportChoice = EVERYTHING) => {
    // The job's card comes in the place of the panel; the focus goes back to where the panel was opened.
    if (open) setOpen(false);
    void exports.start(mode, choice);
  };
  const filled = notice !== null || (tray !== null && (open || jobs.length > 0));
  const parts = tray?.({ open, exports, start, close: () => setOpen(false) });
  return (
    <>
      <div class="row">
        <ExportButtons start={start} busy={starting} session={session} />
        <button
          type="button"
          class="button square more"
          aria-label={t("actions_moreOptions")}
          title={t("actions_moreOptions")}
          aria-haspopup="dialog"
          aria-expanded={open}
          onClick={trusted(() => {
            if (!open) exports.askContents();
            setOpen(!open);
          })}
        >
          <OptionsIcon class="icon not-alone" />
          <BundleIcon class="icon alone" />
        </button>
      </div>
      <div class="tray" popover="manual" data-filled={filled}>
        {parts?.panel}
        {notice !== null && (
          <div class="notice" role="alert">
            <p>{t(notice)}</p>
            <CloseButton close={() => exports.dismissNotice()} />
          </div>
        )}
        {parts?.jobs}
      </div>
    </>
  );
}
