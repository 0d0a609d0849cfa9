import { render } from "preact";
import { RunExports } from "@/components/run-exports";
import { ask, onJobNews } from "@/platform/ask";
import { actionsView } from "./actions";
import css from "./style.css?inline";
import { placeTray } from "./tray";

export const HOST_TAG = "runpack-actions";

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

  constructor(
    readonly runId: string,
    runIdNow: () => string,
    pageLeft: AbortSignal,
  ) {
    // A `style` element and not `adoptedStyleSheets`, which content scripts can't set in Firefox.
    const style = document.createElement("style");
    style.textContent = css;
    this.#root.append(style, this.#box);
    const { signal } = this.#life;
    pageLeft.addEventListener("abort", () => this.#life.abort(), { signal });
    this.#exports = new RunExports({ ask, onJobNews }, runIdNow, () => this.#draw(), signal);
    this.#listen(signal);
    this.#draw();
  }

  /** It was put into the page, perhaps again: what a removal closed is opened anew. */
  placed(): void {
    this.element.toggleAttribute("data-own-colors", !hasTheme(this.element));
    this.#draw();
    if (document.activeElement === document.body) this.#focused?.focus();
  }

  /** The page may have moved below it. */
  moved(): void {
    if (this.#moving) return;
    this.#moving = true;
    requestAnimationFrame(() => {
      this.#moving = false;
      this.#placeTray();
    });
  }

  remove(): void {
    this.#life.abort();
    render(null, this.#box);
    this.element.remove();
  }

  #draw(): void {
    const setOpen = (open: boolean) => this.#setOpen(open);
    render(actionsView({ open: this.#open, exports: this.#exports, setOpen }), this.#box);
    this.#placeTray();
  }

  #placeTray(): void {
    placeTray(this.element, this.#root.querySelector<HTMLElement>(".tray"));
  }

  #setOpen(open: boolean, moveFocus = true): void {
    this.#open = open;
    if (open) this.#exports.recall();
    this.#draw();
    const target = open ? "[role=dialog] input:checked" : ".more";
    if (moveFocus) this.#root.querySelector<HTMLElement>(target)?.focus();
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

    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#open || !event.isTrusted) return;
      // The page has uses for Escape as well; this one was meant for us.
      event.stopPropagation();
      event.preventDefault();
      this.#setOpen(false);
    });

    this.#box.addEventListener("focusin", ({ target }) => {
      this.#focused = target instanceof HTMLElement ? target : null;
    });
    this.#box.addEventListener("focusout", () => {
      // A removal by the page takes the focus along; then it is ours to bring back.
      if (this.element.isConnected) this.#focused = null;
    });
  }
}

/** True where the page has its theme's colours in the form that we use them. */
function hasTheme(element: Element): boolean {
  const style = getComputedStyle(element);
  return TOKENS.every((token) => CSS.supports("color", `hsl(${style.getPropertyValue(`--${token}`)})`));
}
