import { loadRun, skeletonMs, wait } from "./data.js";
import { h, skeleton } from "./dom.js";

/** `?layout=unknown`: a redesign in which neither the classic page's hooks nor the studio's exist. */
export function unknownView(route, missing) {
  const content = h("section", { class: "stack" }, skeleton(400, 40));
  async function load() {
    const [run] = await Promise.all([loadRun(route.id), wait(skeletonMs)]);
    if (!run) return missing();
    content.replaceChildren(
      h("p", { class: "redesign" }, `Run ${run.id}`),
      h("p", {}, run.title ?? ""),
      h("p", {}, run.status),
    );
  }
  load();
  return {
    node: h("main", { class: "inner" }, content),
    update: (next) => next.id === route.id && next.layout === route.layout,
    rerender: load,
    stop() {},
  };
}
