import type { Place } from "./find-place";
import { fitForm, setAfloat } from "./fit";

/** Puts the host into the first place that it fits into; where it fits into none, it floats out of the first. */
export function putHost(host: HTMLElement, places: Place[]): Place | null {
  for (const place of places) {
    insert(host, place);
    if (refit(host, place)) return place;
  }
  const [first] = places;
  if (!first) return null;
  insert(host, first);
  setAfloat(host);
  return first;
}

/** Measures again where the host stands. */
export function refit(host: HTMLElement, { hook, line }: Place): boolean {
  // The classic page's header has room below its buttons; the studio's bars haven't.
  if (line) return fitForm(host, line, hook.startsWith("classic"));
  setAfloat(host);
  return true;
}

function insert(host: HTMLElement, { hook, parent, before, small }: Place): void {
  host.dataset.hook = hook;
  host.toggleAttribute("data-small", small);
  const next = before === host ? host.nextSibling : before;
  if (host.parentElement !== parent || host.nextSibling !== next) parent.insertBefore(host, next);
}
