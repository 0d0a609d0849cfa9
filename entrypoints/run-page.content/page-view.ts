import { onceAFrame } from "@/components/once-a-frame";
import { type RunPage, runPageOf } from "@/core/skyvern/page-url";
import { findPlaces, floatingPlace, isNotFoundPage, type Place, studioRunId } from "./find-place";
import { Host } from "./host";
import { putHost, refit } from "./put-host";

/** How long a settled page may do without a known layout before we float. */
const FLOAT_AFTER_MS = 3000;
/** Without changes for this long a page is settled; one that never rests counts as settled after the wait. */
const QUIET_MS = 500;
/** This many put-backs within a second mean that the page fights us: then we float, out of its way. */
const FIGHT = 8;

/**
 * Shows the buttons on one run page until `signal` aborts: finds their place, puts them back where a render of
 * the page dropped them, floats where there is no place.
 */
export function showOnPage(page: RunPage, signal: AbortSignal): void {
  new PageView(page, signal).start();
}

class PageView {
  #host: Host | null = null;
  #place: Place | null = null;
  /** Widths of the lines that were tried, to know when to try again. */
  #widths = "";
  /** What is observed for its size, and the sizes when that was last looked at. */
  #boxes: Element[] = [];
  #seen = "";
  #lastChange = performance.now();
  #putBacks: number[] = [];
  #floatTimer = 0;
  readonly #lookSoon = onceAFrame(() => this.#look());
  readonly #changes = new MutationObserver(() => this.#pageChanged());
  readonly #sizes = new ResizeObserver(() => this.#sizeChanged());

  constructor(
    private readonly page: RunPage,
    private readonly signal: AbortSignal,
  ) {}

  start(): void {
    this.#changes.observe(document, {
      childList: true,
      subtree: true,
      characterData: true,
      // The studio names its run in a label where the URL doesn't.
      ...(this.page.runId === null ? { attributeFilter: ["aria-label"] } : {}),
    });
    this.signal.addEventListener("abort", () => {
      this.#changes.disconnect();
      this.#sizes.disconnect();
      clearTimeout(this.#floatTimer);
      this.#remove();
    });
    this.#look();
  }

  /** Runs after each batch of the page's renders: the usual case, all well, must cost next to nothing. */
  #pageChanged(): void {
    this.#lastChange = performance.now();
    if (!this.#host || this.#place?.hook === "floating") {
      if (!this.#isFight()) this.#lookSoon();
    } else if (this.#host.element.isConnected && !this.#showsAnotherRun()) {
      this.#host.rendered();
    } else {
      // Now and not in the next frame, so that a render that drops us doesn't flicker.
      this.#putBacks = [...this.#putBacks.filter((at) => this.#lastChange - at < 1000), this.#lastChange];
      if (this.#isFight()) this.#settle([floatingPlace(document)]);
      else this.#look();
    }
  }

  #look(): void {
    if (this.signal.aborted) return;
    const runId = this.#runIdNow();
    const places = runId === null ? [] : findPlaces(document, runId);
    if (places.length > 0) this.#settle(places);
    else if (!this.#host?.element.isConnected) this.#waitToFloat();
  }

  #settle(places: Place[]): void {
    const runId = this.#runIdNow();
    if (runId === null) return;
    if (this.#host && this.#host.runId !== runId) this.#remove();
    this.#host ??= new Host(runId, () => this.#runIdNow() ?? runId, this.signal);
    clearTimeout(this.#floatTimer);
    this.#floatTimer = 0;
    this.#place = putHost(this.#host.element, places);
    this.#host.placed();
    this.#widths = widthsOf(places);
    this.#sizes.disconnect();
    const boxes = places.flatMap(({ line }) => (line ? [line, ...line.children] : []));
    this.#seen = sizesOf(boxes);
    this.#boxes = boxes;
    for (const box of boxes) this.#sizes.observe(box);
  }

  #waitToFloat(): void {
    if (this.#floatTimer !== 0) return;
    const begun = performance.now();
    const decide = () => {
      const now = performance.now();
      const settled = document.readyState === "complete" && now - this.#lastChange >= QUIET_MS;
      if (!settled && now - begun < 2 * FLOAT_AFTER_MS) {
        this.#floatTimer = window.setTimeout(decide, QUIET_MS);
        return;
      }
      this.#floatTimer = 0;
      if (!this.#host?.element.isConnected && !isNotFoundPage(document)) {
        this.#settle([floatingPlace(document)]);
      }
    };
    this.#floatTimer = window.setTimeout(decide, FLOAT_AFTER_MS);
  }

  /** A line or something in it got another size. What we do then leaves the lines' widths alone: it ends there. */
  #sizeChanged(): void {
    const element = this.#host?.element;
    if (!element?.isConnected || !this.#place?.line) return;
    // An observer begins by telling of every box, as large as it was when we fitted in.
    const sizes = sizesOf(this.#boxes);
    if (sizes === this.#seen) return;
    this.#seen = sizes;
    const places = findPlaces(document, this.#host?.runId ?? "");
    if (places.length > 0 && widthsOf(places) !== this.#widths) this.#settle(places);
    else if (this.#place.line.isConnected && element.dataset.out !== "afloat") refit(element, this.#place);
    this.#host?.moved();
  }

  /** The run that the page shows at this moment. */
  #runIdNow(): string | null {
    const inUrl = runPageOf(new URL(location.href))?.runId;
    return inUrl ?? (this.page.layout === "studio" ? studioRunId(document) : null);
  }

  /** Only a page with no run in its URL can change its run without a change of the URL. */
  #showsAnotherRun(): boolean {
    return this.page.runId === null && this.#runIdNow() !== this.#host?.runId;
  }

  #isFight(): boolean {
    return this.#putBacks.length >= FIGHT;
  }

  #remove(): void {
    this.#host?.remove();
    this.#host = null;
    this.#place = null;
  }
}

function widthsOf(places: Place[]): string {
  return places.map(({ line }) => line?.clientWidth ?? 0).join();
}

function sizesOf(boxes: Element[]): string {
  return boxes.map(({ clientWidth, clientHeight }) => `${clientWidth}x${clientHeight}`).join();
}
