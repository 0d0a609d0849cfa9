/** Where the buttons go. `hook` names what was found, so that a user can report it. */
export interface Place {
  hook: Hook;
  parent: Element;
  /** The neighbour to stand before; null: at the end. */
  before: Element | null;
  /** The line that must not overflow or crush its title; null where we float. */
  line: Element | null;
  /** The studio's controls are 32 px high, the classic page's 36. */
  small: boolean;
}

export type Hook =
  | "classic-editor-link"
  | "classic-api-button"
  | "classic-row"
  | "studio-actions"
  | "studio-run-pane"
  | "studio-bar"
  | "floating";

const RUN_ID_IN_TEXT = /\b(?:wr|tsk)_[A-Za-z0-9_-]+/;
const EDITOR_LINK = 'a[data-testid="workflow-open-editor-link"]';

/** The places that the page offers for the run now, the best first; none where its layouts aren't there (yet). */
export function findPlaces(page: Document, runId: string): Place[] {
  const classic = classicPlace(page, runId);
  return classic ? [classic] : studioPlaces(page);
}

/** Bottom right, for pages without a known layout. */
export function floatingPlace(page: Document): Place {
  return { hook: "floating", parent: page.body, before: null, line: null, small: false };
}

/** The run that the studio shows where the URL names none: the ID in its tab's label, in whatever language. */
export function studioRunId(page: Document): string | null {
  const label = page.getElementById("studio-tab-overview")?.getAttribute("aria-label") ?? "";
  return RUN_ID_IN_TEXT.exec(label)?.[0] ?? null;
}

/** True where the page says 404: a leaf with nothing but the number, or a picture named by it. */
export function isNotFoundPage(page: Document): boolean {
  if (page.querySelector('img[src*="404"]')) return true;
  const leaves = page.querySelectorAll("h1, h2, h3, p, div, span");
  return [...leaves].some((leaf) => leaf.childElementCount === 0 && wholeText(leaf) === "404");
}

function classicPlace(page: Document, runId: string): Place | null {
  for (const header of page.querySelectorAll("main header")) {
    // Canvas nodes and panels have headers too; the run's own one names the run, alone in an element.
    const names = [...header.querySelectorAll("h1, h2, span.text-3xl")];
    const name = names.find((element) => wholeText(element) === runId);
    if (!name) continue;
    const [hook, row] = classicRow(header, name);
    return { hook, parent: row, before: row.firstElementChild, line: row.parentElement, small: false };
  }
  return null;
}

function classicRow(header: Element, name: Element): [Hook, Element] {
  const byLink = header.querySelector(EDITOR_LINK)?.parentElement;
  if (byLink) return ["classic-editor-link", byLink];
  const byButton = [...header.querySelectorAll("button")].find((b) => wholeText(b) === "API & Webhooks");
  if (byButton?.parentElement) return ["classic-api-button", byButton.parentElement];
  return ["classic-row", lastBox(header, name)];
}

/** The box at the end of the header's first line: beside the column that names the run, never around it. */
function lastBox(header: Element, name: Element): Element {
  let line = header;
  for (let box = line.firstElementChild; box?.contains(name); box = line.firstElementChild) {
    const last = line.lastElementChild;
    // An empty second line under the first one has no flex parent.
    if (last && last !== box && getComputedStyle(line).display === "flex") return last;
    line = box;
  }
  return header;
}

function studioPlaces(page: Document): Place[] {
  const nav =
    page.getElementById("studio-tab-overview")?.closest("nav") ??
    page.querySelector('nav[aria-label="Studio panes"]');
  const bar = nav?.parentElement;
  if (!bar) return [];
  const pane = runPanePlace(page);
  const places: Place[] = pane ? [pane] : [];
  // The plain editor has such actions too, but not the panes' tabs.
  const actions = page.querySelector('[data-tour="editor-actions"]');
  if (!actions) return [...places, { hook: "studio-bar", parent: bar, before: null, line: bar, small: true }];
  const { firstElementChild: before, parentElement: line } = actions;
  return [{ hook: "studio-actions", parent: actions, before, line, small: true }, ...places];
}

function runPanePlace(page: Document): Place | null {
  const header = page.querySelector('#studio-panel-overview [role="group"]');
  const api = header?.querySelector(':scope > button[aria-label="API & Webhooks"]');
  const before = api ?? header?.querySelector(":scope > button:last-of-type");
  return header && before
    ? { hook: "studio-run-pane", parent: header, before, line: header, small: true }
    : null;
}

function wholeText(element: Element): string {
  return (element.textContent ?? "").trim();
}
