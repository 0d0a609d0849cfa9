import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type HarRow, harRows } from "@/core/report/har";
import { JsonTree } from "./json-tree";
import { FileLink, FileText, filesWhere, useText } from "./pieces";
import type { ReportState } from "./report-state";
import { VirtualList } from "./virtual-list";
import { t, words } from "./words";

const ROW_HEIGHT = 30;

/** Every HAR of the run as a table of requests. */
export function Network({ state }: { state: ReportState }) {
  const hars = filesWhere(state.data.files, ({ kind }) => kind === "har");
  if (hars.length === 0) return <p class="empty">{t("report_noHar")}</p>;
  return (
    <div class="stacked">
      {hars.map((index) => (
        <HarTable key={index} state={state} index={index} />
      ))}
    </div>
  );
}

function HarTable({ state, index }: { state: ReportState; index: number }) {
  const text = useText(state, index);
  const filter = useSignal("");
  const chosen = useSignal(-1);
  const all = useMemo(() => (text ? harRows(text) : null), [text]);
  const asked = filter.value.toLowerCase();
  const rows = useMemo(() => (all ?? []).filter((row) => matches(row, asked)), [all, asked]);
  if (text === undefined) return <p class="quiet">…</p>;
  if (!all) return <FileText state={state} index={index} />;
  const end = all.reduce((latest, { start, duration }) => Math.max(latest, start + duration), 1);
  const entry = rows[chosen.value]?.entry;
  return (
    <section class="card grow" aria-label={t("report_network")}>
      <div class="row">
        <input
          type="search"
          aria-label={t("report_filterRequests")}
          placeholder={t("report_filterRequests")}
          value={filter.value}
          onInput={(event) => {
            filter.value = event.currentTarget.value;
            chosen.value = -1;
          }}
        />
        <span class="quiet">{t("report_requests", words.number(rows.length))}</span>
        <FileLink state={state} index={index} />
      </div>
      <div class="request head" aria-hidden="true">
        {[
          t("report_method"),
          t("report_status"),
          t("report_url"),
          t("report_mediaType"),
          t("report_size"),
          t("report_time"),
          t("report_waterfall"),
        ].map((head) => (
          <span key={head}>{head}</span>
        ))}
      </div>
      <VirtualList
        count={rows.length}
        size={ROW_HEIGHT}
        attributes={{ class: "table", role: "group", "aria-label": t("report_network"), tabIndex: 0 }}
        row={(at) => {
          const row = rows[at];
          if (!row) return null;
          return (
            <div>
              <button
                type="button"
                class={`request${row.status >= 400 || row.status === 0 ? " failed" : ""}`}
                aria-expanded={at === chosen.value}
                onClick={() => {
                  chosen.value = at === chosen.value ? -1 : at;
                }}
              >
                <span>{row.method}</span>
                <span>{row.status || "–"}</span>
                <span class="url" title={row.url}>
                  {row.url}
                </span>
                <span>{row.mediaType}</span>
                <span>{row.size === null ? "" : words.bytes(row.size)}</span>
                <span>{t("report_milliseconds", words.number(Math.round(row.duration)))}</span>
                <span class="fall">
                  <span
                    class="bar"
                    style={{
                      insetInlineStart: `${(row.start / end) * 100}%`,
                      width: `${Math.max((row.duration / end) * 100, 0.5)}%`,
                    }}
                  />
                </span>
              </button>
            </div>
          );
        }}
      />
      {entry !== undefined && <JsonTree text={JSON.stringify(entry)} open={2} />}
    </section>
  );
}

function matches({ method, url, status, mediaType }: HarRow, asked: string): boolean {
  return asked === "" || `${method} ${status} ${url} ${mediaType}`.toLowerCase().includes(asked);
}
