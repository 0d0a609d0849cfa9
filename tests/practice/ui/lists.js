import { loadRuns, skeletonMs, wait } from "./data.js";
import { badge, duration, h, icon, link, longTime, skeleton } from "./dom.js";
import { selection } from "./selection.js";

const idle = { update: () => false, rerender() {}, stop() {} };

/** A list that shows skeletons first, then what `render` makes of the rows. */
function listView(query, node, render) {
  const slot = h("div", { class: "table-box" }, skeleton(1134, 400));
  node.append(slot);
  const chosen = selection();
  let rows = [];
  const draw = () => slot.replaceChildren(render(rows, chosen));
  Promise.all([loadRuns(query), wait(skeletonMs)]).then(([loaded]) => {
    rows = loaded;
    draw();
  });
  return { ...idle, rerender: draw, stop: chosen.stop };
}

const filters = (...names) =>
  h(
    "div",
    { class: "row" },
    ...names.map((name) =>
      h("button", { type: "button", class: "outline", "data-state": "closed" }, name, icon("down", 14)),
    ),
  );

const toolbar = (...names) =>
  h(
    "div",
    { class: "filters" },
    h(
      "div",
      { class: "row" },
      h(
        "div",
        { class: "search" },
        icon("search", 16),
        h("input", { placeholder: "Search by run ID or input..." }),
      ),
      h("button", { type: "button", class: "outline small" }, icon("tags", 14), "Tags"),
    ),
    filters(...names),
  );

const runPath = (run) => `/runs/${run.taskV2Id ?? run.id}`;
const shownId = (run) => run.taskV2Id ?? run.id;

function head(chosen, label, ...names) {
  const all = h(
    "button",
    {
      role: "checkbox",
      "aria-label": label,
      type: "button",
      "data-state": "unchecked",
      class: "check",
      onclick: chosen.all,
    },
    icon("tick", 12),
  );
  return h(
    "thead",
    {},
    h("tr", {}, h("th", { class: "box" }, all), ...names.map((name) => h("th", {}, name))),
  );
}

function table(first, rows, attributes = {}) {
  return h("table", attributes, first, h("tbody", {}, ...rows));
}

function row(run, cells, chosen, label) {
  const box = h(
    "button",
    {
      role: "checkbox",
      "aria-label": `Select ${label}`,
      type: "button",
      "data-state": "unchecked",
      class: "check",
    },
    icon("tick", 12),
  );
  const selectable = !shownId(run).startsWith("tsk_");
  const tr = h("tr", {
    "data-run": shownId(run),
    onclick: () => window.practice.navigate(runPath(run)),
    oncontextmenu: openMenu,
  });
  const first = h("td", { class: "box" }, selectable ? h("div", {}, box) : null);
  tr.append(first, ...cells);
  if (selectable) chosen.add(tr, box, first);
  return tr;
}

function openMenu(event) {
  event.preventDefault();
  event.stopPropagation();
  document.querySelector(".menu")?.remove();
  const menu = h(
    "div",
    { role: "menu", class: "menu" },
    h("div", { role: "menuitem" }, "Open"),
    h("div", { role: "menuitem" }, "Rerun"),
  );
  menu.style.left = `${Math.min(event.clientX, innerWidth - 150)}px`;
  menu.style.top = `${event.clientY}px`;
  document.body.append(menu);
  addEventListener("click", () => menu.remove(), { once: true });
}

function actions(run) {
  return h(
    "td",
    {},
    h(
      "div",
      { class: "row tight end" },
      h(
        "span",
        { "data-state": "closed" },
        h(
          "button",
          { "aria-label": "Show inputs", class: "icon-button", onclick: (event) => event.stopPropagation() },
          icon("sliders", 16),
        ),
      ),
      h(
        "button",
        {
          "aria-label": `Actions for run ${shownId(run)}`,
          type: "button",
          class: "icon-button",
          "data-state": "closed",
          onclick: openMenu,
        },
        icon("more", 16),
      ),
    ),
  );
}

const created = (run) => h("td", { title: `${longTime(run.createdAt)} UTC` }, longTime(run.createdAt));

