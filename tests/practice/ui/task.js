import { isLive, loadRun, pollMs, skeletonMs, wait } from "./data.js";
import { badge, h, icon, link, skeleton } from "./dom.js";
import { files, tabContent } from "./run-parts.js";

const TABS = [
  ["actions", "Actions"],
  ["recording", "Recording"],
  ["parameters", "Inputs"],
  ["diagnostics", "Diagnostics"],
];

/** The page of a plain task: the ID in a `span`, a second row in the header for an agent's link. */
export function taskView(route, missing) {
  const state = { route, run: null, stopped: false };
  const left = h("div", { class: "task-left" });
  const row = h("div", { class: "run-row" });
  const header = h(
    "header",
    { class: "task-header" },
    h("div", { class: "task-line" }, left, row),
    h("div", { class: "task-agent" }),
  );
  const body = h("div", { class: "run-body" });

  function renderHeader() {
    const { run } = state;
    const shown = h("span", { class: "text-3xl" }, state.route.id);
    left.replaceChildren(
      h(
        "div",
        { class: "task-id" },
        h("div", { class: "task-id" }, shown, run ? badge(run.status) : skeleton(112, 26)),
      ),
    );
    row.replaceChildren(...(run ? buttons(run) : [skeleton(146, 36), skeleton(103, 36)]));
  }

  function renderBody() {
    const { run } = state;
    const tabs = TABS.map(([tab, label]) =>
      link(`${state.route.base}/${tab}`, { class: state.route.tab === tab ? "tab active" : "tab" }, label),
    );
    const content = !run
      ? skeleton(1136, 400)
      : state.route.tab === "actions"
        ? actions(run)
        : tabContent(run, state.route.tab);
    body.replaceChildren(h("div", { class: "tabs-line" }, h("div", { class: "tabs" }, ...tabs)), content);
  }

  async function load() {
    renderHeader();
    renderBody();
    const [run] = await Promise.all([loadRun(state.route.id), wait(skeletonMs)]);
    if (state.stopped) return;
    if (!run) return missing();
    state.run = run;
    renderHeader();
    renderBody();
  }

  const timer = setInterval(async () => {
    if (!state.run || !isLive(state.run)) return;
    state.run = (await loadRun(state.route.id)) ?? state.run;
    renderHeader();
  }, pollMs);

  load();
  return {
    node: h(
      "div",
      { class: "task-page" },
      h("main", { class: "inner" }, h("div", { class: "stack" }, route.embed ? null : header, body)),
    ),
    update(next) {
      if (
        next.id !== state.route.id ||
        next.embed !== state.route.embed ||
        next.layout !== state.route.layout
      )
        return false;
      state.route = next;
      renderBody();
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

function buttons(run) {
  const last = isLive(run)
    ? h("button", { type: "button", class: "danger" }, "Cancel")
    : link(`/tasks/create/retry/${run.id}`, { class: "button cta" }, icon("play", 16), "Rerun");
  return [
    h("button", { type: "button", class: "secondary", "data-state": "closed" }, "API & Webhooks"),
    last,
  ];
}

function actions(run) {
  const shot = h(
    "div",
    { class: "task-shot" },
    run.screenshot ? h("img", { src: run.screenshot, alt: "" }) : null,
  );
  const counts = h(
    "div",
    { class: "task-counts" },
    h("div", {}, `Actions: ${run.actions}`),
    h("div", {}, `Steps: ${run.steps}`),
  );
  return h(
    "div",
    { class: "task-body" },
    shot,
    h("div", { class: "task-side" }, counts, h("div", { class: "task-files" }, files(run))),
  );
}
