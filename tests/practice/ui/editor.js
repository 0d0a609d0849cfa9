import { h, icon } from "./dom.js";

/** The plain editor of an agent: it has the studio's actions too, but no run. */
export function editorView(route) {
  const actions = h(
    "div",
    { "data-tour": "editor-actions", class: "editor-actions" },
    h("button", { "aria-label": "Save workflow", type: "button", class: "icon-button" }, icon("save", 16)),
    h("button", { type: "button", class: "cta small" }, "Run"),
  );
  const nodes = ["Start", "Open portal"].map((name) =>
    h("div", { class: "card" }, h("header", { class: "card-head" }, h("h3", {}, name))),
  );
  const bar = h(
    "div",
    { class: "studio-bar" },
    h("b", {}, `Editor of ${route.agentId}`),
    h("div", { class: "grow" }),
    actions,
  );
  return {
    node: h(
      "main",
      { class: "inner full" },
      h("div", { class: "studio" }, bar, h("div", { class: "canvas" }, ...nodes)),
    ),
    full: true,
    update: () => false,
    rerender() {},
    stop() {},
  };
}
