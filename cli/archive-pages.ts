import { type RunRow, runsCsv } from "@/core/bundle/runs-csv";
import { type RunTotals, runsIndex, totalsOf } from "@/core/report/runs-index";
import { type Catalogue, type CatalogueEntry, PAGE_ROWS } from "./catalogue/catalogue";
import type { Destination } from "./destination";
import { words } from "./words";

/** A page of so many runs still opens at once; the table has them all. */
const MOST_ON_INDEX = 5000;

/** The page that is written last. */
const INDEX = "index.html";

/** True where the pages were written after everything that was archived until then; a crash may come in between. */
export async function arePagesOf(destination: Destination, archivedAt: number): Promise<boolean> {
  const written = await destination.writtenAt(INDEX);
  return written !== null && written >= archivedAt;
}

/** Writes `runs.csv`, `SHA256SUMS` (for `sha256sum -c`) and `index.html` of an archive out of its catalogue. */
export async function writeArchivePages(
  catalogue: Catalogue,
  destination: Destination,
  version: string,
): Promise<void> {
  const newest = new Map<RunRow, string>();
  let all: RunTotals = totalsOf([]);
  const seen = (page: readonly CatalogueEntry[], rows: readonly RunRow[]) => {
    all = totalsOf(rows, all);
    for (const [at, row] of rows.entries())
      if (newest.size < MOST_ON_INDEX) newest.set(row, page[at]?.bundle ?? "");
  };
  await destination.writeText("runs.csv", "text/csv; charset=utf-8", csv(catalogue, seen));
  await destination.writeText("SHA256SUMS", "text/plain; charset=utf-8", sums(catalogue));
  const page = runsIndex(
    words,
    [...newest.keys()],
    (row) => newest.get(row) ?? null,
    Date.now(),
    version,
    all,
  );
  await destination.writeText(INDEX, "text/html; charset=utf-8", once(page));
}

/** @param seen told of each page of rows, the newest first */
async function* csv(
  catalogue: Catalogue,
  seen: (page: readonly CatalogueEntry[], rows: readonly RunRow[]) => void,
): AsyncGenerator<string> {
  const header = runsCsv(words, []);
  yield header;
  for await (const page of pagesOf(catalogue)) {
    const rows = page.map(rowOf);
    seen(page, rows);
    yield runsCsv(words, rows).slice(header.length);
  }
}

async function* sums(catalogue: Catalogue): AsyncGenerator<string> {
  for await (const page of pagesOf(catalogue))
    yield page.map(({ sha256, bundle }) => `${sha256}  ${bundle}\n`).join("");
}

async function* pagesOf(catalogue: Catalogue): AsyncGenerator<CatalogueEntry[]> {
  let page: CatalogueEntry[] = [];
  for await (const entry of catalogue.entries()) {
    page.push(entry);
    if (page.length < PAGE_ROWS) continue;
    yield page;
    page = [];
  }
  yield page;
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
