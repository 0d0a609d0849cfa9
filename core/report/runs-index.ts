import { durationOf, type RunRow } from "../bundle/runs-csv";
import { errorText } from "../text/error-text";
import type { MessageKey, Words } from "../text/words";

/** Where a run's own report is, from the index; null where it has none. */
export type ReportOf = (row: RunRow) => string | null;

/** What runs come to: how many, with how much, and how many of them with gaps or not exported at all. */
export interface RunTotals {
  runs: number;
  files: number;
  bytes: number;
  lacking: number;
  lost: number;
}

/** The page has no script, and loads nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE = `
:root { color-scheme: light dark; font: 14px/20px system-ui, sans-serif; }
body { max-width: 1200px; margin: 0 auto; padding: 32px 24px; }
h1 { margin: 0 0 4px; font-size: 22px; line-height: 30px; }
p { margin: 0 0 16px; color: light-dark(#475569, #a3b1c6); }
.bad { color: light-dark(#b91c1c, #fca5a5); }
.gaps { color: light-dark(#b45309, #fcd34d); }
div { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 8px 12px; border-bottom: 1px solid light-dark(#e2e8f0, #334155); text-align: start; vertical-align: top; }
th { color: light-dark(#475569, #a3b1c6); font-size: 12px; font-weight: 600; white-space: nowrap; }
td { overflow-wrap: anywhere; }
.number { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
.fixed { white-space: nowrap; }
code { color: light-dark(#475569, #a3b1c6); font-size: 12px; }
a { color: light-dark(#1d4ed8, #93c5fd); font-weight: 500; }
small { display: block; }
`;

const COLUMNS: readonly MessageKey[] = [
  "index_run",
  "report_status",
  "report_started",
  "report_duration",
  "report_files",
  "report_size",
  "report_missing",
];

/** @param before of the rows before these */
export function totalsOf(rows: readonly RunRow[], before?: RunTotals): RunTotals {
  const totals = { runs: 0, files: 0, bytes: 0, lacking: 0, lost: 0, ...before };
  for (const { files, bytes, gaps, error } of rows) {
    totals.runs++;
    totals.files += files;
    totals.bytes += bytes;
    if (gaps > 0) totals.lacking++;
    if (error !== null) totals.lost++;
  }
  return totals;
}

/**
 * `index.html` of a bundle of several runs: what there is, with links to each run's report. Opens from disk.
 * @param exportedAt milliseconds since the epoch
 * @param all where `rows` are only the newest of more
 */
export function runsIndex(
  words: Words,
  rows: readonly RunRow[],
  reportOf: ReportOf,
  exportedAt: number,
  version: string,
  all: RunTotals = totalsOf(rows),
): string {
  const { runs, files, bytes, lacking, lost } = all;
  const title = words.count("count_runs", runs);
  const newest = words.count("count_runs", rows.length);
  const summary = words.t(
    "index_summary",
    words.count("count_files", files),
    words.bytes(bytes),
    dateText(exportedAt),
    version,
  );
  return `<!doctype html>
<html lang="${escaped(words.locale)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escaped(title)}</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <h1>${escaped(title)}</h1>
    <p>${escaped(summary)}</p>
    ${runs > rows.length ? `<p>${escaped(words.t("index_newest", newest))}</p>` : ""}
    ${lost > 0 ? `<p class="bad">${escaped(words.t("index_lost", words.count("count_runs", lost)))}</p>` : ""}
    ${lacking > 0 ? `<p class="gaps">${escaped(words.t("index_lacking", words.count("count_runs", lacking)))}</p>` : ""}
    <div>
      <table>
        <thead>
          <tr>${COLUMNS.map((name) => `<th scope="col">${escaped(words.t(name))}</th>`).join("")}</tr>
        </thead>
        <tbody>
${rows.map((row) => `          ${line(words, row, reportOf(row))}`).join("\n")}
        </tbody>
      </table>
    </div>
  </body>
</html>
`;
}

function line(words: Words, row: RunRow, report: string | null): string {
  const name = escaped(row.title ?? row.runId);
  const link = report === null ? name : `<a href="${escaped(encodeURI(report))}">${name}</a>`;
  const duration = durationOf(row);
  const reasons = [
    ...(row.failure === null ? [] : [`<small>${escaped(row.failure)}</small>`]),
    ...(row.error === null
      ? []
      : [`<small class="bad">${escaped(words.t("index_notExported", errorText(words, row.error)))}</small>`]),
  ];
  const cells = [
    `<td>${link}<br /><code>${escaped(row.runId)}</code>${reasons.join("")}</td>`,
    `<td class="fixed">${escaped(row.status ?? "")}</td>`,
    `<td class="fixed">${dateText(row.startedAt ?? row.createdAt)}</td>`,
    `<td class="number">${duration === null ? "" : escaped(words.duration(duration))}</td>`,
    `<td class="number">${words.number(row.files)}</td>`,
    `<td class="number">${escaped(words.bytes(row.bytes))}</td>`,
    `<td class="number${row.gaps > 0 ? " gaps" : ""}">${row.gaps > 0 ? words.number(row.gaps) : ""}</td>`,
  ];
  return `<tr>${cells.join("")}</tr>`;
}

/** In UTC: the page is read anywhere, and holds no script to tell the reader's own time. */
function dateText(time: number | null): string {
  return time === null ? "" : `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
