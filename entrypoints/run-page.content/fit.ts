/** From the roomiest to the tightest: words, icons with tooltips, one button with a menu. */
export type Form = "labels" | "icons" | "menu";

const FORMS: Form[] = ["labels", "icons", "menu"];
/** A title that is cut already may lose this much more, px. */
const TOLERANCE = 8;

/**
 * Gives the host the roomiest form that fits its line: nothing is pushed over the line's end, no heading wraps
 * or is cut because of us. The tightest form may cut a heading, but where it pushes anything out it floats, taking
 * no room in the line. Runs within one frame: nothing is seen of it.
 */
export function fitForm(host: HTMLElement, line: Element): void {
  setForm(host, "none");
  host.removeAttribute("data-afloat");
  const before = measure(line);
  for (const form of FORMS) {
    setForm(host, form);
    const after = measure(line);
    if (overflows(before, after)) continue;
    if (form === "menu" || keepsTitles(before, after)) return;
  }
  host.toggleAttribute("data-afloat", true);
}

/** Writes the form on the host, where the style sheet reads it. */
export function setForm(host: HTMLElement, form: Form | "none"): void {
  host.dataset.form = form;
}

interface LineMeasure {
  overflow: number;
  titles: { height: number; cut: number }[];
}

function measure(line: Element): LineMeasure {
  const end = line.getBoundingClientRect().right;
  const boxes = [...line.children, ...(line.lastElementChild?.children ?? [])];
  const titles = [...line.querySelectorAll<HTMLElement>("h1, h2, h3, a, span")];
  return {
    overflow: Math.max(
      line.scrollWidth - line.clientWidth,
      document.documentElement.scrollWidth - document.documentElement.clientWidth,
      ...boxes.map((box) => box.getBoundingClientRect().right - end),
    ),
    titles: titles.map((title) => ({
      height: title.getBoundingClientRect().height,
      cut: Math.max(0, title.scrollWidth - title.clientWidth),
    })),
  };
}

function overflows(before: LineMeasure, after: LineMeasure): boolean {
  return after.overflow > Math.max(0.5, before.overflow);
}

function keepsTitles(before: LineMeasure, after: LineMeasure): boolean {
  return after.titles.every((title, at) => {
    const was = before.titles[at];
    return !was || (title.height <= was.height + 1 && title.cut <= was.cut + TOLERANCE);
  });
}
