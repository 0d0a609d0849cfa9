import { t } from "@/platform/words";
import { bareRows, runIdOfRow } from "./rows";
import { matchTheme, shadowHost } from "./shadow-host";

export const BOX_TAG = "runpack-select";
/** What a row would take for a click on itself. */
const KEPT_FROM_PAGE = ["click", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup", "keydown"];

interface Box {
  element: HTMLElement;
  input: HTMLInputElement;
}

/** Checkboxes in the rows of a list that has none. */
export class OwnSelection {
  readonly #chosen = new Set<string>();
  readonly #boxes = new Map<string, Box>();
  #all: Box | null = null;
  /** In the order of the list. */
  #ids: string[] = [];
  #last: string | null = null;

  constructor(private readonly changed: () => void) {}

  /** Sees to it that each row has its box, once. @returns the selected runs that the list shows */
  look(): string[] {
    const rows = bareRows(document);
    const byId = new Map<string, HTMLTableRowElement>();
    for (const row of rows) {
      const id = runIdOfRow(row);
      if (id !== null && !byId.has(id)) byId.set(id, row);
    }
    this.#ids = [...byId.keys()];
    for (const [id, row] of byId) this.#putBox(id, row);
    for (const [id, { element }] of this.#boxes) if (!byId.has(id)) element.remove();
    this.#putAll(rows[0]?.closest("table") ?? null);
    return this.#selected();
  }

  clear(): void {
    this.#chosen.clear();
    this.#show();
  }

  remove(): void {
    for (const { element } of this.#boxes.values()) element.remove();
    this.#all?.element.remove();
  }

  #selected(): string[] {
    return this.#ids.filter((id) => this.#chosen.has(id));
  }

  #putBox(id: string, row: HTMLTableRowElement): void {
    const cell = row.cells[0];
    if (!cell) return;
    const box =
      this.#boxes.get(id) ?? makeBox(t("batch_select", id), (event) => this.#toggle(id, event.shiftKey));
    this.#boxes.set(id, box);
    if (cell.firstChild !== box.element) cell.prepend(box.element);
  }

  #putAll(table: HTMLTableElement | null): void {
    const cell = table?.tHead?.rows[0]?.cells[0];
    if (!cell || this.#ids.length === 0) {
      this.#all?.element.remove();
      return;
    }
    this.#all ??= makeBox(t("batch_selectAll"), () => this.#toggleAll());
    if (cell.firstChild !== this.#all.element) cell.prepend(this.#all.element);
    this.#show();
  }

  #toggle(id: string, range: boolean): void {
    const on = !this.#chosen.has(id);
    const [from, to] = [this.#ids.indexOf(this.#last ?? id), this.#ids.indexOf(id)].sort((a, b) => a - b);
    const touched = range && this.#last !== null ? this.#ids.slice(from, (to ?? 0) + 1) : [id];
    for (const each of touched) {
      if (on) this.#chosen.add(each);
      else this.#chosen.delete(each);
    }
    this.#last = id;
    this.#show();
    this.changed();
  }

  #toggleAll(): void {
    if (this.#selected().length === this.#ids.length) this.#chosen.clear();
    else for (const id of this.#ids) this.#chosen.add(id);
    this.#show();
    this.changed();
  }

  #show(): void {
    for (const [id, { input }] of this.#boxes) input.checked = this.#chosen.has(id);
    if (!this.#all) return;
    const selected = this.#selected().length;
    this.#all.input.checked = selected > 0 && selected === this.#ids.length;
    this.#all.input.indeterminate = selected > 0 && selected < this.#ids.length;
  }
}

function makeBox(label: string, act: (event: MouseEvent) => void): Box {
  const { element, box } = shadowHost(BOX_TAG);
  const input = document.createElement("input");
  input.type = "checkbox";
  input.className = "row-box";
  input.setAttribute("aria-label", label);
  box.append(input);
  input.addEventListener("click", (event) => {
    // A page's script can click it too.
    if (event.isTrusted) act(event);
    else event.preventDefault();
  });
  for (const type of KEPT_FROM_PAGE) element.addEventListener(type, (event) => event.stopPropagation());
  matchTheme(element);
  return { element, input };
}