/** `/runs` and `/history`. */
export function runsView() {
  const stack = h(
    "div",
    {},
    h("header", {}, h("h1", { class: "list-title" }, "Run History")),
    toolbar("Filter by Agent", "Filter by Type", "Filter by Status"),
  );
  const list = listView("", stack, (runs, chosen) => {
    const rows = runs.map((run) => {
      const detail = h(
        "td",
        { title: run.title ?? "" },
        h(
          "div",
          { class: "detail" },
          h("span", { "data-state": "closed" }, icon("cursor", 14)),
          h("span", { class: "clip" }, run.title ?? ""),
        ),
      );
      const cells = [
        h("td", { title: shownId(run), class: "clip" }, shownId(run)),
        detail,
        h("td", {}, badge(run.status)),
        created(run),
        h("td", { class: "dim" }, duration(run.startedAt, run.finishedAt)),
        actions(run),
      ];
      return row(run, cells, chosen, run.title ?? shownId(run));
    });
    return table(
      head(chosen, "Select all workflow runs", "Run ID", "Detail", "Status", "Created At", "Duration", ""),
      rows,
      { class: "runs-table" },
    );
  });
  return {
    ...list,
    node: h(
      "div",
      { class: "task-page" },
      h("main", { class: "inner" }, h("div", { class: "stack" }, stack)),
    ),
  };
}

/** `/agents/{wpid}/runs`: its header has an `h2` with an ID that is no run's, and an Edit link. */
export function agentRunsView({ agentId }) {
  const name = h("h1", { class: "agent-title" }, "Agent");
  const header = h(
    "header",
    { class: "agent-header" },
    h("div", {}, name, h("h2", { class: "agent-id" }, agentId)),
    h(
      "div",
      { class: "row" },
      link(`/agents/${agentId}/scripts`, { class: "button secondary" }, icon("code", 16), "Scripts"),
      link(
        `/agents/${agentId}/build`,
        { class: "button secondary", "data-testid": "workflow-open-editor-link" },
        icon("edit", 16),
        "Edit",
      ),
      link(`/agents/${agentId}/run`, { class: "button cta" }, icon("play", 16), "Run"),
    ),
  );
  const stack = h(
    "div",
    { class: "past" },
    h("header", {}, h("h1", { class: "list-title" }, "Past Runs")),
    toolbar("Filter by Status"),
  );
  const list = listView(`?agent=${encodeURIComponent(agentId)}`, stack, (runs, chosen) => {
    name.textContent = runs[0]?.title ?? "Agent";
    const rows = runs.map((run) => {
      const cells = [
        h("td", {}, h("div", { class: "row" }, h("span", {}, shownId(run)))),
        h("td", {}, badge(run.status)),
        created(run),
        h("td", {}, duration(run.startedAt, run.finishedAt)),
        actions(run),
      ];
      return row(run, cells, chosen, shownId(run));
    });
    return table(head(chosen, "Select all runs", "ID", "Status", "Created At", "Duration", "Actions"), rows);
  });
  return { ...list, node: h("main", { class: "inner" }, h("div", { class: "stack" }, header, stack)) };
}

function bareTable(runs) {
  const rows = runs.map((run) =>
    h(
      "tr",
      { onclick: () => window.practice.navigate(runPath(run)) },
      h("td", {}, shownId(run)),
      h("td", {}, run.title ?? ""),
      h("td", {}, badge(run.status)),
      created(run),
    ),
  );
  return table(
    h("thead", {}, h("tr", {}, ...["ID", "Title", "Status", "Created At"].map((name) => h("th", {}, name)))),
    rows,
  );
}

/** `/tasks`: rows without checkboxes, IDs as plain text. */
export function tasksView() {
  const stack = h("div", {}, h("header", {}, h("h1", { class: "list-title" }, "Tasks")));
  const list = listView("", stack, (runs) => bareTable(runs.filter(({ kind }) => kind !== "workflow")));
  return {
    ...list,
    node: h(
      "div",
      { class: "task-page" },
      h("main", { class: "inner" }, h("div", { class: "stack" }, stack)),
    ),
  };
}

/** `/browser-session/{pbs}/…`: outside the normal layout, without `main` and `header`. */
export function sessionView({ sessionId, tab }) {
  const stack = h(
    "div",
    { class: "session" },
    h("div", { class: "text-3xl" }, sessionId),
    h("div", { class: "dim" }, tab),
  );
  if (tab !== "runs") return { ...idle, bare: true, node: stack };
  const list = listView(`?session=${encodeURIComponent(sessionId)}`, stack, bareTable);
  return { ...list, bare: true, node: stack };
}
