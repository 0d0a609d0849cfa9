import { classicView } from "./classic.js";
import { studioFlag } from "./data.js";
import { h, link } from "./dom.js";
import { editorView } from "./editor.js";
import { agentRunsView, runsView, sessionView, tasksView } from "./lists.js";
import { routeOf } from "./routes.js";
import { shell } from "./shell.js";
import { studioView } from "./studio.js";
import { taskView } from "./task.js";
import { unknownView } from "./unknown.js";

const root = document.getElementById("root");

const VIEWS = {
  run: classicView,
  task: taskView,
  studio: studioView,
  editor: editorView,
  runs: runsView,
  tasks: tasksView,
  "agent-runs": agentRunsView,
  session: sessionView,
  missing: missingView,
};

/** The view on show: `update(route)` true where it can take the new route without being built anew. */
let current = { key: "", update: () => false, rerender() {}, stop() {} };

function missingView() {
  const node = h(
    "div",
    { class: "missing" },
    h("div", { class: "missing-code" }, "404"),
    h("p", {}, "Page not found"),
    link("/runs", {}, "Go to runs"),
  );
  return { node, bare: true, update: () => false, rerender() {}, stop() {} };
}

function show() {
  const route = routeOf(new URL(location.href), studioFlag());
  if (route.redirect) {
    history.replaceState(null, "", route.redirect);
    show();
    return;
  }
  if (route.view === current.key && current.update(route)) return;
  current.stop();
  const build = route.layout === "unknown" ? unknownView : VIEWS[route.view];
  const view = build(route, () => replaceBy(missingView()));
  current = { ...view, key: route.view };
  mount(view, route);
}

function replaceBy(view) {
  current.stop();
  current = { ...view, key: "missing" };
  mount(view, {});
}

function mount(view, route) {
  root.replaceChildren(view.bare || route.embed ? view.node : shell(view, location.pathname));
}

/** For tests: what a user, the router or the page's own scripts would do. */
window.practice = {
  navigate(path) {
    history.pushState(null, "", path);
    show();
  },
  replace(path) {
    history.replaceState(null, "", path);
    show();
  },
  /** Renders the page's parts anew, as a poll does: foreign nodes in the header's row are gone. */
  rerender: () => current.rerender(),
  /** Builds the whole view anew, as another run does. */
  remount() {
    current.stop();
    current = { key: "", update: () => false, rerender() {}, stop() {} };
    show();
  },
  setStudio(flag) {
    localStorage.setItem("practice-studio", flag);
    show();
  },
  setTheme: (theme) => window.practiceTheme(theme),
  toast(text, ms = 4000) {
    const toast = h("li", { class: "toast", role: "status" }, text);
    let region = document.querySelector("ol.toasts");
    if (!region) {
      region = h("ol", { class: "toasts", "aria-label": "Notifications" });
      document.body.append(region);
    }
    region.append(toast);
    setTimeout(() => toast.remove(), ms);
  },
  /** What a translating browser does: every text in a `font` of its own, in other words; IDs stay. */
  translate() {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      if (!text.data.trim()) continue;
      const words = /^(wr|tsk|wpid)_/.test(text.data) ? text.data : [...text.data].reverse().join("");
      text.replaceWith(h("font", {}, h("font", {}, words)));
    }
  },
};

addEventListener("popstate", show);
show();
