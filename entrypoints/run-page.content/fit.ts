/** From the roomiest to the tightest: words, icons with tooltips, one button with a menu. */
export type Form = "labels" | "icons" | "menu";

const FORMS: Form[] = ["labels", "icons", "menu"];
/** A title that is cut already may lose this much more, px. */
const TOLERANCE = 8;
/** The menu, our last form within a line, may leave this much of a title, px. */
const LEAST_TITLE = 80;
/** How far below its line the host may hang, px: our row and its gap. */
const BELOW_LINE = 44;
const TRANSPARENT = "rgba(0, 0, 0, 0)";
/** From this width of the window on a session's page has room for words, px. */
const ROOMY = 900;

/**
 * Gives the host the roomiest form that fits its line: nothing is pushed over the line's end, no heading wraps or is
 * cut because of us, and no words of ours make the line higher. Where `mayHang`, it hangs below the line's buttons
 * before it takes a tighter form: it takes no room there.
 * Runs within one frame: nothing is seen of the tries.
 *
 * @returns false where nothing fits
 */
export function fitForm(host: HTMLElement, line: Element, mayHang: boolean): boolean {
  delete host.dataset.out;
  setForm(host, "none");
  const before = measure(line, host);
  const fits = (form: Form): boolean => {
    delete host.dataset.out;
    setForm(host, form);
    const after = measure(line, host);
    const leastTitle = form === "menu" ? LEAST_TITLE : Number.POSITIVE_INFINITY;
    if (overflows(before, after) || !keepsTitles(before, after, leastTitle)) return false;
    return form !== "labels" || keepsHeights(before, after);
  };
  if (FORMS.some((form) => fits(form) || (mayHang && hangs(host, line, form)))) return true;
  // Below a header of one line there is mostly nothing at its end: better there than afloat.
  return mayHang && hangs(host, line, "icons", BELOW_LINE);
}

/** Floats the host out of its line, at the bottom right of the window; over a session's picture there is room. */
export function setAfloat(host: HTMLElement): void {
  const roomy = host.dataset.session !== undefined && innerWidth >= ROOMY;
  setForm(host, roomy ? "labels" : "menu");
  host.dataset.out = "afloat";
}

/**
 * Hangs the host below the line's buttons, at the line's end. The header is empty there, as its title takes several
 * lines.
 * @param below how far it may leave the line there, px
 * @returns false where it would cover something of the line, or leave it
 */
function hangs(host: HTMLElement, line: Element, form: Form, below = 0.5): boolean {
  host.dataset.out = "hung";
  setForm(host, form);
  host.style.setProperty("--hang", "0px");
  const { left, right, bottom } = line.getBoundingClientRect();
  const end = Math.min(right, document.documentElement.clientWidth);
  host.style.setProperty("--hang", `${end - host.getBoundingClientRect().right}px`);
  const own = host.getBoundingClientRect();
  return (
    own.left >= left && own.bottom <= bottom + below && !seenIn(line, host).some((box) => cross(box, own))
  );
}

/** Where there is something to see: texts, as a heading's own box is as wide as its column, and what has a colour. */
function seenIn(line: Element, host: HTMLElement): DOMRect[] {
  const nodes = document.createTreeWalker(line, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  const range = document.createRange();
  const boxes: DOMRect[] = [];
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    if (node === host) continue;
    if (node instanceof Text) {
      range.selectNodeContents(node);
      boxes.push(...range.getClientRects());
    } else if (node instanceof Element && getComputedStyle(node).backgroundColor !== TRANSPARENT)
      boxes.push(node.getBoundingClientRect());
  }
  return boxes;
}

function cross(one: DOMRect, other: DOMRect): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
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
