const SVG = "http://www.w3.org/2000/svg";

/** Drawings on a 24-unit grid, strokes only. */
const ICONS = {
  check: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.5 12.5l2.5 2.5 5-5.5",
  cross: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9 9l6 6M15 9l-6 6",
  spin: "M20 11a8 8 0 0 0-14-4L4 9M4 4v5h5M4 13a8 8 0 0 0 14 4l2-2M20 20v-5h-5",
  play: "M7 5l11 7-11 7z",
  edit: "M4 20h16M14 5l5 5L9 19l-5 1 1-5z",
  tags: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14",
  down: "M5 9l7 7 7-7",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  bot: "M5 9h14v10H5zM12 9V5M9 13.5v1.5M15 13.5v1.5M2 13v3M22 13v3",
  cursor: "M7 4l11 8-5 1-2 5z",
  more: "M4.7 12h.6M11.7 12h.6M18.7 12h.6",
  tick: "M5 13l5 5 9-11",
  sliders: "M3 8h10M17 8h4M15 6v4M3 16h4M11 16h10M9 14v4",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5L21 21",
  close: "M6 6l12 12M18 6L6 18",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c-6 6-6 12 0 18M12 3c6 6 6 12 0 18",
  save: "M4 4h13l3 3v13H4zM8 4v5h7V4M8 20v-6h8v6",
  calendar: "M4 6h16v14H4zM4 10h16M9 3v4M15 3v4",
  share:
    "M6 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M17 3.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M17 15.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M9 10.5L14.5 7M9 13.5l5.5 3.5",
  list: "M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01",
  chat: "M4 4h16v12H9l-5 4z",
  power: "M12 3v9M7 6a8 8 0 1 0 10 0",
  open: "M5 5h6M5 5v14h14v-6M14 4h6v6M20 4l-9 9",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  home: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M15 9l-2 4-4 2 2-4z",
  gear: "M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2 2M16.4 16.4l2 2M18.4 5.6l-2 2M7.6 16.4l-2 2",
  key: "M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10M11 12l-7 7v2h4v-3h3",
  book: "M6 3h12v18l-6-4-6 4z",
  plus: "M12 5v14M5 12h14",
  history: "M4 12a8 8 0 1 0 3-6L4 8M4 4v4h4M12 8v5l3 2",
  moon: "M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10",
};

/** An element: attributes by name, `on…` as listeners, null and false left out; children appended. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

export function icon(name, size = 16) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", String(size));
  svg.setAttribute("height", String(size));
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name] ?? "");
  svg.append(path);
  return svg;
}

const STATUS_ICONS = {
  completed: "check",
  failed: "cross",
  terminated: "cross",
  timed_out: "cross",
  canceled: "cross",
};

/** The status as the page shows it: lower case in the text, capitalised by style. */
export function badge(status, extra = {}) {
  const kind = STATUS_ICONS[status] === "check" ? "good" : STATUS_ICONS[status] ? "bad" : "busy";
  return h(
    "div",
    { class: `badge ${kind}`, title: status, ...extra },
    icon(STATUS_ICONS[status] ?? "spin", 16),
    h("span", {}, status),
  );
}

/** A link that stays in the page: `navigate` does what React Router would. */
export function link(href, attributes, ...children) {
  const onclick = (event) => {
    if (event.metaKey || event.ctrlKey || event.button !== 0) return;
    event.preventDefault();
    window.practice.navigate(href);
  };
  return h("a", { href, ...attributes, onclick }, ...children);
}

export function skeleton(width, height) {
  const node = h("div", { class: "skeleton" });
  node.style.width = `${width}px`;
  node.style.height = `${height}px`;
  return node;
}

const asUtc = (time) => new Date(/(Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`);

export function longTime(time) {
  const parts = { weekday: "short", month: "short", day: "numeric", year: "numeric", timeZone: "UTC" };
  const clock = { hour: "numeric", minute: "2-digit", second: "2-digit", timeZone: "UTC" };
  const at = asUtc(time);
  return `${at.toLocaleDateString("en-US", parts)} at ${at.toLocaleTimeString("en-US", clock)}`;
}

export function duration(from, to) {
  if (!from || !to) return "";
  const seconds = Math.max(0, Math.round((asUtc(to) - asUtc(from)) / 1000));
  return seconds >= 60 ? `${Math.floor(seconds / 60)}m ${seconds % 60}s` : `${seconds}s`;
}
