import type { VNode } from "preact";
import { ExportButtons } from "@/components/export-buttons";
import { ExportChoiceControls } from "@/components/export-choice";
import { JobCards } from "@/components/job-cards";
import type { RunExports } from "@/components/run-exports";
import { trusted } from "@/components/trusted";
import { WatchOffer } from "@/components/watch-offer";
import { type ExportChoice, takesNothing } from "@/core/bundle/presets";
import type { ExportMode } from "@/core/jobs/job";
import { t } from "@/platform/words";
import { CloseButton } from "./close-button";

export interface TrayProps {
  /** The options panel is open. */
  open: boolean;
  exports: RunExports;
  start(mode: ExportMode, choice?: ExportChoice): void;
  close(): void;
}

/** What stands in the tray: a script of its own (page-tray.ts), loaded when there is something to show. */
export type TrayView = (props: TrayProps) => { panel: VNode | false; jobs: VNode };

declare global {
  /** Left here by `page-tray.ts`, for the content script in the same world. */
  var runpackTray: TrayView | undefined;
}

export function trayView(props: TrayProps): ReturnType<TrayView> {
  const { open, exports } = props;
  const { jobs, notice } = exports.view();
  return {
    panel: open && notice !== "actions_outdated" && <OptionsPanel {...props} />,
    jobs: (
      <>
        <JobCards jobs={jobs} actions={exports} />
        {!open && jobs.length > 0 && <WatchOffer view={exports.view()} actions={exports} />}
      </>
    ),
  };
}

function OptionsPanel({ exports, start, close }: TrayProps) {
  const view = exports.view();
  const { choice, starting, session } = view;
  return (
    <div class="panel" role="dialog" aria-label={t("actions_moreOptions")}>
      <CloseButton close={close} />
      {/* Shown in the one-button form alone: there these are a menu's items. */}
      <div class="menu">
        <ExportButtons start={start} busy={starting} session={session} />
      </div>
      <ExportChoiceControls exports={exports} view={view} />
      <WatchOffer view={view} actions={exports} />
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
