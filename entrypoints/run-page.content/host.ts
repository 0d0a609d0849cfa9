import { render } from "preact";
import { keepingFocus } from "@/components/keeping-focus";
import { RunExports } from "@/components/run-exports";
import { isSessionId } from "@/core/skyvern/ids";
import { ask, onJobNews } from "@/platform/ask";
import { actionsView } from "./actions";
import { clickMovedPresses } from "./moved-presses";
import css from "./style.css?inline";
import { placeTray } from "./tray";

export const HOST_TAG = "runpack-actions";

/** Between two measurements for renders of the page, which cost it a layout each. */
const MEASURE_MS = 250;

/** Tokens of the page's theme that our colours are made of, in pairs that must be read together. */
const TOKENS = ["secondary", "secondary-foreground", "background", "foreground", "cta", "cta-foreground"];

/**
 * Our element on the page, with the buttons for one run. It knows the run's ID and nothing else; `runIdNow` is
 * asked again at each click.
 */
export class Host {
  readonly element = document.createElement(HOST_TAG);
  readonly #root = this.element.attachShadow({ mode: "open" });
  readonly #box = document.createElement("div");
  readonly #life = new AbortController();
  readonly #exports: RunExports;
  #open = false;
  #focused: HTMLElement | null = null;
  #moving = false;
  #waiting = false;
  #placedAt = 0;
  #loading = false;
  /** There is something in the tray. */
  #filled = false;

  constructor(
    readonly runId: string,
    runIdNow: () => string,
    pageLeft: AbortSignal,
  ) {
    // A `style` element and not `adoptedStyleSheets`, which content scripts can't set in Firefox.
    const style = document.createElement("style");
    style.textContent = css;
    this.#root.append(style, this.#box);
    this.element.toggleAttribute("data-session", isSessionId(runId));
    const { signal } = this.#life;
    pageLeft.addEventListener("abort", () => this.#life.abort(), { signal });
    this.#exports = new RunExports({ ask, onJobNews }, runIdNow, () => this.#draw(), signal);
    this.#listen(signal);
    this.#draw();
  }

  /** It was put into the page, perhaps again: what a removal closed is opened anew. */
  placed(): void {
    this.element.toggleAttribute("data-own-colors", !hasTheme(this.element));
    this.#placeTray();
    if (document.activeElement === document.body) this.#focused?.focus();
  }

  /** The page has moved below it: in the next frame the tray is where it belongs. Nothing is measured for an empty one. */
  moved(): void {
    if (this.#moving || !this.#filled) return;
    this.#moving = true;
    requestAnimationFrame(() => {
      this.#moving = false;
      this.#placedAt = performance.now();
      this.#placeTray();
    });
  }

  /** The page has rendered, which may have moved it: a page that renders all the time is measured now and then. */
  rendered(): void {
    if (this.#waiting || !this.#filled) return;
    this.#waiting = true;
    setTimeout(
      () => {
        this.#waiting = false;
        if (!this.#life.signal.aborted) this.moved();
      },
      Math.max(0, this.#placedAt + MEASURE_MS - performance.now()),
    );
  }

  remove(): void {
    this.#life.abort();
    render(null, this.#box);
    this.element.remove();
  }

  #draw(): void {
    const tray = globalThis.runpackTray ?? null;
    const setOpen = (open: boolean) => this.#setOpen(open);
    const draw = () => {
      render(actionsView({ open: this.#open, exports: this.#exports, tray, setOpen }), this.#box);
      this.#placeTray();
    };
    keepingFocus(this.#box, draw, () => this.#more());
    if (!tray && (this.#open || this.#exports.view().jobs.length > 0)) this.#loadTray(this.#open);
  }

  /** Whoever comes near the buttons may click; whoever has a job wants to see it. */
  #loadTray(near: boolean): void {
    if (this.#loading || globalThis.runpackTray) return;
    this.#loading = true;
    ask({ to: "background", type: "page-tray", near })
      .catch((error) => this.#exports.fail(error))
      .finally(() => {
        this.#loading = false;
        if (!globalThis.runpackTray || this.#life.signal.aborted) return;
        this.#draw();
        if (this.#open) this.#focusPanel();
      });
  }

  #placeTray(): void {
    const tray = this.#root.querySelector<HTMLElement>(".tray");
    this.#filled = tray?.dataset.filled === "true";
    placeTray(this.element, tray);
  }

  #setOpen(open: boolean, moveFocus = true): void {
    this.#open = open;
    if (open) this.#exports.recall();
    this.#draw();
    if (!moveFocus) return;
    if (open) this.#focusPanel();
    else this.#more()?.focus();
  }

  #more(): HTMLElement | null {
    return this.#root.querySelector<HTMLElement>(".more");
  }

  #focusPanel(): void {
    this.#root.querySelector<HTMLElement>("[role=dialog] input:checked")?.focus();
  }

  #listen(signal: AbortSignal): void {
    const moved = () => this.moved();
    document.addEventListener("scroll", moved, { capture: true, passive: true, signal });
    window.addEventListener("resize", moved, { signal });

    const clickedBeside = (event: Event) => {
      if (!this.#open || !event.isTrusted || event.composedPath().includes(this.element)) return;
      this.#setOpen(false, false);
    };
    document.addEventListener("pointerdown", clickedBeside, { capture: true, signal });

    clickMovedPresses(this.#box, signal);

    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#open || !event.isTrusted) return;
      // The page has uses for Escape as well; this one was meant for us.
      event.stopPropagation();
      event.preventDefault();
      this.#setOpen(false);
    });

    const loadTray = () => this.#loadTray(true);
    this.#box.addEventListener("pointerenter", loadTray);
    this.#box.addEventListener("focusin", loadTray);

    this.#box.addEventListener("focusin", ({ target }) => {
      this.#focused = target instanceof HTMLElement ? target : null;
    });
    this.#box.addEventListener("focusout", () => {
      // A removal by the page, or a move by us, takes the focus along, and tells before it is done; then it is ours
      // to bring back.
      queueMicrotask(() => {
        if (this.element.isConnected && !this.#root.activeElement) this.#focused = null;
      });
    });
  }
}

/** The root's classes, which say which theme is on, where it was found: to ask costs the page a computation of styles. */
const themed = new Set<string>();

/** True where the page has its theme's colours in the form that we use them. */
function hasTheme(element: Element): boolean {
  const theme = document.documentElement.className;
  if (themed.has(theme)) return true;
  const style = getComputedStyle(element);
  const found = TOKENS.every((token) =>
    CSS.supports("color", `hsl(${style.getPropertyValue(`--${token}`)})`),
  );
  // Not the contrary: before its styles are there, a page has no theme yet.
  if (found) themed.add(theme);
  return found;
}
