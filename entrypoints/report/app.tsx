import { useLayoutEffect, useRef } from "preact/hooks";
import type { ReportKey } from "@/core/report/page";
import { Files } from "./files";
import { Logs } from "./logs";
import { Network } from "./network";
import { durationOf, Overview } from "./overview";
import { Status } from "./pieces";
import { type ReportState, TABS, type Tab } from "./report-state";
import { SearchResults } from "./search-results";
import { switchTheme } from "./theme";
import { Timeline } from "./timeline";
import { t, words } from "./words";

const TAB_NAMES: Record<Tab, ReportKey> = {
  overview: "report_overview",
  timeline: "report_timeline",
  network: "report_network",
  logs: "report_logs",
  files: "report_files",
};
const KEYS: readonly (readonly [string, ReportKey])[] = [
  ["/", "report_keySearch"],
  ["1 – 5", "report_keyTabs"],
  ["↑ ↓ / j k", "report_keyWalk"],
  ["← →", "report_keyPictures"],
  ["f, F", "report_keyFailed"],
  ["?", "report_keyHelp"],
  ["Esc", "report_keyClose"],
];

/** The whole report. */
export function App({ state }: { state: ReportState }) {
  const search = useRef<HTMLInputElement>(null);
  // With the page, not after it: a key that is pressed as soon as there is something to see must count.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event, state, search.current);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [state]);
  const tab = state.tab.value;
  // A narrow screen has not room for all of them.
  useLayoutEffect(() => {
    document.getElementById(`tab-${tab}`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [tab]);
  const { run, counts } = state.data;
  const seconds = durationOf(state);
  return (
    <>
      <header class="top">
        <div class="heading">
          <h1>{run.title ?? run.id}</h1>
          <Status status={run.status} />
          <span class="quiet">
            {[seconds === null ? null : words.duration(seconds), words.count("count_files", counts.written)]
              .filter(Boolean)
              .join(" · ")}
          </span>
          {counts.missing > 0 && (
            <span class="status bad">{`${t("report_missing")}: ${counts.missing}`}</span>
          )}
          <span class="spread" />
          <input
            ref={search}
            type="search"
            class="search"
            aria-label={t("report_search")}
            placeholder={t("report_searchHint")}
            value={state.query.value}
            onInput={(event) => {
              state.query.value = event.currentTarget.value;
            }}
          />
          <button
            type="button"
            class="button"
            aria-label={t("report_theme")}
            title={t("report_theme")}
            onClick={switchTheme}
          >
            ◐
          </button>
          <button
            type="button"
            class="button"
            aria-label={t("report_help")}
            title={t("report_help")}
            onClick={() => {
              state.help.value = true;
            }}
          >
            ?
          </button>
        </div>
        <div class="tabs" role="tablist" aria-label={run.title ?? run.id}>
          {TABS.map((tab) => (
            <button
              key={tab}
              type="button"
              role="tab"
              id={`tab-${tab}`}
              aria-selected={tab === state.tab.value}
              aria-controls="view"
              onClick={() => show(state, tab)}
            >
              {t(TAB_NAMES[tab])}
            </button>
          ))}
        </div>
      </header>
      <main>
        <div id="view" role="tabpanel" aria-labelledby={`tab-${state.tab.value}`}>
          {state.query.value.trim() === "" ? <View state={state} /> : <SearchResults state={state} />}
        </div>
      </main>
      {state.help.value && <Help state={state} />}
    </>
  );
}

function View({ state }: { state: ReportState }) {
  switch (state.tab.value) {
    case "overview":
      return <Overview state={state} />;
    case "timeline":
      return <Timeline state={state} />;
    case "network":
      return <Network state={state} />;
    case "logs":
      return <Logs state={state} />;
    case "files":
      return <Files state={state} />;
  }
}

function Help({ state }: { state: ReportState }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const close = () => {
    state.help.value = false;
  };
  return (
    <dialog ref={dialog} aria-label={t("report_help")} onClose={close}>
      <h2>{t("report_help")}</h2>
      <dl class="facts">
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(meaning)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="button" onClick={close}>
        {t("report_close")}
      </button>
    </dialog>
  );
}

function show(state: ReportState, tab: Tab): void {
  state.query.value = "";
  state.tab.value = tab;
}

function onKey(event: KeyboardEvent, state: ReportState, search: HTMLInputElement | null): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target === search) {
    state.query.value = "";
    search?.blur();
    return;
  }
  // What is on the screen counts: a dialog that is closed says so to our state only a moment later.
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const action = keyAction(event.key, state, search);
  if (!action) return;
  event.preventDefault();
  action();
}

function keyAction(key: string, state: ReportState, search: HTMLInputElement | null): (() => void) | null {
  const tab = TABS[Number(key) - 1];
  if (tab) return () => show(state, tab);
  if (key === "/") return () => search?.focus();
  if (key === "?")
    return () => {
      state.help.value = true;
    };
  if (key === "f") return () => state.walkFailed(1);
  if (key === "F") return () => state.walkFailed(-1);
  if (state.tab.value !== "timeline") return null;
  if (key === "ArrowDown" || key === "j") return () => state.walk(1);
  if (key === "ArrowUp" || key === "k") return () => state.walk(-1);
  if (key === "ArrowRight") return () => state.walkPictures(1);
  if (key === "ArrowLeft") return () => state.walkPictures(-1);
  return null;
}

/** Fields and players have keys of their own; boxes to tick have none but the space bar. */
function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target instanceof HTMLVideoElement;
}
