import { h, icon } from "./dom.js";

/** Selected rows of a list: a click on the first cell selects, Ctrl adds, Shift extends; a toolbar while there are any. */
export function selection() {
  const entries = [];
  const chosen = new Set();
  let last = -1;
  let toolbar = null;

  function show() {
    for (const { tr, box } of entries) {
      const on = chosen.has(tr);
      if (on) tr.setAttribute("data-state", "selected");
      else tr.removeAttribute("data-state");
      box.setAttribute("data-state", on ? "checked" : "unchecked");
      box.setAttribute("aria-checked", String(on));
    }
    toolbar?.remove();
    toolbar = null;
    if (chosen.size === 0) return;
    toolbar = h(
      "div",
      { role: "toolbar", "aria-label": "Bulk actions", class: "bulk" },
      h("span", {}, `${chosen.size} selected`),
      h(
        "button",
        { "aria-label": "Clear selection", class: "icon-button", onclick: clear },
        icon("close", 16),
      ),
      h("div", { class: "studio-rule" }),
      h("button", { "aria-haspopup": "menu", class: "ghost small" }, "Actions", icon("down", 14)),
    );
    document.body.append(toolbar);
  }

  function clear() {
    chosen.clear();
    show();
  }

  function choose(index, event) {
    const { tr } = entries[index];
    if (event.shiftKey && last >= 0) {
      for (const entry of entries.slice(Math.min(last, index), Math.max(last, index) + 1))
        chosen.add(entry.tr);
    } else if (event.ctrlKey || event.metaKey || event.target.closest("[role=checkbox]")) {
      if (!chosen.delete(tr)) chosen.add(tr);
    } else {
      chosen.clear();
      chosen.add(tr);
    }
    last = index;
    show();
  }

  const onKey = (event) => {
    if (event.key === "Escape") clear();
  };
  addEventListener("keydown", onKey);

  return {
    add(tr, box, cell) {
      const index = entries.push({ tr, box }) - 1;
      cell.addEventListener("click", (event) => {
        event.stopPropagation();
        choose(index, event);
      });
    },
    all(event) {
      event.stopPropagation();
      if (chosen.size === entries.length) chosen.clear();
      else for (const { tr } of entries) chosen.add(tr);
      show();
    },
    stop() {
      removeEventListener("keydown", onKey);
      toolbar?.remove();
    },
  };
}
