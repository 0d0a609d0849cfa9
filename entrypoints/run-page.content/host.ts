import { render } from "preact";
import { followExports } from "@/components/run-exports";
import { ask, onJobNews } from "@/platform/ask";
import { actionsView } from "./actions";
import css from "./style.css?inline";
import { placeTray } from "./tray";

export const HOST_TAG = "runpack-actions";

/** Tokens of the page's theme that our colours are made of, in pairs that must be read together. */
const TOKENS = ["secondary", "secondary-foreground", "background", "foreground", "cta", "cta-foreground"];

/** Our element on the page, wherever it stands. */
export interface Host {
  element: HTMLElement;
  /** The run it was made for. */
  runId: string;
  /** It was put into the page, perhaps again: what a removal closed is opened anew. */
  placed(): void;
  /** The page moved below it. */
  moved(): void;
  remove(): void;
}

/**
 * Makes the element with the buttons for one run. It knows the run's ID and nothing else; `runIdNow` is asked
 * again at each click.
 */
export function mountHost(runId: string, runIdNow: () => string, pageLeft: AbortSignal): Host {
  const element = document.createElement(HOST_TAG);
  const root = element.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = css;
  const box = document.createElement("div");
  root.append(style, box);

  const life = new AbortController();
  pageLeft.addEventListener("abort", () => life.abort(), { signal: life.signal });
  let open = false;
  let focused: Element | null = null;

  const exports = followExports({ ask, onJobNews }, runIdNow, () => draw(), life.signal);
  const tray = () => root.querySelector<HTMLElement>(".tray");
  const move = () => placeTray(element, tray());
  let moving = 0;
  const moved = () => {
    if (moving !== 0) return;
    moving = requestAnimationFrame(() => {
      moving = 0;
      move();
    });
  };

  const draw = () => {
    render(actionsView({ open, exports, setOpen }), box);
    move();
  };

  const setOpen = (wanted: boolean, refocus = true) => {
    open = wanted;
    if (wanted) exports.recall();
    draw();
    const target = wanted ? "[role=dialog] input:checked" : ".more";
    if (refocus) root.querySelector<HTMLElement>(target)?.focus();
  };

  const signal = life.signal;
  const outside = (event: Event) => {
    if (open && event.isTrusted && !event.composedPath().includes(element)) setOpen(false, false);
  };
  document.addEventListener("pointerdown", outside, { capture: true, signal });
  document.addEventListener("scroll", moved, { capture: true, passive: true, signal });
  window.addEventListener("resize", moved, { signal });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !open || !event.isTrusted) return;
    // The page has uses for Escape as well; this one was meant for us.
    event.stopPropagation();
    event.preventDefault();
    setOpen(false);
  });
  root.addEventListener("focusin", (event) => {
    focused = event.target instanceof Element ? event.target : null;
  });
  root.addEventListener("focusout", () => {
    // A removal by the page takes the focus along; then it is ours to bring back.
    if (element.isConnected) focused = null;
  });

  draw();
  return {
    element,
    runId,
    placed() {
      element.toggleAttribute("data-own-colors", !hasTheme(element));
      draw();
      if (focused instanceof HTMLElement && document.activeElement === document.body) focused.focus();
    },
    moved,
    remove() {
      life.abort();
      render(null, box);
      element.remove();
    },
  };
}

/** True where the page has its theme's colours in the form that we use them. */
function hasTheme(element: Element): boolean {
  const style = getComputedStyle(element);
  return TOKENS.every((token) => CSS.supports("color", `hsl(${style.getPropertyValue(`--${token}`)})`));
}
