/** What the arrow keys walk over, in the order of the page. */
const STOPS = "[data-walk]";
/** Where arrows have a meaning of their own. */
const OWN_ARROWS = "select, input[type=radio], input[type=checkbox], textarea";
const TYPED_IN = "input:not([type=radio], [type=checkbox]), textarea, select";

/** `/` goes to the box, the arrows walk from there over everything that can be looked up, Home and End to its ends. */
export function walkByKeys(root: HTMLElement, box: HTMLInputElement, signal: AbortSignal): void {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : root;
      const goal = event.key === "/" ? slash(target, box) : step(event.key, target, root, box);
      if (!goal) return;
      event.preventDefault();
      goal.focus();
      if (goal === box) box.select();
    },
    { signal },
  );
}

function slash(target: Element, box: HTMLInputElement): HTMLElement | null {
  return target.matches(TYPED_IN) ? null : box;
}

function step(key: string, target: Element, root: HTMLElement, box: HTMLElement): HTMLElement | null {
  if (target.matches(OWN_ARROWS)) return null;
  const stops = [...root.querySelectorAll<HTMLElement>(STOPS)];
  const at = stops.findIndex((stop) => stop === target || stop.closest("li")?.contains(target));
  const onStop = at >= 0 && !target.matches(TYPED_IN);
  if (key === "Home" || key === "End") return onStop ? (stops.at(key === "Home" ? 0 : -1) ?? null) : null;
  if (key !== "ArrowDown" && key !== "ArrowUp") return null;
  if (onStop) return key === "ArrowDown" ? (stops[at + 1] ?? null) : (stops[at - 1] ?? box);
  // From a box, or from between two stops: the next one in the order of the page.
  const after = stops.filter(
    (stop) => target.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  if (key === "ArrowDown") return after[0] ?? null;
  return stops.at(-after.length - 1) ?? box;
}
