import { type RunPage, runPageOf } from "@/core/skyvern/page-url";
import { findPlace, floatingPlace, isNotFoundPage, type Place, studioRunId } from "./find-place";
import { fitForm, setForm } from "./fit";
import { type Host, mountHost } from "./host";

/** How long a settled page may do without a known layout before we float. */
const FLOAT_AFTER_MS = 3000;
/** A page without changes for this long is settled; one that never rests (polls) counts as settled after the wait. */
const QUIET_MS = 500;
/** This many put-backs within a second mean that the page fights us: then we float, out of its way. */
const FIGHT = 8;

/**
 * Shows the buttons on one run page until `signal` aborts: finds their place, puts them back where a render of
 * the page dropped them, floats where there is no place.
 */
export function showOnPage(page: RunPage, signal: AbortSignal): void {
  let host: Host | null = null;
  let place: Place | null = null;
  let lastChange = performance.now();
  let frame = 0;
  let floatTimer = 0;
  let putBacks: number[] = [];

  const settle = (next: Place) => {
    const runId = currentRunId(page);
    if (runId === null) return;
    if (host && host.runId !== runId) remove();
    host ??= mountHost(runId, () => currentRunId(page) ?? runId, signal);
    place = next;
    clearTimeout(floatTimer);
    floatTimer = 0;
    putHost(host, next);
    sizes.disconnect();
    for (const box of next.line ? [next.line, ...next.line.children] : []) {
      if (box !== host.element) sizes.observe(box);
    }
  };

  const remove = () => {
    host?.remove();
    host = null;
    place = null;
  };

  const look = () => {
    frame = 0;
    if (signal.aborted) return;
    const runId = currentRunId(page);
    const found = runId === null ? null : findPlace(document, runId);
    if (found && !(host?.element.isConnected && place?.parent === found.parent)) settle(found);
    else if (!found && !host?.element.isConnected) waitToFloat();
  };

  const waitToFloat = () => {
    if (floatTimer !== 0) return;
    const begun = performance.now();
    const decide = () => {
      const now = performance.now();
      const settled = document.readyState === "complete" && now - lastChange >= QUIET_MS;
      if (!settled && now - begun < 2 * FLOAT_AFTER_MS) {
        floatTimer = window.setTimeout(decide, QUIET_MS);
        return;
      }
      floatTimer = 0;
      if (!signal.aborted && !host?.element.isConnected && !isNotFoundPage(document)) {
        settle(floatingPlace(document));
      }
    };
    floatTimer = window.setTimeout(decide, FLOAT_AFTER_MS);
  };

  const pageChanged = () => {
    lastChange = performance.now();
    if (host && place?.hook !== "floating") {
      if (host.element.isConnected && (page.runId !== null || currentRunId(page) === host.runId)) {
        host.moved();
        return;
      }
      // Before the next paint, so that a render that drops us doesn't flicker.
      putBacks = [...putBacks.filter((at) => lastChange - at < 1000), lastChange];
      if (putBacks.length >= FIGHT) settle(floatingPlace(document));
      else look();
    } else if (frame === 0 && putBacks.length < FIGHT) {
      frame = document.hidden ? window.setTimeout(look, 100) : requestAnimationFrame(look);
    }
  };

  // The line or a neighbour in it got another width: measure again. Our own changes end here, being idempotent.
  const sizes = new ResizeObserver(() => {
    if (host?.element.isConnected && place?.line) fitForm(host.element, place.line);
    host?.moved();
  });

  const changes = new MutationObserver(pageChanged);
  changes.observe(document, {
    childList: true,
    subtree: true,
    characterData: true,
    // The studio names its run in a label where the URL doesn't.
    ...(page.runId === null ? { attributeFilter: ["aria-label"] } : {}),
  });
  signal.addEventListener("abort", () => {
    changes.disconnect();
    sizes.disconnect();
    clearTimeout(floatTimer);
    remove();
  });
  look();
}

/** The run that the page shows at this moment. */
function currentRunId(page: RunPage): string | null {
  const now = runPageOf(new URL(location.href));
  if (now?.runId) return now.runId;
  return page.layout === "studio" ? studioRunId(document) : null;
}

function putHost(host: Host, { hook, parent, before, line, small }: Place): void {
  host.element.dataset.hook = hook;
  host.element.toggleAttribute("data-small", small);
  parent.insertBefore(host.element, before === host.element ? host.element.nextSibling : before);
  host.element.removeAttribute("data-afloat");
  if (line) fitForm(host.element, line);
  else setForm(host.element, "menu");
  host.placed();
}
