import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";

/** The recorded scenes: each a step's page, before and after its actions. */
export const SCENES = ["sign-in", "list", "january", "march", "summary"] as const;
export type Scene = (typeof SCENES)[number];

/** Screenshots after each action of a scene. */
export const ACTIONS: Record<Scene, number> = { "sign-in": 2, list: 1, january: 2, march: 3, summary: 1 };

/** A recorded file by its path under fixtures/. */
export function fixture(path: string): Buffer {
  return readFileSync(new URL(`../fixtures/${path}`, import.meta.url));
}

/** A recorded screenshot with a text of its own in it (PNG `tEXt`), so that no two artifacts are the same bytes. */
export function screenshot(scene: Scene, name: string, remark: string): Buffer {
  const png = fixture(`${scene}/${name}.png`);
  const end = png.length - 12;
  const chunk = Buffer.from(`tEXtComment\0${remark}`, "latin1");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length - 4);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(chunk));
  return Buffer.concat([png.subarray(0, end), length, chunk, check, png.subarray(end)]);
}

/** A recorded page with a remark of its own. */
export function html(scene: Scene, name: "scrape" | "action", remark: string): Buffer {
  return Buffer.concat([fixture(`${scene}/${name}.html`), Buffer.from(`\n<!-- ${remark}, ${name} -->\n`)]);
}

interface ElementNode {
  id: string;
  tagName: string;
  attributes: Record<string, string>;
  text: string;
  interactable: boolean;
  children: ElementNode[];
}

/** The elements of a scene's page, in every form that a step keeps. */
export interface Elements {
  tree: string;
  trimmed: string;
  prompt: string;
  css: string;
  frames: string;
  xpath: string;
  hrefs: string;
}

export function elements(scene: Scene, remark: string): Elements {
  const recorded = JSON.parse(fixture(`${scene}/elements.json`).toString("utf8")) as {
    tree: ElementNode[];
    css: Record<string, string>;
    xpath: Record<string, string>;
  };
  for (const root of recorded.tree) root.text = remark;
  const ids = Object.keys(recorded.css);
  const hrefs = Object.fromEntries(
    flat(recorded.tree)
      .filter(({ attributes }) => attributes.href)
      .map(({ id, attributes }) => [`hash-${id}`, attributes.href ?? ""]),
  );
  return {
    tree: JSON.stringify(recorded.tree, null, 2),
    trimmed: JSON.stringify(recorded.tree.map(trimmed)),
    prompt: `${flat(recorded.tree).map(promptLine).join("\n")}\n<!-- ${remark} -->\n`,
    css: JSON.stringify({ ...recorded.css, remark }),
    frames: JSON.stringify({ ...Object.fromEntries(ids.map((id) => [id, "main.frame"])), remark }),
    xpath: JSON.stringify({ ...recorded.xpath, remark }),
    hrefs: JSON.stringify({ ...hrefs, remark }),
  };
}

function flat(nodes: ElementNode[]): ElementNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}

function trimmed({ id, tagName, text, children }: ElementNode): unknown {
  return {
    id,
    tagName,
    ...(text && { text }),
    ...(children.length > 0 && { children: children.map(trimmed) }),
  };
}

function promptLine({ id, tagName, text }: ElementNode): string {
  return `<${tagName} id="${id}">${text}</${tagName}>`;
}
