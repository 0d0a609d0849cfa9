import { isLive, loadRun, loadRuns, pollMs, skeletonMs, wait } from "./data.js";
import { badge, duration, h, icon, link, skeleton } from "./dom.js";
import { timelinePanel } from "./timeline.js";

/** The studio: top bar, browser pane, run pane. `?wr=` changes without any unmount. */
export function studioView(route, missing) {
  const state = { route, run: null, stopped: false };
  const bar = h("div", { class: "studio-bar" });
  const panes = h("div", { class: "studio-panes" });

  function render() {
    const { run } = state;
    if (!run) {
      bar.replaceChildren(skeleton(216, 24), skeleton(400, 32));
      panes.replaceChildren(skeleton(740, 600), skeleton(400, 600));
      return;
    }
    bar.replaceChildren(
      title(run),
      h("span", { class: "studio-rule" }),
      nav(run),
      h("div", { class: "grow" }),
      run.agentDeleted ? "" : editorActions(run),
    );
    panes.replaceChildren(browserPane(run), runPane(run));
  }

  async function load() {
    const { id, agentId } = state.route;
    render();
    const latest = async () => (await loadRuns(`?agent=${agentId}`))[0]?.id;
    const [run] = await Promise.all([
      Promise.resolve(id ?? latest()).then((found) => (found ? loadRun(found) : null)),
      wait(skeletonMs),
    ]);
    if (state.stopped || state.route.id !== id) return;
    if (!run) return missing();
    state.run = run;
    render();
  }

  const timer = setInterval(async () => {
    if (!state.run || !isLive(state.run)) return;
    const run = await loadRun(state.run.id);
    if (state.stopped || !run || run.id !== state.run.id) return;
    state.run = run;
    render();
  }, pollMs);

  load();
  return {
    node: h("main", { class: "inner full" }, h("div", { class: "studio" }, bar, panes)),
    full: true,
    update(next) {
      if (next.layout !== state.route.layout || next.embed !== state.route.embed) return false;
      const changed = next.id !== state.route.id;
      state.route = next;
      if (changed) load();
      return true;
    },
    rerender: render,
    stop() {
      state.stopped = true;
      clearInterval(timer);
    },
  };
}

function title(run) {
  const shown = run.agentDeleted
    ? h("b", { class: "clip" }, run.title ?? "")
    : link(`/agents/${run.agentId}/runs`, { class: "clip" }, run.title ?? "Untitled");
  const edit = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Click to edit title" },
    icon("edit", 16),
  );
  return h(
    "div",
    { class: "studio-title" },
    h("span", { class: "clip", "data-state": "closed" }, shown),
    h("span", { "data-state": "closed" }, edit),
  );
}

function tab(id, label, glyph, active = false) {
  return h(
    "button",
    {
      id: `studio-tab-${id}`,
      "aria-label": label,
      type: "button",
      class: active ? "pane-tab active" : "pane-tab",
    },
    icon(glyph, 14),
    h("span", {}, label),
  );
}

function nav(run) {
  const overview = h(
    "button",
    {
      id: "studio-tab-overview",
      "aria-label": `View Run: ${run.id}, ${run.status}`,
      type: "button",
      class: "pane-tab active",
      "data-state": "closed",
    },
    icon("file", 14),
    h("span", {}, `View Run: ${run.id}`),
    h("span", { class: `dot ${run.status}` }),
    h("span", { role: "button", "aria-label": "Copy run link", title: "Copy run link" }),
  );
  const past = h(
    "button",
    {
      id: "studio-tab-past-runs",
      "aria-label": "Past Runs",
      type: "button",
      class: "pane-tab active past",
      "data-state": "closed",
    },
    icon("down", 13),
  );
  return h(
    "nav",
    { "aria-label": "Studio panes", class: "studio-nav" },
    tab("copilot", "Copilot", "chat"),
    tab("editor", "Editor", "share"),
    tab("browser", "Browser", "globe", true),
    h("span", { class: "split" }, overview, past),
    h("span", { role: "status", class: "sr-only" }),
  );
}

function iconButton(label, glyph, extra = {}) {
  return h(
    "span",
    { "data-state": "closed" },
    h("button", { "aria-label": label, class: "icon-button", type: "button", ...extra }, icon(glyph, 16)),
  );
}

function editorActions(run) {
  const last = isLive(run)
    ? h("button", { type: "button", class: "danger small" }, "Cancel")
    : h("button", { type: "button", class: "cta small" }, icon("play", 16), "Re-run");
  return h(
    "div",
    { "data-tour": "editor-actions", class: "editor-actions" },
    h(
      "div",
      { class: "row tight" },
      iconButton("Save workflow", "save"),
      iconButton("Schedule", "calendar"),
      iconButton("More actions", "more"),
    ),
    h("div", { class: "studio-rule" }),
    h(
      "div",
      { class: "row" },
      h("button", { "aria-label": "Inputs", type: "button", class: "ghost small" }, "Inputs"),
      last,
    ),
  );
}

function browserPane(run) {
  const head = h(
    "div",
    { role: "group", "aria-label": "Browser pane header", class: "pane-head" },
    icon("globe", 14),
    h("span", {}, "Browser"),
    h(
      "div",
      { role: "group", "aria-label": "Browser view", class: "row tight" },
      h("button", { class: "ghost tiny", "aria-label": "Live" }, "Live"),
      h("button", { class: "ghost tiny", "aria-label": "Recording" }, "Recording"),
      h("button", { class: "ghost tiny active", "aria-label": "Screenshots" }, "Screenshots"),
    ),
    h("span", { class: "grow" }),
    iconButton("Close Browser pane", "close"),
  );
  const shot = run.screenshot ? h("img", { src: run.screenshot, alt: "" }) : null;
  return h(
    "section",
    { id: "studio-panel-browser", role: "region", "aria-label": "Browser", class: "pane wide" },
    head,
    h("div", { class: "pane-shot" }, shot),
  );
}

function runPane(run) {
  const head = h(
    "div",
    { role: "group", "aria-label": "Run pane header", class: "pane-head" },
    icon("file", 14),
    h("span", {}, `Run: ${run.id.slice(0, 7)}…`),
    h(
      "div",
      { role: "group", "aria-label": "Run view", class: "row tight" },
      iconButton("Timeline", "list"),
      iconButton("Inputs", "sliders"),
      iconButton("Outputs", "file"),
      iconButton("More views", "more"),
    ),
    h("span", { class: "grow" }),
    h(
      "button",
      { "aria-label": "API & Webhooks", type: "button", class: "icon-button", "data-state": "closed" },
      icon("share", 16),
    ),
    iconButton("Close Run pane", "close"),
  );
  const state = h(
    "div",
    { class: "row" },
    badge(run.status, { role: "img", "aria-label": run.status }),
    h("span", { class: "dim" }, `Ran for ${duration(run.startedAt, run.finishedAt)}`),
  );
  return h(
    "section",
    { id: "studio-panel-overview", role: "region", "aria-label": "Run", class: "pane" },
    head,
    h("div", { class: "pane-body" }, state, timelinePanel(run)),
  );
}
