/** From the roomiest to the tightest: words, icons with tooltips, one button with a menu. */
export type Form = "labels" | "icons" | "menu";

const FORMS: Form[] = ["labels", "icons", "menu"];
/** A title that is cut already may lose this much more, px. */
const TOLERANCE = 8;
/** The menu, our last form within a line, may leave this much of a title, px. */
const LEAST_TITLE = 80;
/** From this width of the window on a session's page has room for words, px. */
const ROOMY = 900;

/**
 * Gives the host the roomiest form that fits its line: nothing is pushed over the line's end, no heading wraps
 * or is cut because of us. Where nothing fits and `mayHang`, it hangs below the line's start, taking no width.
 * Runs within one frame: nothing is seen of the tries.
 *
 * @returns false where nothing fits
 */
export function fitForm(host: HTMLElement, line: Element, mayHang: boolean): boolean {
  delete host.dataset.out;
  setForm(host, "none");
  const before = measure(line, host);
  for (const form of FORMS) {
    setForm(host, form);
    const after = measure(line, host);
    const least = form === "menu";
    if (
      overflows(before, after) ||
      !keepsTitles(before, after, least ? LEAST_TITLE : Number.POSITIVE_INFINITY)
    )
      continue;
    if (least || keepsHeights(before, after)) return true;
  }
  return mayHang && hang(host, line);
}

/** Floats the host out of its line, at the bottom right of the window; over a session's picture there is room. */
export function setAfloat(host: HTMLElement): void {
  const roomy = host.dataset.session !== undefined && innerWidth >= ROOMY;
  setForm(host, roomy ? "labels" : "menu");
  host.dataset.out = "afloat";
}

/** The header is empty below its buttons, as its title takes several lines: only the window's end is in the way. */
function hang(host: HTMLElement, line: Element): boolean {
  host.dataset.out = "hung";
  const end = Math.min(line.getBoundingClientRect().right, document.documentElement.clientWidth);
  return FORMS.some((form) => {
    setForm(host, form);
    return host.getBoundingClientRect().right <= end + 0.5;
  });
}

/** Writes the form on the host, where the style sheet reads it. */
function setForm(host: HTMLElement, form: Form | "none"): void {
  host.dataset.form = form;
}

interface LineMeasure {
  overflow: number;
  /** Of the boxes beside the host: one whose texts wrap anew grows, though none of these does. */
  heights: number[];
  titles: { height: number; width: number; cut: number }[];
}

function measure(line: Element, host: HTMLElement): LineMeasure {
  const end = line.getBoundingClientRect().right;
  const boxes = [...line.children, ...(line.lastElementChild?.children ?? [])];
  const titles = [...line.querySelectorAll<HTMLElement>("h1, h2, h3, a, span")];
  return {
    overflow: Math.max(
      line.scrollWidth - line.clientWidth,
      document.documentElement.scrollWidth - document.documentElement.clientWidth,
      ...boxes.map((box) => box.getBoundingClientRect().right - end),
    ),
    heights: boxes.filter((box) => !box.contains(host)).map((box) => box.getBoundingClientRect().height),
    titles: titles.map((title) => ({
      height: title.getBoundingClientRect().height,
      width: title.clientWidth,
      cut: Math.max(0, title.scrollWidth - title.clientWidth),
    })),
  };
}

function overflows(before: LineMeasure, after: LineMeasure): boolean {
  return after.overflow > Math.max(0.5, before.overflow);
}

function keepsHeights(before: LineMeasure, after: LineMeasure): boolean {
  return after.heights.every((height, at) => height <= (before.heights[at] ?? height) + 1);
}

function keepsTitles(before: LineMeasure, after: LineMeasure, leastTitle: number): boolean {
  return after.titles.every((title, at) => {
    const was = before.titles[at];
    if (!was) return true;
    return title.height <= was.height + 1 && (title.cut <= was.cut + TOLERANCE || title.width >= leastTitle);
  });
}
