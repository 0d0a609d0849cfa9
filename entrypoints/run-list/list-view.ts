import { render } from "preact";
import { BatchExports } from "@/components/batch-exports";
import { keepingFocus } from "@/components/keeping-focus";
import { onceAFrame } from "@/components/once-a-frame";
import type { RunListPage } from "@/core/skyvern/list-url";
import { ask, onBatchNews, onJobNews } from "@/platform/ask";
import { placeTray } from "../run-page.content/tray";
import { barView, cardsView } from "./bar";
import { BOX_TAG, OwnSelection } from "./own-selection";
import { bulkToolbar, selectedRunIds } from "./rows";
import { matchTheme, shadowHost } from "./shadow-host";

const BAR_TAG = "runpack-list";
const CARDS_TAG = "runpack-batches";
export const TAGS = [BAR_TAG, CARDS_TAG, BOX_TAG].join();

/**
 * What stands on one list of runs until `signal` aborts: an export button in the page's own bar (or in ours, where
 * the list has no selection), the panel beside it, and the exports that are under way.
 */
export class ListView {
  readonly #bar = shadowHost(BAR_TAG);
  readonly #cards = shadowHost(CARDS_TAG);
  readonly #exports: BatchExports;
  readonly #own: OwnSelection | null;
  readonly #changes = new MutationObserver(onceAFrame(() => this.#look()));
  #runIds: string[] = [];
  #open = false;

  constructor(
    list: RunListPage,
    private readonly signal: AbortSignal,
  ) {
    this.#own = list === "bare" ? new OwnSelection(() => this.#look()) : null;
    this.#bar.element.toggleAttribute("data-small", true);
    this.#bar.element.toggleAttribute("data-own", this.#own !== null);
    this.#exports = new BatchExports({ ask, onJobNews, onBatchNews }, () => this.#draw(), signal);
  }

  start(): void {
    const { signal } = this;
    this.#changes.observe(document, {
      childList: true,
      subtree: true,
      characterData: true,
      attributeFilter: ["data-state", "title"],
    });
    this.#listen();
    signal.addEventListener("abort", () => {
      this.#changes.disconnect();
      this.#own?.remove();
      this.#bar.element.remove();
      this.#cards.element.remove();
    });
    this.#look();
  }

  #look(): void {
    if (this.signal.aborted) return;
    const { element } = this.#bar;
    const runIds = this.#own ? this.#own.look() : selectedRunIds(document);
    const parent = this.#own ? document.body : bulkToolbar(document);
    const wanted = runIds.length > 0 ? parent : null;
    const placed = element.parentElement === wanted;
    if (placed && runIds.join() === this.#runIds.join()) return;
    this.#runIds = runIds;
    if (!wanted) {
      this.#open = false;
      element.remove();
    } else if (!placed) {
      wanted.append(element);
      matchTheme(element);
    }
    this.#draw();
  }

  #draw(): void {
    const view = this.#exports.view();
    const bar = barView({
      runIds: this.#runIds,
      ownBar: this.#own !== null,
      open: this.#open,
      view,
      exports: this.#exports,
      setOpen: (open) => this.#setOpen(open),
      clear: () => {
        this.#own?.clear();
        this.#look();
      },
    });
    render(bar, this.#bar.box);
    placeTray(this.#bar.element, this.#bar.box.querySelector<HTMLElement>(".tray"));
    const filled = view.batches.length > 0 || view.jobs.length > 0 || view.notice !== null;
    const { element, box } = this.#cards;
    const drawCards = () => {
      if (filled !== element.isConnected) {
        if (filled) document.body.append(element);
        else element.remove();
        if (filled) matchTheme(element);
      }
      render(cardsView({ view, exports: this.#exports }), box);
    };
    keepingFocus(box, drawCards, () => this.#bar.box.querySelector<HTMLElement>(".main"));
  }

  #setOpen(open: boolean, moveFocus = true): void {
    this.#open = open;
    this.#draw();
    const target = open ? "[role=dialog] input:checked" : ".more";
    if (moveFocus) this.#bar.box.querySelector<HTMLElement>(target)?.focus();
  }

  #listen(): void {
    const { signal } = this;
    const place = () => placeTray(this.#bar.element, this.#bar.box.querySelector<HTMLElement>(".tray"));
    window.addEventListener("resize", place, { signal });
    const clickedBeside = (event: Event) => {
      if (!this.#open || !event.isTrusted || event.composedPath().includes(this.#bar.element)) return;
      this.#setOpen(false, false);
    };
    document.addEventListener("pointerdown", clickedBeside, { capture: true, signal });
    this.#bar.box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#open || !event.isTrusted) return;
      // The page would clear its selection; this one was meant for the panel.
      event.stopPropagation();
      event.preventDefault();
      this.#setOpen(false);
    });
    if (!this.#own) return;
    const leaveSelection = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || !event.isTrusted) return;
      this.#own?.clear();
      this.#look();
    };
    document.addEventListener("keydown", leaveSelection, { signal });
  }
}
