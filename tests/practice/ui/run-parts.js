import { h, icon } from "./dom.js";

/** "Extracted Information" and "Downloaded Files": for completed runs only. */
export function runPanel(run) {
  if (run.status !== "completed") return null;
  return h(
    "div",
    { class: "panel two" },
    h("div", {}, h("label", {}, "Extracted Information"), codeBox(run.output)),
    h("div", {}, h("label", {}, "Downloaded Files"), files(run)),
  );
}

export function codeBox(value) {
  const lines = JSON.stringify(value, null, 2).split("\n");
  const numbered = lines.map((line, index) =>
    h("div", { class: "code-line" }, h("i", {}, String(index + 1)), h("span", {}, line)),
  );
  return h("div", { class: "code", role: "textbox" }, ...numbered);
}

export function files(run) {
  if (run.downloads.length === 0) return h("div", { class: "muted" }, "No files downloaded");
  const items = run.downloads.map(({ url, filename }) =>
    h(
      "div",
      { class: "file", title: url },
      icon("file", 20),
      h("a", { href: url, target: "_blank", rel: "noreferrer" }, h("span", {}, filename)),
    ),
  );
  return h("div", { class: "files" }, ...items);
}

/** What the tabs other than the overview hold. */
export function tabContent(run, tab) {
  switch (tab) {
    case "output":
      return h(
        "div",
        { class: "panel" },
        h("label", {}, "Output"),
        codeBox({ output: run.output, failure_reason: run.failureReason }),
        files(run),
      );
    case "recording":
      return run.recording
        ? h("video", { src: run.recording, controls: true, class: "video" })
        : h("div", { class: "muted" }, "No recording available for this run");
    case "code":
      return h("div", { class: "panel" }, codeBox({ code: "generated" }));
    default:
      return h("div", { class: "panel" }, h("label", {}, "Inputs"), codeBox({}));
  }
}
