import { isLive, loadRun, pollMs, skeletonMs, wait } from "./data.js";
import { badge, h, icon, link, longTime, skeleton } from "./dom.js";
import { runPanel, tabContent } from "./run-parts.js";
import { timelinePanel } from "./timeline.js";

const TABS = [
  ["overview", "Overview"],
  ["output", "Output"],
  ["parameters", "Inputs"],
  ["recording", "Recording"],
  ["code", "Code"],
];

/** The classic page of a workflow run. The header stays while tabs change, and its row is rebuilt at each poll. */
export function classicView(route, missing) {
  const state = { route, run: null, stopped: false, path: location.pathname };
  const left = h("div", { class: "run-left" });
  const row = h("div", { class: "run-row" });
  const header = h("header", { class: "run-header" }, left, row);
  const body = h("div", { class: "run-body" });
  const stack = h("div", { class: "stack" }, route.embed ? null : header, body);

  function renderHeader() {
    left.replaceChildren(...(state.run ? headerLeft(state.run) : skeletonLeft(state.route.id)));
    row.replaceChildren(
      ...(state.run ? headerRow(state.run) : [skeleton(146, 36), skeleton(83, 36), skeleton(103, 36)]),
    );
  }

  function renderBody() {
    if (!state.run) return body.replaceChildren(skeleton(1136, 130), skeleton(496, 58), skeleton(1136, 400));
    const content =
      state.route.tab === "overview" || state.route.tab === "blocks"
        ? h("div", { class: "overview" }, screenshotOf(state.run), timelinePanel(state.run))
        : tabContent(state.run, state.route.tab);
    return body.replaceChildren(...[runPanel(state.run), tabBar(state), content].filter(Boolean));
  }

  async function load() {
    const { id } = state.route;
    state.run = null;
    renderHeader();
    renderBody();
    const [run] = await Promise.all([loadRun(id), wait(skeletonMs)]);
    if (state.stopped || state.route.id !== id) return;
    if (!run) return missing();
    if (state.route.base.endsWith(run.taskV2Id ?? "?"))
      return window.practice.replace(`/runs/${run.id}/${state.route.tab}`);
    state.run = run;
    renderHeader();
    renderBody();
  }

  const timer = setInterval(async () => {
    if (!state.run || !isLive(state.run)) return;
    const { id } = state.route;
    const run = await loadRun(id);
    if (state.stopped || !run || state.route.id !== id) return;
    state.run = run;
    renderHeader();
    renderBody();
  }, pollMs);

  load();
  return {
    node: h("main", { class: "inner" }, stack),
    update(next) {
      const sameRun = next.id === state.route.id;
      if (next.layout !== state.route.layout || next.embed !== state.route.embed) return false;
      if (!sameRun && location.pathname !== state.path) return false;
      state.route = next;
      state.path = location.pathname;
      if (sameRun) renderBody();
      else load();
      return true;
    },
    rerender() {
      renderHeader();
      renderBody();
    },
    stop() {
      state.stopped = true;
      clearInterval(timer);
    },
  };
}

function skeletonLeft(id) {
  return [
    h("div", { class: "run-title" }, skeleton(340, 36), skeleton(112, 26)),
    h("h2", {}, id),
    skeleton(75, 32),
    skeleton(610, 20),
  ];
}

function headerLeft(run) {
  const title = run.title ?? "Untitled";
  const shown = run.agentDeleted ? title : link(`/agents/${run.agentId}/runs`, {}, title);
  return [
    h("div", { class: "run-title" }, h("h1", {}, shown), h("div", { class: "row" }, badge(run.status))),
    h("h2", {}, run.id),
    h(
      "div",
      { class: "row" },
      h(
        "button",
        { type: "button", class: "secondary small", "aria-label": "Manage tags", "data-state": "closed" },
        icon("tags", 14),
        "Tags",
      ),
    ),
    h("div", { class: "row" }),
    h("div", { class: "times" }, time("Started", run.startedAt), time("Finished", run.finishedAt)),
  ];
}

function time(word, at) {
  return at ? h("span", { title: `${longTime(at)} UTC` }, `${word}: ${longTime(at)}`) : null;
}

function headerRow(run) {
  if (run.agentDeleted) return [];
  const last = isLive(run)
    ? h("button", { type: "button", class: "danger", "data-state": "closed" }, "Cancel")
    : link(`/agents/${run.agentId}/run`, { class: "button cta" }, icon("play", 16), "Rerun");
  return [
    h("button", { type: "button", class: "secondary", "data-state": "closed" }, "API & Webhooks"),
    link(
      `/agents/${run.agentId}/build`,
      { class: "button secondary", "data-testid": "workflow-open-editor-link" },
      icon("edit", 16),
      "Edit",
    ),
    last,
  ];
}

function tabBar({ route }) {
  const tabs = TABS.map(([tab, label]) => {
    const glyph = tab === "code" ? h("span", {}, icon("code", 18)) : null;
    return link(`${route.base}/${tab}`, { class: route.tab === tab ? "tab active" : "tab" }, glyph, label);
  });
  return h("div", { class: "tabs-line" }, h("div", { class: "tabs" }, ...tabs));
}

function screenshotOf(run) {
  const image = run.screenshot
    ? h("img", { src: run.screenshot, alt: "" })
    : h("div", { class: "no-shot" }, "No screenshot yet");
  return h("div", { class: "shot" }, h("figure", {}, image));
}
