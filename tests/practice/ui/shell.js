import { h, icon, link } from "./dom.js";

const SECTIONS = [
  ["home", "Home", "/discover"],
  [
    "bolt",
    "Agents",
    "/agents",
    ["plus", "New Agent", "/agents/new"],
    ["list", "All Agents", "/agents/all"],
    ["calendar", "Schedules", "/schedules"],
    ["history", "Runs", "/runs"],
  ],
  ["book", "Recipes", "/recipes"],
  ["globe", "Browsers", "/browser-sessions"],
  ["key", "Credentials", "/credentials"],
  ["share", "Integrations", "/integrations"],
  [
    "gear",
    "Settings",
    "/settings",
    ["gear", "General", "/settings/general"],
    ["tags", "Labels", "/settings/labels"],
  ],
];

/** The page around a view: sidebar, the empty top bar, and the outer `main`, which the views' own `main` sits in. */
export function shell(view, path) {
  const main = h("main", { class: view.full ? "outer full" : "outer" }, view.node);
  const parts = view.full ? [main] : [h("header", { class: "top" }), main];
  return h("div", { class: "shell" }, sidebar(path), h("div", { class: "page" }, ...parts));
}

function sidebar(path) {
  const items = SECTIONS.flatMap(([glyph, label, href, ...inner]) => [
    entry(glyph, label, href, "side-item", path, inner.length > 0),
    inner.length > 0
      ? h(
          "div",
          { class: "side-group" },
          ...inner.map(([sub, name, to]) => entry(sub, name, to, "side-item small", path)),
        )
      : null,
  ]);
  const theme = h(
    "button",
    { type: "button", class: "side-theme", "aria-label": "Toggle theme", onclick: toggleTheme },
    icon("moon", 18),
  );
  return h(
    "aside",
    { class: "sidebar" },
    h("div", { class: "brand" }, h("span", { class: "brand-mark" }), "SKYVERN", h("small", {}, "practice")),
    h("nav", { "aria-label": "Sidebar" }, ...items),
    h(
      "div",
      { class: "side-low" },
      entry("file", "API Docs", "/docs", "side-item", path),
      link("/demo", { class: "side-demo" }, icon("open", 16), "Book a demo"),
    ),
    h("div", { class: "side-foot" }, theme, icon("left", 18)),
  );
}

function entry(glyph, label, href, className, path, open = false) {
  const active = path === href ? " active" : "";
  return link(
    href,
    { class: className + active },
    icon(glyph, 16),
    h("span", {}, label),
    open ? icon("down", 14) : null,
  );
}

function toggleTheme() {
  window.practiceTheme(document.documentElement.classList.contains("dark") ? "light" : "dark");
}
