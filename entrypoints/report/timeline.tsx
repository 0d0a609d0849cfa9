import type { ReportItem } from "@/core/report/report-data";
import { Details } from "./details";
import { Picture, Status } from "./pieces";
import { Recording } from "./recording";
import type { ReportState } from "./report-state";
import { VirtualList } from "./virtual-list";
import { t, words } from "./words";

const ROW_HEIGHT = 36;
const THUMB_WIDTH = 148;

/** The run step by step: a list to walk, and what the chosen item left. */
export function Timeline({ state }: { state: ReportState }) {
  const { timeline } = state.data;
  if (timeline.length === 0) return <p class="empty">{t("report_noTimeline")}</p>;
  const chosen = timeline[state.item.value];
  return (
    <div class="timeline">
      <Filmstrip state={state} />
      <div class="panes">
        <div class="side">
          <VirtualList
            count={timeline.length}
            size={ROW_HEIGHT}
            current={state.item.value}
            attributes={{
              class: "list",
              role: "listbox",
              tabIndex: 0,
              "aria-label": t("report_timeline"),
              "aria-activedescendant": `item-${state.item.value}`,
            }}
            row={(index) => <Row state={state} index={index} />}
          />
          <Recording state={state} />
        </div>
        <div class="details">{chosen && <Details key={state.item.value} state={state} item={chosen} />}</div>
      </div>
    </div>
  );
}

function Row({ state, index }: { state: ReportState; index: number }) {
  const item = state.data.timeline[index];
  if (!item) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself is walked by the arrow keys
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names its active row
    <div
      id={`item-${index}`}
      class={`item ${item.kind}${item.failed ? " failed" : ""}`}
      role="option"
      aria-selected={index === state.item.value}
      style={{ paddingInlineStart: `${12 + Math.min(item.depth, 8) * 16}px` }}
      onClick={() => state.choose(index)}
    >
      <span class="mark" aria-hidden="true" />
      <span class="title">{item.title}</span>
      {item.iteration && (
        <span class="tag">{t("report_iteration", words.number(item.iteration.index + 1))}</span>
      )}
      {item.kind === "thought" && item.subtype && (
        <span class="quiet kind">{item.subtype.replaceAll("_", " ")}</span>
      )}
      <span class="spread" />
      {item.seconds !== null && <span class="quiet">{shortSeconds(item)}</span>}
      {item.failed && <Status status={item.status ?? "failed"} />}
    </div>
  );
}

function shortSeconds({ seconds }: ReportItem): string {
  if (seconds === null) return "";
  return seconds < 10 ? t("unit_seconds", words.tenths(seconds)) : words.duration(seconds);
}

function Filmstrip({ state }: { state: ReportState }) {
  const pictures = state.pictured.value;
  if (pictures.length === 0) return null;
  const current = pictures.findIndex(({ item }) => item >= state.item.value);
  return (
    <VirtualList
      horizontal
      count={pictures.length}
      size={THUMB_WIDTH}
      current={current}
      attributes={{ class: "film", role: "group", "aria-label": t("report_filmstrip") }}
      row={(index) => {
        const picture = pictures[index];
        const item = picture && state.data.timeline[picture.item];
        if (!picture || !item) return null;
        return (
          <button
            type="button"
            class="thumb"
            tabIndex={-1}
            aria-pressed={picture.item === state.item.value}
            title={item.title}
            onClick={() => state.choose(picture.item)}
          >
            <Picture state={state} index={picture.file} alt={item.title} />
          </button>
        );
      }}
    />
  );
}
