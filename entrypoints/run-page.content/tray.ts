const GAP = 8;
const WIDTH = 340;
/** Less room than this below, px: above, if there is more of it. */
const LOW = 260;

/**
 * Shows the tray beside its host, in the top layer: no overflow of the page clips it and nothing moves because
 * of it. Hidden while there is nothing in it or its host can't be seen.
 */
export function placeTray(host: HTMLElement, tray: HTMLElement | null): void {
  if (!tray?.isConnected) return;
  const shown = tray.matches(":popover-open");
  // The usual case, before anything is measured: measuring in the midst of a render costs the page a layout.
  if (tray.dataset.filled !== "true" && !shown) return;
  const box = host.getBoundingClientRect();
  const wanted = tray.dataset.filled === "true" && (box.width > 0 || box.height > 0);
  if (wanted !== shown) {
    if (wanted) tray.showPopover();
    else tray.hidePopover();
  }
  if (!wanted) return;

  // Without the page's scroll bars, which cover what lies below them.
  const { clientWidth, clientHeight } = document.documentElement;
  const room = clientWidth - 2 * GAP;
  const width = Math.min(WIDTH, room);
  const left = Math.min(Math.max(GAP, box.right - width), GAP + room - width);
  const below = clientHeight - box.bottom - 2 * GAP;
  const above = box.top - 2 * GAP;
  const up = below < LOW && above > below;
  Object.assign(tray.style, {
    width: `${width}px`,
    left: `${left}px`,
    top: up ? "auto" : `${box.bottom + GAP}px`,
    bottom: up ? `${clientHeight - box.top + GAP}px` : "auto",
    maxHeight: `${Math.max(160, up ? above : below)}px`,
  });
}
