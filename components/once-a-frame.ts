/** @returns a function that calls `act` before the next frame, once however often it is called until then */
export function onceAFrame(act: () => void): () => void {
  let waiting = false;
  const run = () => {
    waiting = false;
    act();
  };
  return () => {
    if (waiting) return;
    waiting = true;
    // A tab in the background has no frames.
    if (document.hidden) setTimeout(run, 100);
    else requestAnimationFrame(run);
  };
}
