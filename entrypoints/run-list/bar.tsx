import type { VNode } from "preact";
import { BatchCards } from "@/components/batch-cards";
import { BatchChoicePanel } from "@/components/batch-choice";
import type { BatchExports, BatchExportsView } from "@/components/batch-exports";
import { BundleIcon, CloseIcon, OptionsIcon } from "@/components/icons";
import { JobCards } from "@/components/job-cards";
import { trusted } from "@/components/trusted";
import { takesNothing } from "@/core/bundle/presets";
import { choiceSummary } from "@/core/text/batch-text";
import { t, words } from "@/platform/words";

interface BarProps {
  runIds: string[];
  /** The list has no selection of its own, so it has no bar either. */
  ownBar: boolean;
  open: boolean;
  view: BatchExportsView;
  exports: BatchExports;
  setOpen(open: boolean): void;
  clear(): void;
}

/** The export button for the selected runs, and the panel beside it. */
export function barView(props: BarProps): VNode {
  const { runIds, ownBar, open, view, exports, setOpen, clear } = props;
  const summary = choiceSummary(words, view.chosen);
  const start = () => {
    if (open) setOpen(false);
    void exports.start(runIds);
  };
  return (
    <>
      <div class="row" {...(ownBar ? { role: "toolbar", "aria-label": t("batch_toolbar") } : {})}>
        {ownBar && <span>{t("batch_selected", words.number(runIds.length))}</span>}
        {ownBar && (
          <button type="button" class="plain" aria-label={t("batch_clear")} onClick={trusted(clear)}>
            <CloseIcon />
          </button>
        )}
        <span class="rule" />
        <button
          type="button"
          class="button main"
          aria-busy={view.starting}
          disabled={takesNothing(view.chosen.choice)}
          title={summary === "" ? t("actions_exportBundleHint") : summary}
          onClick={trusted(start)}
        >
          <BundleIcon />
          <span>{words.count("batch_exportRuns", runIds.length)}</span>
        </button>
        <button
          type="button"
          class={summary === "" ? "button square more" : "button more"}
          aria-label={t("actions_moreOptions")}
          title={t("actions_moreOptions")}
          aria-haspopup="dialog"
          aria-expanded={open}
          onClick={trusted(() => setOpen(!open))}
        >
          <OptionsIcon />
          {summary !== "" && <span class="summary">{summary}</span>}
        </button>
      </div>
      <div class="tray" popover="manual" data-filled={open}>
        {open && (
          <div class="panel" role="dialog" aria-label={t("actions_moreOptions")}>
            <button
              type="button"
              class="plain close"
              aria-label={t("actions_close")}
              onClick={trusted(() => setOpen(false))}
            >
              <CloseIcon />
            </button>
            <BatchChoicePanel
              chosen={view.chosen}
              choose={(chosen) => exports.choose(chosen)}
              policy={view.policy}
            />
            <div class="panel-end">
              <button
                type="button"
                class="button strong"
                aria-busy={view.starting}
                disabled={takesNothing(view.chosen.choice)}
                onClick={trusted(start)}
              >
                {t("actions_export")}
              </button>
            </div>
          </div>
        )}
      </div>
    </>
  );
}

interface CardsProps {
  view: BatchExportsView;
  exports: BatchExports;
}

/** What went wrong, and the exports of several runs. */
export function cardsView({ view, exports }: CardsProps): VNode {
  return (
    <section class="cards" aria-label={t("batch_cards")}>
      {view.notice !== null && (
        <div class="notice" role="alert">
          <p>{t(view.notice)}</p>
          <button
            type="button"
            class="plain close"
            aria-label={t("actions_close")}
            onClick={trusted(() => exports.dismissNotice())}
          >
            <CloseIcon />
          </button>
        </div>
      )}
      <BatchCards batches={view.batches} actions={exports} />
      <JobCards jobs={view.jobs} actions={exports} />
    </section>
  );
}
