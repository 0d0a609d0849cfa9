import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type LogLevel, logLines } from "@/core/report/logs";
import type { ReportKey } from "@/core/report/page";
import { FileLink, FileText, filesWhere, useText } from "./pieces";
import type { ReportState } from "./report-state";
import { VirtualList } from "./virtual-list";
import { t, words } from "./words";

const ROW_HEIGHT = 20;
const LEVELS: readonly LogLevel[] = ["error", "warning", "info", "debug"];

/** Console and Skyvern logs, by level and words. */
export function Logs({ state }: { state: ReportState }) {
  const logs = filesWhere(state.data.files, ({ kind, type }) => kind === "log" || /log/.test(type));
  if (logs.length === 0) return <p class="empty">{t("report_noLogs")}</p>;
  return (
    <div class="stacked">
      {logs.map((index) => (
        <Log key={index} state={state} index={index} />
      ))}
    </div>
  );
}

const LEVEL_NAMES: Record<LogLevel, ReportKey> = {
  error: "report_levelError",
  warning: "report_levelWarning",
  info: "report_levelInfo",
  debug: "report_levelDebug",
};

function Log({ state, index }: { state: ReportState; index: number }) {
  const file = state.data.files[index];
  const text = useText(state, index);
  const filter = useSignal("");
  const hidden = useSignal<readonly LogLevel[]>([]);
  const all = useMemo(() => (text ? logLines(text) : []), [text]);
  const asked = filter.value.toLowerCase();
  const lines = all.filter(
    (line) => !hidden.value.includes(line.level) && (asked === "" || line.text.toLowerCase().includes(asked)),
  );
  if (!file) return null;
  const plain = file.kind === "log" && text;
  return (
    <section class={`card${plain ? " grow" : ""}`} aria-label={file.label}>
      <div class="row">
        <h2>{file.label}</h2>
        <FileLink state={state} index={index} />
        {plain && (
          <input
            type="search"
            aria-label={`${t("report_filter")}: ${file.label}`}
            placeholder={t("report_filter")}
            value={filter.value}
            onInput={(event) => {
              filter.value = event.currentTarget.value;
            }}
          />
        )}
        {plain &&
          LEVELS.map((level) => (
            <label key={level} class="choice">
              <input
                type="checkbox"
                checked={!hidden.value.includes(level)}
                onChange={() => {
                  const others = hidden.value.filter((each) => each !== level);
                  hidden.value = others.length < hidden.value.length ? others : [...others, level];
                }}
              />
              {t(LEVEL_NAMES[level])}{" "}
              <span class="quiet">{words.number(all.filter((line) => line.level === level).length)}</span>
            </label>
          ))}
      </div>
      {plain ? (
        <VirtualList
          count={lines.length}
          size={ROW_HEIGHT}
          attributes={{ class: "table log", role: "group", "aria-label": file.label, tabIndex: 0 }}
          row={(at) => {
            const line = lines[at];
            return (
              <div class={`line ${line?.level ?? ""}`} title={line?.text}>
                <span class="number">{line?.number}</span>
                <span>{line?.text}</span>
              </div>
            );
          }}
        />
      ) : (
        <FileText state={state} index={index} />
      )}
    </section>
  );
}
