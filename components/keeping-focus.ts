/**
 * Draws what stands in a shadow root. Where that takes the focused button away, as Pause goes with what it did, the
 * focus goes to what is left of its card, else to `otherwise`.
 */
export function keepingFocus(box: HTMLElement, draw: () => void, otherwise: () => HTMLElement | null): void {
  const root = box.getRootNode();
  const before = root instanceof ShadowRoot ? root.activeElement : null;
  const card = before?.closest(".job");
  draw();
  if (!before || before.isConnected) return;
  const left = card?.isConnected
    ? (card.querySelector<HTMLElement>(".job-buttons button") ?? card.querySelector<HTMLElement>("button"))
    : null;
  (left ?? otherwise())?.focus();
}
