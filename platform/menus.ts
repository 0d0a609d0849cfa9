import { type Browser, browser } from "wxt/browser";
import { EVERYTHING, PRESETS } from "@/core/bundle/presets";
import { patternOf } from "@/core/settings/origin-pattern";
import type { MessageKey } from "@/core/text/words";
import { runOfTab } from "./active-tab";
import { openFinder } from "./finder-window";
import { PORTS_IN_PATTERNS } from "./page-scripts";
import type { RunActions } from "./run-actions";
import { saveMedium } from "./save-medium";
import { listServers } from "./servers";
import { hasSidePanel, openSidePanel } from "./side-panel";
import { createSiteMenu } from "./site-menu";
import { isTarget, type Named, targetIn } from "./target";
import { t } from "./words";

type Info = Browser.contextMenus.OnClickData;
type Tab = Browser.tabs.Tab;
type Item = Browser.contextMenus.CreateProperties & { id: string; title: string };

/** Pages that show a run or a browser session, as match patterns can tell them. */
const SHOWING_PATHS = [
  "runs/wr_*",
  "runs/tsk_*",
  "tasks/tsk_*",
  "agents/*/wr_*",
  "workflows/*/wr_*",
  "agents/*/studio*",
  "workflows/*/studio*",
  "browser-session/pbs_*",
];

/** Where a run may be named. */
const PLACES = {
  page: "menu_onPage",
  link: "menu_onLink",
  // No browser tells what is selected before the menu is open: its title shows it.
  selection: "menu_onSelection",
  action: "menu_onIcon",
} as const satisfies Record<string, MessageKey>;
type Place = keyof typeof PLACES;

const DEEDS = [
  { id: "bundle", title: "actions_exportBundle" },
  { id: "folder", title: "actions_downloadAll" },
  { id: "preview", title: "actions_preview" },
  { id: "copy", title: "menu_copyId" },
] as const;
/** "Pick types" asks for ticks, which a menu hasn't. */
const MENU_PRESETS = PRESETS.filter(({ id }) => id !== "pick");
const PANEL = "side-panel";
const MEDIA = { image: "menu_saveImage", video: "menu_saveVideo" } as const;

/** One change after the other: an item that is there twice is an error. */
let turn: Promise<void> = Promise.resolve();

/** The right-click menus: on run pages, links, selections, the toolbar icon, screenshots and videos. */
export function listenToMenus(actions: RunActions): void {
  browser.runtime.onInstalled.addListener(() => void createMenus());
  browser.contextMenus.onClicked.addListener((info, tab) => {
    // At once: the browser opens a panel for a fresh click alone.
    if (info.menuItemId === PANEL) void openSidePanel(tab?.windowId ?? browser.windows.WINDOW_ID_CURRENT);
    else void clicked(info, tab, actions);
  });
}

async function clicked(info: Info, tab: Tab | undefined, actions: RunActions): Promise<void> {
  const [place = "", deed = ""] = String(info.menuItemId).split(":");
  if (place === "image" || place === "video") {
    const page = tab ? await runOfTab(tab) : null;
    return saveMedium(info.srcUrl ?? "", page);
  }
  if (!(place in PLACES)) return;
  const named = await namedAt(place, info, tab);
  if (!isTarget(named)) return openFinder(info.selectionText ?? info.linkUrl ?? "");
  if (deed === "bundle" || deed === "folder") return actions.export(named, deed);
  if (deed === "preview") return actions.preview(named);
  if (deed === "copy") return actions.copy(named.id);
  const preset = MENU_PRESETS.find((each) => each.id === deed);
  if (preset) return actions.export(named, "bundle", { ...EVERYTHING, preset: preset.id });
}

/** The run or session that was clicked at; null where there is none after all. */
async function namedAt(place: string, info: Info, tab: Tab | undefined): Promise<Named> {
  if (place === "link") return targetIn(info.linkUrl ?? "");
  if (place === "selection") return targetIn(info.selectionText ?? "");
  return tab ? runOfTab(tab) : null;
}

/** Makes all items anew, for the servers that there are now. */
export function createMenus(): Promise<void> {
  turn = turn.then(create).catch(() => undefined);
  return turn;
}

async function create(): Promise<void> {
  const showing = await showingPatterns();
  await browser.contextMenus.removeAll();
  for (const item of menuItems(showing)) browser.contextMenus.create(item);
  createSiteMenu();
}

async function showingPatterns(): Promise<string[]> {
  const origins = (await listServers()).flatMap(({ uiOrigins }) => uiOrigins);
  return origins.flatMap((origin) =>
    SHOWING_PATHS.map((path) => patternOf(origin, PORTS_IN_PATTERNS).replace(/\*$/, path)),
  );
}

function menuItems(showing: string[]): Item[] {
  const places = [
    ...placeItems("page", { documentUrlPatterns: showing }),
    ...placeItems("link", { targetUrlPatterns: showing }),
    ...placeItems("selection", {}),
    ...placeItems("action", {}),
  ];
  const media = (["image", "video"] as const).map(
    (kind): Item => ({ id: kind, title: t(MEDIA[kind]), contexts: [kind], documentUrlPatterns: showing }),
  );
  const panel: Item[] = hasSidePanel()
    ? [{ id: PANEL, title: t("menu_sidePanel"), contexts: ["action"] }]
    : [];
  return [...places, ...media, ...panel];
}

/** One item with all others below it, the presets one level deeper. */
function placeItems(place: Place, where: Partial<Item>): Item[] {
  const shared: Pick<Item, "contexts"> = { contexts: [place] };
  const presets = `${place}:presets`;
  return [
    { id: place, title: t(PLACES[place]), ...where, ...shared },
    ...DEEDS.map(
      ({ id, title }): Item => ({ id: `${place}:${id}`, parentId: place, title: t(title), ...shared }),
    ),
    { id: presets, parentId: place, title: t("menu_presets"), ...shared },
    ...MENU_PRESETS.map(
      ({ id, label }): Item => ({ id: `${place}:${id}`, parentId: presets, title: t(label), ...shared }),
    ),
  ];
}
