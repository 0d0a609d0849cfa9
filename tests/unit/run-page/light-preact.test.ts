// @vitest-environment happy-dom
import fc from "fast-check";
import * as preact from "preact";
import { describe, expect, it, vi } from "vitest";
import * as light from "@/components/light-preact";

/** A view without a renderer: what JSX would make of it, for either. */
type View = string | null | false | View[] | { tag: string; key?: string; props: object; children: View[] };

function asLight(view: View): Parameters<typeof light.render>[0] {
  if (view === null || view === false || typeof view === "string") return view;
  if (Array.isArray(view)) return view.map(asLight);
  const { tag, key, props, children } = view;
  const type = tag === "Row" ? light.Fragment : tag;
  return light.jsx(type, { ...props, children: children.map(asLight) }, key);
}

function asPreact(view: View): preact.ComponentChildren {
  if (view === null || view === false || typeof view === "string") return view;
  if (Array.isArray(view)) return view.map(asPreact);
  const { tag, key, props, children } = view;
  const type = tag === "Row" ? preact.Fragment : tag;
  return preact.h(type, { ...props, ...(key === undefined ? {} : { key }) }, ...children.map(asPreact));
}

const attributes = fc.record(
  {
    class: fc.constantFrom("a", "b"),
    "aria-label": fc.constantFrom("x", undefined),
    "aria-busy": fc.boolean(),
    "data-filled": fc.boolean(),
    disabled: fc.boolean(),
    for: fc.constantFrom("one", "two"),
  },
  { requiredKeys: [] },
);
const { view } = fc.letrec<{ view: View; element: View }>((tie) => ({
  view: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<View[]>("text", "more", null, false),
    tie("element"),
    fc.array(tie("view"), { maxLength: 3 }),
  ),
  element: fc.record(
    {
      tag: fc.constantFrom("p", "div", "button", "Row"),
      key: fc.constantFrom("k1", "k2", "k3"),
      props: attributes,
      children: fc.array(tie("view"), { maxLength: 4 }),
    },
    { requiredKeys: ["tag", "props", "children"] },
  ),
}));

describe("the content script's renderer", () => {
  it("makes the same of any view, after any other views, as Preact", () => {
    fc.assert(
      fc.property(fc.array(view, { minLength: 1, maxLength: 4 }), (views) => {
        const [ours, theirs] = [document.createElement("div"), document.createElement("div")];
        for (const each of views) {
          light.render(asLight(each), ours);
          preact.render(asPreact(each), theirs);
          expect(joined(ours)).toBe(joined(theirs));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps elements that stay, whatever comes and goes around them", () => {
    const box = document.createElement("div");
    const draw = (before: boolean, text: string) =>
      light.render([before && light.jsx("p", {}), light.jsx("button", { children: text })], box);
    draw(false, "one");
    const button = box.querySelector("button");
    draw(true, "two");
    expect(box.querySelector("button")).toBe(button);
    expect(box.textContent).toBe("two");
    draw(false, "three");
    expect(box.querySelector("button")).toBe(button);
  });

  it("keeps elements with keys when their order changes", () => {
    const box = document.createElement("div");
    const draw = (keys: string[]) =>
      light.render(
        keys.map((key) => light.jsx("p", { children: key }, key)),
        box,
      );
    draw(["a", "b", "c"]);
    const [a, b, c] = box.children;
    draw(["c", "a", "b"]);
    expect([...box.children]).toEqual([c, a, b]);
  });

  it("calls what the view said last", () => {
    const box = document.createElement("div");
    const [first, second] = [vi.fn(), vi.fn()];
    const draw = (onClick: (() => void) | undefined) =>
      light.render(light.jsx("button", onClick ? { onClick } : {}), box);
    draw(first);
    draw(second);
    box.querySelector("button")?.click();
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
    draw(undefined);
    box.querySelector("button")?.click();
    expect(second).toHaveBeenCalledOnce();
    draw(first);
    box.querySelector("button")?.click();
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  });

  it("ticks what the view says is ticked, whatever the user did since", () => {
    const box = document.createElement("div");
    const draw = (checked: boolean) => light.render(light.jsx("input", { type: "checkbox", checked }), box);
    draw(false);
    const input = box.querySelector("input");
    if (input) input.checked = true;
    draw(false);
    expect(input?.checked).toBe(false);
    draw(true);
    expect(input?.checked).toBe(true);
  });

  it("draws pictures in the namespace of pictures", () => {
    const box = document.createElement("div");
    light.render(light.jsx("svg", { children: light.jsx("path", { d: "M0 0" }) }), box);
    expect(box.querySelector("path")?.namespaceURI).toBe("http://www.w3.org/2000/svg");
  });

  it("gives a progress bar without a value its waiting look back", () => {
    const box = document.createElement("div");
    light.render(light.jsx("progress", { max: 1, value: 0.5 }), box);
    expect(box.querySelector("progress")?.getAttribute("value")).toBe("0.5");
    light.render(light.jsx("progress", { max: 1 }), box);
    expect(box.querySelector("progress")?.hasAttribute("value")).toBe(false);
  });
});

/** A switch is on by being there, whatever it says. Neighbouring texts are one for whoever reads; the order of attributes is nobody's. */
function joined(element: Element): string {
  const names = [...element.attributes]
    .map(({ name, value }) => (name === "disabled" ? name : `${name}=${value}`))
    .sort();
  const children = [...element.childNodes].map((node) =>
    node instanceof Element ? joined(node) : node.nodeValue,
  );
  return `<${element.tagName} ${names.join(" ")}>${children.join("")}</>`;
}
