/** Clicks that stand for a person's; the page's scripts have no hold of this set. */
const meant = new WeakSet<Event>();

/**
 * Lets through what a person did and drops what a script made up: a page's scripts can reach buttons that we
 * put into the page.
 */
export function trusted<E extends Event>(act: (event: E) => void): (event: E) => void {
  return (event) => {
    if (event.isTrusted || meant.has(event)) act(event);
  };
}

/** Clicks a button for a person whose own click the browser didn't make. */
export function clickFor(button: HTMLElement): void {
  const click = new MouseEvent("click", { bubbles: true });
  meant.add(click);
  button.dispatchEvent(click);
}
