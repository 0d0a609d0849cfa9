import { beforeEach, expect, it, vi } from "vitest";
import { createMenus } from "@/platform/menus";

interface Item {
  id: string;
  parentId?: string;
  contexts: string[];
  documentUrlPatterns?: string[];
  targetUrlPatterns?: string[];
}

const { made, panel } = vi.hoisted(() => ({ made: [] as Item[], panel: { there: true } }));
vi.mock("wxt/browser", () => ({
  browser: {
    i18n: { getMessage: (key: string) => key, getUILanguage: () => "en" },
    contextMenus: {
      removeAll: async () => void made.splice(0),
      create: (item: Item) => void made.push(item),
    },
  },
}));
vi.mock("@/platform/servers", () => ({
  listServers: async () => [
    { apiAddress: "https://api.skyvern.com", uiOrigins: ["https://app.skyvern.com"] },
    { apiAddress: "http://localhost:8000", uiOrigins: ["http://localhost:8080"] },
  ],
}));
vi.mock("@/platform/side-panel", () => ({ hasSidePanel: () => panel.there, openSidePanel: vi.fn() }));
vi.mock("@/platform/site-menu", () => ({ createSiteMenu: vi.fn() }));

const item = (id: string) => made.find((each) => each.id === id);

beforeEach(async () => {
  panel.there = true;
  await createMenus();
});

it("menus for a page, a picture and a video appear on pages of runs and sessions alone, of every server", () => {
  for (const id of ["page", "image", "video"]) {
    const { documentUrlPatterns = [] } = item(id) ?? {};
    expect(documentUrlPatterns).toContain("https://app.skyvern.com/runs/wr_*");
    expect(documentUrlPatterns).toContain("http://localhost:8080/browser-session/pbs_*");
    expect(documentUrlPatterns.every((pattern) => /\/(?:.*_\*|.*\/studio\*)$/.test(pattern))).toBe(true);
  }
});

it("the menu of a link appears on any site, for links to runs alone", () => {
  expect(item("link")?.documentUrlPatterns).toBeUndefined();
  expect(item("link")?.targetUrlPatterns).toEqual(item("page")?.documentUrlPatterns);
});

it("selected text and the toolbar icon have their menus everywhere", () => {
  for (const id of ["selection", "action"]) expect(item(id)).not.toHaveProperty(["documentUrlPatterns"]);
  expect(item("action")?.contexts).toEqual(["action"]);
});

it("what stands below an item is for the same place", () => {
  for (const { parentId, contexts } of made)
    if (parentId !== undefined) expect(contexts).toEqual(item(parentId)?.contexts);
});

it("there is none for a side panel where the browser has no side panel", async () => {
  expect(item("side-panel")?.contexts).toEqual(["action"]);
  panel.there = false;
  await createMenus();
  expect(item("side-panel")).toBeUndefined();
});
