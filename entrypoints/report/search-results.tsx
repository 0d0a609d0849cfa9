import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Hit, hitsIn } from "@/core/report/search";
import type { ReportState } from "./report-state";
import { t } from "./words";

interface Result {
  title: string;
  hit: Hit;
  open: () => void;
}

const MOST_RESULTS = 200;
const PER_FILE = 3;
const WAIT_MS = 200;

/** Looks through steps, file names and every text in the report. */
export function SearchResults({ state }: { state: ReportState }) {
  const results = useSignal<Result[]>([]);
  const busy = useSignal(true);
  const query = state.query.value;
  useEffect(() => {
    const life = new AbortController();
    results.value = [];
    busy.value = true;
    const timer = setTimeout(() => {
      void search(state, query, life.signal, (found) => {
        results.value = [...results.value, ...found].slice(0, MOST_RESULTS);
      }).then(() => {
        if (!life.signal.aborted) busy.value = false;
      });
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      life.abort();
    };
  }, [query]);
  return (
    <section class="card results" aria-label={t("report_hits")}>
      <div class="row">
        <h2>{t("report_hits")}</h2>
        <span role="status" class="quiet">
          {busy.value
            ? t("report_searching")
            : results.value.length === 0
              ? t("report_noHits")
              : String(results.value.length)}
        </span>
        <span class="spread" />
        <button
          type="button"
          class="button"
          onClick={() => {
            state.query.value = "";
          }}
        >
          {t("report_closeSearch")}
        </button>
      </div>
      <ul class="plain-list">
        {results.value.map(({ title, hit, open }, index) => (
          <li key={index}>
            <button type="button" class="hit" onClick={open}>
              <strong>{title}</strong>
              <span>
                {hit.before}
                <mark>{hit.match}</mark>
                {hit.after}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

async function search(
  state: ReportState,
  query: string,
  signal: AbortSignal,
  found: (results: Result[]) => void,
): Promise<void> {
  const { timeline, files } = state.data;
  const open = (show: () => void) => () => {
    state.query.value = "";
    show();
  };
  found(
    timeline.flatMap(({ title, texts }, index) =>
      hitsIn([title, ...texts.map(({ text }) => text)].join(" · "), query, 1).map((hit) => ({
        title,
        hit,
        open: open(() => {
          state.choose(index);
          state.tab.value = "timeline";
        }),
      })),
    ),
  );
  let count = 0;
  for (const [index, { path, chunks, kind }] of files.entries()) {
    if (signal.aborted || count >= MOST_RESULTS) return;
    const text = chunks && kind !== "binary" ? await state.source.text(index).catch(() => null) : null;
    const hits = [...hitsIn(path, query, 1), ...hitsIn(text ?? "", query, PER_FILE)];
    if (signal.aborted) return;
    if (hits.length === 0) continue;
    count += hits.length;
    found(hits.map((hit) => ({ title: path, hit, open: open(() => state.showFile(index)) })));
  }
}
