/**
 * A button that goes away with what it did (Cancel, Show more) takes the focus along: it goes to the row that it was
 * in, else to the box.
 */
export function keepFocus(root: HTMLElement, box: HTMLElement, signal: AbortSignal): void {
  let last: { element: HTMLElement; row: Element | null; section: Element | null } | null = null;
  root.addEventListener(
    "focusin",
    ({ target }) => {
      if (!(target instanceof HTMLElement)) return;
      last = { element: target, row: target.closest("li"), section: target.closest("section") };
    },
    { signal },
  );
  const observer = new MutationObserver(() => {
    if (!last || last.element.isConnected || document.activeElement !== document.body) return;
    const { row, section } = last;
    const place = [row, section].find((each) => each?.isConnected);
    const next = place?.querySelector<HTMLElement>("[data-walk], button:not(:disabled)") ?? box;
    last = null;
    next.focus();
  });
  observer.observe(root, { childList: true, subtree: true });
  signal.addEventListener("abort", () => observer.disconnect());
}
