import { type RunRow, runsCsv } from "@/core/bundle/runs-csv";
import { runsIndex } from "@/core/report/runs-index";
import { type Catalogue, type CatalogueEntry, PAGE_ROWS } from "./catalogue/catalogue";
import type { Destination } from "./destination";
import { words } from "./words";

/** A page of so many runs still opens at once; the table has them all. */
const MOST_ON_INDEX = 5000;

/** Writes `runs.csv`, `SHA256SUMS` (for `sha256sum -c`) and `index.html` of an archive out of its catalogue. */
export async function writeArchivePages(
  catalogue: Catalogue,
  destination: Destination,
  version: string,
): Promise<void> {
  await destination.writeText("runs.csv", "text/csv; charset=utf-8", csv(catalogue));
  await destination.writeText("SHA256SUMS", "text/plain; charset=utf-8", sums(catalogue));
  const newest: CatalogueEntry[] = [];
  for await (const entry of catalogue.entries()) {
    newest.push(entry);
    if (newest.length === MOST_ON_INDEX) break;
  }
  const bundles = new Map(newest.map(({ runId, bundle }) => [runId, bundle]));
  const page = runsIndex(
    words,
    newest.map(rowOf),
    ({ runId }) => bundles.get(runId) ?? null,
    Date.now(),
    version,
  );
  await destination.writeText("index.html", "text/html; charset=utf-8", once(page));
}

async function* csv(catalogue: Catalogue): AsyncGenerator<string> {
  const header = runsCsv(words, []);
  yield header;
  let rows: RunRow[] = [];
  for await (const entry of catalogue.entries()) {
    rows.push(rowOf(entry));
    if (rows.length < PAGE_ROWS) continue;
    yield runsCsv(words, rows).slice(header.length);
    rows = [];
  }
  yield runsCsv(words, rows).slice(header.length);
}

async function* sums(catalogue: Catalogue): AsyncGenerator<string> {
  for await (const { sha256, bundle } of catalogue.entries()) yield `${sha256}  ${bundle}\n`;
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

function rowOf(entry: CatalogueEntry): RunRow {
  const { runId, title, status, createdAt, startedAt, finishedAt, failure } = entry;
  const { written, payloadBytes, missing } = entry;
  return {
    ...{ runId, title, status, createdAt, startedAt, finishedAt, failure },
    files: written,
    bytes: payloadBytes,
    gaps: missing,
    error: null,
  };
}
