import { isRunId } from "@/core/skyvern/ids";

/** The bar that the page shows while rows are selected. */
export function bulkToolbar(page: ParentNode): HTMLElement | null {
  return page.querySelector<HTMLElement>('[role="toolbar"][aria-label="Bulk actions"]');
}

/** IDs of the rows that the page's own selection holds, in the order of the list. */
export function selectedRunIds(page: ParentNode): string[] {
  const rows = [...page.querySelectorAll('tr[data-state="selected"]')];
  return [...new Set(rows.map(runIdOfRow).filter((id) => id !== null))];
}

/** Rows of lists that have no selection of their own. */
export function bareRows(page: ParentNode): HTMLTableRowElement[] {
  return [...page.querySelectorAll<HTMLTableElement>("table")]
    .filter((table) => table.querySelector('[role="checkbox"]') === null)
    .flatMap((table) => [...table.querySelectorAll<HTMLTableRowElement>("tbody tr")]);
}

/** The run that a row shows: by its cell's title, a text that is an ID and nothing else, or its menu's label. */
export function runIdOfRow(row: Element): string | null {
  const titles = [...row.querySelectorAll('td[title^="wr_"], td[title^="tsk_"]')].map(
    (cell) => cell.getAttribute("title") ?? "",
  );
  const titled = titles.find(isRunId);
  if (titled !== undefined) return titled;
  for (const leaf of row.querySelectorAll("td, td *")) {
    // Our own checkbox may stand beside the text.
    const isLeaf = [...leaf.children].every(({ localName }) => localName.startsWith("runpack-"));
    const text = isLeaf ? (leaf.textContent ?? "").trim() : "";
    if (isRunId(text)) return text;
  }
  const menu = row.querySelector("button[aria-label*='wr_'], button[aria-label*='tsk_']");
  return /\b(?:wr|tsk)_[A-Za-z0-9_-]+/.exec(menu?.ariaLabel ?? "")?.[0] ?? null;
}
