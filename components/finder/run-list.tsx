import { useEffect, useRef } from "preact/hooks";
import { serverName } from "@/core/settings/servers";
import { type HistoryItem, RUN_STATUSES, SHORTEST_SEARCH } from "@/core/skyvern/history";
import { formatAgo, formatMoment } from "@/core/text/moments";
import { statusText } from "@/core/text/status-text";
import { t, words } from "@/platform/words";
import { type FinderState, isShut, type RunList } from "./finder-state";

/** Typing rests for so long before the API is asked. */
const PAUSE_MS = 300;

/** The organization's runs, newest first: searched by title or ID, filtered by status, a page at a time. */
export function RunsSection({ state }: { state: FinderState }) {
  const { search, status, runs } = state;
  const pause = useRef(0);
  useEffect(() => () => clearTimeout(pause.current), []);
  const typed = search.value.trim();
  const searchSoon = (text: string) => {
    const before = sent(search.value);
    search.value = text;
    clearTimeout(pause.current);
    if (sent(text) !== before) pause.current = window.setTimeout(() => void state.list(), PAUSE_MS);
  };
  const short = typed !== "" && sent(typed) === "";
  return (
    <section class="stack" aria-label={t("popup_runs")}>
      <h2>{t("popup_runs")}</h2>
      <search class="filters">
        <input
          class="text"
          type="search"
          aria-label={t("popup_searchRuns")}
          placeholder={t("popup_searchExample")}
          autocomplete="off"
          spellcheck={false}
          value={search.value}
          onInput={(event) => searchSoon(event.currentTarget.value)}
        />
        <select
          class="text"
          aria-label={t("popup_status")}
          value={status.value ?? ""}
          onChange={(event) => {
            status.value = event.currentTarget.value || null;
            void state.list();
          }}
        >
          <option value="">{t("popup_anyStatus")}</option>
          {RUN_STATUSES.map((each) => (
            <option key={each} value={each}>
              {statusText(words, each)}
            </option>
          ))}
        </select>
      </search>
      <ServerChoice state={state} />
      {short && <p class="quiet">{t("popup_searchShort")}</p>}
      <ul class="rows" aria-busy={runs.value.loading}>
        {runs.value.items.map((item) => (
          <RunRow key={item.runId} item={item} state={state} />
        ))}
      </ul>
      <ListEnd list={runs.value} state={state} filtered={typed !== "" || status.value !== null} />
    </section>
  );
}

/** Whose runs are listed; asked only where there are several. */
function ServerChoice({ state }: { state: FinderState }) {
  const { servers, server } = state;
  if (servers.value.length < 2) return null;
  return (
    <select
      class="text"
      aria-label={t("popup_server")}
      value={server.value ?? ""}
      onChange={(event) => {
        server.value = event.currentTarget.value;
        void state.list();
      }}
    >
      {servers.value.map((each) => (
        <option key={each.apiAddress} value={each.apiAddress}>
          {serverName(each)}
        </option>
      ))}
    </select>
  );
}

function sent(text: string): string {
  const typed = text.trim();
  return typed.length < SHORTEST_SEARCH ? "" : typed;
}

function RunRow({ item, state }: { item: HistoryItem; state: FinderState }) {
  const { runId, title, status, createdAt } = item;
  return (
    <li class="row">
      <button
        type="button"
        class="row-main"
        data-walk
        onClick={() => void state.find(runId, state.server.value)}
      >
        <span class="clip name" title={title ?? runId}>
          {title ?? runId}
        </span>
        <span class="clip quiet">
          {status !== null && (
            <span class="status" data-status={status}>
              {statusText(words, status)}
            </span>
          )}
          {createdAt !== null && (
            <time title={formatMoment(words.locale, createdAt)}>
              {formatAgo(words.locale, createdAt, Date.now())}
            </time>
          )}
          {title !== null && <code>{runId}</code>}
        </span>
      </button>
    </li>
  );
}

interface ListEndProps {
  list: RunList;
  state: FinderState;
  filtered: boolean;
}

/** What stands below the rows: trouble, nothing found, or the way to more. */
function ListEnd({ list, state, filtered }: ListEndProps) {
  if (list.trouble && isShut(list.trouble)) return null;
  if (list.trouble)
    return (
      <div role="alert" class="stack">
        <p class="bad">{list.trouble.message}</p>
        <button type="button" class="button small" onClick={() => void state.list()}>
          {t("job_tryAgain")}
        </button>
      </div>
    );
  if (list.loading && list.items.length === 0) return <p class="quiet">{t("popup_loadingRuns")}</p>;
  if (list.items.length === 0)
    return (
      <p class="quiet" role="status">
        {filtered ? t("popup_noRunsFound") : t("popup_noRuns")}
      </p>
    );
  if (!list.more) return list.page >= 50 ? <p class="quiet">{t("popup_endOfRuns")}</p> : null;
  return (
    <button
      type="button"
      class="button small"
      aria-busy={list.loading}
      onClick={() => {
        if (!list.loading) void state.list(true);
      }}
    >
      {t("popup_moreRuns")}
    </button>
  );
}
