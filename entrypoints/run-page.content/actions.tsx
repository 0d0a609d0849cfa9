import type { VNode } from "preact";
import { ChoiceAmount } from "@/components/choice-amount";
import { ExportButtons } from "@/components/export-buttons";
import { BundleIcon, CloseIcon, OptionsIcon } from "@/components/icons";
import { JobCards } from "@/components/job-cards";
import { PresetChoice } from "@/components/preset-choice";
import type { RunExports } from "@/components/run-exports";
import { SeparateRuns } from "@/components/separate-runs";
import { ShareSafe } from "@/components/share-safe";
import { trusted } from "@/components/trusted";
import { WatchOffer } from "@/components/watch-offer";
import { EVERYTHING, type ExportChoice, takesNothing } from "@/core/bundle/presets";
import type { ExportMode } from "@/core/jobs/job";
import { t } from "@/platform/words";

export interface ActionsProps {
  /** The options panel is open. */
  open: boolean;
  exports: RunExports;
  setOpen(open: boolean): void;
}

/** The buttons and, in the tray beside them, the options panel, what went wrong and the jobs. */
export function actionsView(props: ActionsProps): VNode {
  const { open, exports, setOpen } = props;
  const { jobs, notice, starting } = exports.view();
  const start = (mode: ExportMode, choice: ExportChoice = EVERYTHING) => {
    // The job's card comes in the place of the panel; the focus goes back to where the panel was opened.
    if (open) setOpen(false);
    void exports.start(mode, choice);
  };
  return (
    <>
      <div class="row">
        <ExportButtons start={start} busy={starting} />
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
      <div class="tray" popover="manual" data-filled={open || notice !== null || jobs.length > 0}>
        {open && notice !== "actions_outdated" && (
          <OptionsPanel exports={exports} start={start} close={() => setOpen(false)} />
        )}
        {notice !== null && (
          <div class="notice" role="alert">
            <p>{t(notice)}</p>
            <CloseButton close={() => exports.dismissNotice()} />
          </div>
        )}
        <JobCards jobs={jobs} actions={exports} />
        {!open && jobs.length > 0 && <WatchOffer view={exports.view()} actions={exports} />}
      </div>
    </>
  );
}

interface OptionsPanelProps {
  exports: RunExports;
  start(mode: ExportMode, choice?: ExportChoice): void;
  close(): void;
}

function OptionsPanel({ exports, start, close }: OptionsPanelProps) {
  const { choice, contents, starting } = exports.view();
  return (
    <div class="panel" role="dialog" aria-label={t("actions_moreOptions")}>
      <CloseButton close={close} />
      {/* Shown in the one-button form alone: there these are a menu's items. */}
      <div class="menu">
        <ExportButtons start={start} busy={starting} />
      </div>
      <PresetChoice choice={choice} choose={(chosen) => exports.choose(chosen)} />
      <ShareSafe choice={choice} choose={(chosen) => exports.choose(chosen)} />
      <SeparateRuns choice={choice} choose={(chosen) => exports.choose(chosen)} contents={contents} />
      <ChoiceAmount choice={choice} contents={contents} />
      <WatchOffer view={exports.view()} actions={exports} />
      <div class="panel-end">
        <button type="button" class="button" onClick={trusted(() => exports.preview())}>
          {t("actions_preview")}
        </button>
        <button
          type="button"
          class="button strong"
          aria-busy={starting}
          disabled={takesNothing(choice)}
          onClick={trusted(() => start("bundle", choice))}
        >
          {t("actions_export")}
        </button>
      </div>
    </div>
  );
}

function CloseButton({ close }: { close: () => void }) {
  return (
    <button type="button" class="plain close" aria-label={t("actions_close")} onClick={trusted(close)}>
      <CloseIcon />
    </button>
  );
}
