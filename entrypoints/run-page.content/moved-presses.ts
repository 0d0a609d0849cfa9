import { clickFor } from "@/components/trusted";

/**
 * Makes a click out of a press in whose middle the page rendered and our element was moved: browsers make none then.
 * A finger's click comes later than its `pointerup`, and is short: the mouse alone is helped.
 */
export function clickMovedPresses(box: HTMLElement, signal: AbortSignal): void {
  let pressed: HTMLElement | null = null;
  let clicked = false;
  box.addEventListener("pointerdown", ({ isTrusted, button, pointerType, target }) => {
    const isPress = isTrusted && button === 0 && pointerType === "mouse" && target instanceof Element;
    pressed = isPress ? target.closest("button") : null;
  });
  box.addEventListener(
    "click",
    () => {
      clicked = true;
    },
    { capture: true },
  );
  const released = (event: PointerEvent) => {
    const button = pressed;
    pressed = null;
    if (!button || !event.isTrusted || !event.composedPath().includes(button)) return;
    clicked = false;
    setTimeout(() => {
      if (!clicked && button.isConnected) clickFor(button);
    });
  };
  document.addEventListener("pointerup", released, { capture: true, signal });
}
