import css from "./style.css?inline";

/** Tokens of the page's theme that our colours are made of, in pairs that must be read together. */
const TOKENS = ["secondary", "secondary-foreground", "background", "foreground", "cta", "cta-foreground"];

/** An element of ours for the page, with a shadow root that has our styles. */
export function shadowHost(tag: string): { element: HTMLElement; box: HTMLElement } {
  const element = document.createElement(tag);
  const root = element.attachShadow({ mode: "open" });
  // A `style` element and not `adoptedStyleSheets`, which content scripts can't set in Firefox.
  const style = document.createElement("style");
  style.textContent = css;
  const box = document.createElement("div");
  root.append(style, box);
  return { element, box };
}

/** Takes our own colours where the page has none of its theme's in the form that we use them. */
export function matchTheme(element: HTMLElement): void {
  const style = getComputedStyle(element);
  const themed = TOKENS.every((token) =>
    CSS.supports("color", `hsl(${style.getPropertyValue(`--${token}`)})`),
  );
  element.toggleAttribute("data-own-colors", !themed);
}
