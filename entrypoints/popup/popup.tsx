import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Background } from "@/components/run-exports";
import { runIdIn } from "@/core/skyvern/ids";
import { t } from "@/platform/words";
import { RecentJobs } from "./recent-jobs";
import { type LookUp, RunResult } from "./run-result";

interface PopupProps {
  background: Background;
  tabRun: () => Promise<{ runId: string; server: string } | null>;
}

/** Finds a run by its ID or a link, exports it, and lists what is being exported. */
export function Popup({ background, tabRun }: PopupProps) {
  const text = useSignal("");
  const found = useSignal<LookUp>({ kind: "nothing" });

  /** @param server the one that is meant where the text doesn't say */
  const lookUp = async (server?: string) => {
    const asked = text.value.trim();
    if (runIdIn(asked) === null) {
      found.value = { kind: "error", message: t("popup_noId") };
      return;
    }
    found.value = { kind: "looking" };
    try {
      const answer = await background.ask({ to: "background", type: "look-up", server, text: asked });
      // An answer to an older question is dropped.
      if (asked === text.value.trim()) found.value = answer;
    } catch {
      found.value = { kind: "error", message: t("popup_noAnswer") };
    }
  };

  useEffect(() => {
    void tabRun().then(
      (run) => {
        if (run === null || text.value !== "") return;
        text.value = run.runId;
        void lookUp(run.server);
      },
      () => {},
    );
  }, []);

  const openOptions = () => {
    const server = found.value.kind === "no-key" ? found.value.server : undefined;
    background.ask({ to: "background", type: "open-options", server }).then(
      () => window.close(),
      () => {},
    );
  };

  return (
    <>
      <header class="mark">
        <img src="/icon/128.png" alt="" />
        <h1>{t("popup_title")}</h1>
        <button type="button" class="plain end" onClick={openOptions}>
          {t("popup_options")}
        </button>
      </header>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          void lookUp();
        }}
      >
        <label for="run">{t("popup_runIdOrLink")}</label>
        <div class="with-button">
          <input
            id="run"
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
      </form>
      <RunResult found={found.value} background={background} openOptions={openOptions} />
      <RecentJobs background={background} except={found.value.kind === "run" ? found.value.runId : null} />
      <footer class="quiet">{t("options_unofficial")}</footer>
    </>
  );
}
