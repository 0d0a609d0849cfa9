import { useEffect, useMemo, useRef } from "preact/hooks";
import { t } from "@/platform/words";
import { FinderState } from "./finder-state";
import { FoundResult } from "./found-run";
import { JobList } from "./job-list";
import { keepFocus } from "./keep-focus";
import { Offers } from "./offers";
import { RunsSection } from "./run-list";
import type { FinderSurface } from "./surface";
import { walkByKeys } from "./walk";

/** The popup's and the side panel's content: finds a run, exports it, lists the exports and the recent runs. */
export function Finder({ surface }: { surface: FinderSurface }) {
  const state = useMemo(() => new FinderState(surface), [surface]);
  const root = useRef<HTMLElement>(null);
  const box = useRef<HTMLInputElement>(null);

  useEffect(() => state.start(), [state]);
  useEffect(() => {
    if (!root.current || !box.current) return;
    const life = new AbortController();
    walkByKeys(root.current, box.current, life.signal);
    keepFocus(root.current, box.current, life.signal);
    return () => life.abort();
  }, []);

  const { found, text, notice } = state;
  const shown = found.value.kind === "run" ? found.value.runId : null;
  return (
    <main class="finder" ref={root}>
      <header class="mark">
        <img src="/icon/128.png" alt="" />
        <h1>{t("popup_title")}</h1>
        <SidePanelButton surface={surface} />
        <button type="button" class="plain" onClick={() => state.openOptions()}>
          {t("popup_options")}
        </button>
      </header>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          state.findTyped();
        }}
      >
        <label for="run">{t("popup_runIdOrLink")}</label>
        <div class="with-button">
          <input
            id="run"
            ref={box}
            class="text"
            type="text"
            autocomplete="off"
            spellcheck={false}
            // A popup opens to be typed in.
            autofocus
            placeholder={t("popup_runIdExample")}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
          <button type="submit" class="button strong" aria-busy={found.value.kind === "looking"}>
            {t("popup_lookUp")}
          </button>
        </div>
        <Offers state={state} />
      </form>
      {notice.value !== null && (
        <p role="alert" class="bad">
          {notice.value}
        </p>
      )}
      <FoundResult state={state} />
      <JobList state={state} except={shown} />
      <RunsSection state={state} />
      <footer class="quiet">
        <p>{t("popup_keys")}</p>
        <p>{t("options_unofficial")}</p>
      </footer>
    </main>
  );
}

function SidePanelButton({ surface: { openSidePanel } }: { surface: FinderSurface }) {
  if (!openSidePanel) return null;
  const open = () => {
    openSidePanel().then(
      () => window.close(),
      () => {},
    );
  };
  return (
    <button type="button" class="plain" onClick={open}>
      {t("popup_sidePanel")}
    </button>
  );
}
