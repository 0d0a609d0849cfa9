import { h, icon } from "./dom.js";

const TYPES = {
  login: "Login",
  navigation: "Browser Task",
  extraction: "Extraction",
  for_loop: "Loop",
  file_download: "File Download",
  workflow_trigger: "Workflow Trigger",
};

/** The timeline of blocks and actions, and the card of the chosen block under it. */
export function timelinePanel(run) {
  const actions = run.blocks.flatMap((block) => block.actions);
  const head = h(
    "div",
    { class: "timeline-head" },
    h("span", {}, "Timeline"),
    h("span", {}, `· ${run.blocks.length} blocks`),
    h("span", {}, `· ${actions.length} actions`),
    h("span", { title: "Credits consumed by this run (live + cached)" }, "· 12 credits"),
  );
  const rows = h("div", { class: "timeline-rows" }, ...run.blocks.flatMap(blockRows));
  return h(
    "div",
    { class: "timeline-side" },
    h("div", { class: "timeline" }, head, rows),
    card(run.blocks[0]),
  );
}

function blockRows(block, index) {
  const name = TYPES[block.type] ?? block.type;
  const count =
    block.actions.length === 0
      ? null
      : h(
          "span",
          { class: "count" },
          `${block.actions.length} action${block.actions.length === 1 ? "" : "s"}`,
        );
  const row = h(
    "div",
    { class: "timeline-row" },
    h("button", { type: "button", class: "bare", "aria-label": "Collapse" }, icon("down", 14)),
    h(
      "button",
      { type: "button", class: "bare wide" },
      icon("check", 14),
      h("span", { role: "img", "aria-label": name, title: name }, icon("bot", 14)),
      h("span", { class: "dim" }, `#${index + 1}`),
      h("span", { class: "label" }, block.label),
      h("span", { class: "dim clip" }, `· ${block.goal ?? ""}`),
      count,
      h("span", { class: "dim" }, "5s"),
    ),
  );
  return [row, ...block.actions.map(actionRow)];
}

function actionRow(action, index) {
  return h(
    "div",
    { class: "timeline-row action" },
    h(
      "button",
      { type: "button", class: "bare wide" },
      icon("check", 14),
      h("span", {}, icon("cursor", 14)),
      h("span", { class: "dim" }, `#${index + 1}`),
      h("span", { class: "dim clip" }, `· ${action.reasoning ?? ""}`),
    ),
  );
}

/** A panel with a `header` of its own, as the page's canvas and panels have them. */
function card(block) {
  const head = h(
    "header",
    { class: "card-head" },
    icon("bot", 20),
    h("h3", {}, block ? (TYPES[block.type] ?? block.type) : "No block selected"),
  );
  return h(
    "div",
    { class: "card" },
    head,
    h("div", { class: "dim" }, block?.label ?? "Click a row in the timeline to see its details here."),
  );
}
