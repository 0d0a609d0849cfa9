/**
 * What a content script needs of Preact, in a fifth of its size: functions as components, fragments, keys, events
 * and attributes; no state, no hooks, no refs. It stands in for `preact` in content scripts alone
 * (wxt.config.ts), since they are loaded with every page of the site.
 */

type Key = string | number | undefined;
type Child = LightNode | readonly Child[] | string | number | boolean | null | undefined;
type Props = { readonly children?: Child; readonly [name: string]: unknown };
type Component = (props: Props) => Child;

interface LightNode {
  type: string | Component;
  props: Props;
  key: Key;
}

/** What stands in the page for an element of the view. */
interface Drawn {
  node: Element | Text;
  props: Props;
  children: Map<string, Drawn>;
  /** Props that are listened for. */
  heard: Set<string>;
}

const SVG = "http://www.w3.org/2000/svg";
const drawings = new WeakMap<Element, Map<string, Drawn>>();

/** Made from JSX by the compiler. */
export function jsx(type: string | Component, props: Props, key?: Key): LightNode {
  return { type, props, key };
}

export { jsx as jsxs };

/** Several children without an element around them. */
export function Fragment({ children }: { children?: Child }): Child {
  return children;
}

/** Makes the children of `parent` what the view says; elements that stay are kept, with their focus and state. */
export function render(view: Child, parent: Element): void {
  drawings.set(parent, drawChildren(parent, view, drawings.get(parent) ?? new Map()));
}

function drawChildren(parent: Element, view: Child, before: Map<string, Drawn>): Map<string, Drawn> {
  const leaves = new Map<string, LightNode | string>();
  gather(view, "", leaves);
  for (const [place, { node }] of before) if (!leaves.has(place)) node.remove();
  const after = new Map<string, Drawn>();
  let next = parent.firstChild;
  for (const [place, leaf] of leaves) {
    const drawn = before.get(place) ?? make(parent, leaf);
    if (typeof leaf === "string") {
      if (drawn.node.nodeValue !== leaf) drawn.node.nodeValue = leaf;
    } else if (drawn.node instanceof Element) {
      drawn.children = drawChildren(drawn.node, leaf.props.children, drawn.children);
      setProps(drawn, drawn.node, leaf.props);
    }
    if (drawn.node === next) next = next.nextSibling;
    else parent.insertBefore(drawn.node, next);
    after.set(place, drawn);
  }
  return after;
}

/**
 * The elements and texts that a view comes to, by their place: the way to them through lists, components and
 * keys. What is left out (`false && …`) leaves the places of its neighbours alone.
 */
function gather(view: Child, place: string, leaves: Map<string, LightNode | string>): void {
  if (view === null || view === undefined || typeof view === "boolean") return;
  if (typeof view === "string" || typeof view === "number") {
    leaves.set(free(`${place}#`, leaves), String(view));
  } else if (isList(view)) {
    view.forEach((child, at) => {
      gather(child, `${place}/${keyOf(child) ?? at}`, leaves);
    });
  } else if (typeof view.type === "function") {
    gather(view.type(view.props), `${place}/${view.type.name}`, leaves);
  } else {
    leaves.set(free(`${place}<${view.type}`, leaves), view);
  }
}

/** Two children with the same key both have a place. */
function free(place: string, leaves: Map<string, unknown>): string {
  return leaves.has(place) ? free(`${place}+`, leaves) : place;
}

function make(parent: Element, leaf: LightNode | string): Drawn {
  const isSvg = typeof leaf !== "string" && (leaf.type === "svg" || parent.namespaceURI === SVG);
  const node =
    typeof leaf === "string"
      ? document.createTextNode(leaf)
      : isSvg
        ? document.createElementNS(SVG, String(leaf.type))
        : document.createElement(String(leaf.type));
  return { node, props: {}, children: new Map(), heard: new Set() };
}

function setProps(drawn: Drawn, element: Element, props: Props): void {
  const before = drawn.props;
  drawn.props = props;
  for (const name of new Set([...Object.keys(before), ...Object.keys(props)])) {
    const value = props[name];
    if (name === "children") continue;
    if (name.startsWith("on")) listen(drawn, element, name);
    else if (name === "checked" || (name === "value" && element instanceof HTMLInputElement)) {
      // The user may have changed it since.
      if (Reflect.get(element, name) !== value) Reflect.set(element, name, value ?? "");
    } else if (value !== before[name]) setAttribute(element, name, value);
  }
}

/** Listens once; the listener calls what the view says at that time. */
function listen(drawn: Drawn, element: Element, name: string): void {
  if (drawn.heard.has(name)) return;
  drawn.heard.add(name);
  element.addEventListener(name.slice(2).toLowerCase(), (event) => {
    const act = drawn.props[name];
    if (typeof act === "function") act(event);
  });
}

function setAttribute(element: Element, name: string, value: unknown): void {
  const isSpoken = name.startsWith("aria-") || name.startsWith("data-");
  if (value === null || value === undefined || (value === false && !isSpoken)) element.removeAttribute(name);
  else element.setAttribute(name, String(value));
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child);
}

function keyOf(child: Child): Key {
  return typeof child === "object" && child !== null && !isList(child) ? child.key : undefined;
}
