import { type Browser, browser } from "wxt/browser";
import { EVERYTHING } from "@/core/bundle/presets";
import { type ExportMode, type ExportWish, wishFor } from "@/core/jobs/job";
import { patternOf } from "@/core/settings/origin-pattern";
import { runPageOf } from "@/core/skyvern/page-url";
import type { MessageKey } from "@/core/text/words";
import { PORTS_IN_PATTERNS } from "./page-scripts";
import { listServers, serverOf } from "./servers";
import { createSiteMenu } from "./site-menu";
import { t } from "./words";

const RUN_PATHS = ["runs", "agents", "workflows", "tasks"];
const ITEMS: readonly { id: ExportMode; title: MessageKey }[] = [
  { id: "bundle", title: "actions_exportBundle" },
  { id: "folder", title: "actions_downloadAll" },
];

/** One change after the other: an item that is there twice is an error. */
let turn: Promise<void> = Promise.resolve();

/** Right-click on a run page, or on a link to one. */
export function listenToMenus(onExport: (wish: ExportWish) => void): void {
  browser.runtime.onInstalled.addListener(() => void createMenus());
  browser.contextMenus.onClicked.addListener((info) => {
    const item = ITEMS.find(({ id }) => info.menuItemId === `page-${id}` || info.menuItemId === `link-${id}`);
    if (!item) return;
    void runOf(info).then((run) => {
      if (run) onExport(wishFor(run.server, run.requestedId, item.id, EVERYTHING));
    });
  });
}

/** Makes all items anew, for the servers that there are now. */
export function createMenus(): Promise<void> {
  turn = turn.then(create).catch(() => undefined);
  return turn;
}

async function create(): Promise<void> {
  const patterns = await runPagePatterns();
  await browser.contextMenus.removeAll();
  createSiteMenu();
  for (const { id, title } of ITEMS) {
    browser.contextMenus.create({
      id: `page-${id}`,
      title: t(title),
      contexts: ["page"],
      documentUrlPatterns: patterns,
    });
    browser.contextMenus.create({
      id: `link-${id}`,
      title: t(title),
      contexts: ["link"],
      targetUrlPatterns: patterns,
    });
  }
}

async function runPagePatterns(): Promise<string[]> {
  const origins = (await listServers()).flatMap(({ uiOrigins }) => uiOrigins);
  return origins.flatMap((origin) =>
    RUN_PATHS.map((path) => patternOf(origin, PORTS_IN_PATTERNS).replace(/\*$/, `${path}/*`)),
  );
}

async function runOf({
  linkUrl,
  pageUrl,
}: Browser.contextMenus.OnClickData): Promise<Pick<ExportWish, "server" | "requestedId"> | null> {
  const url = linkUrl ?? pageUrl ?? "";
  const server = await serverOf(url);
  const runId = server && runPageOf(new URL(url))?.runId;
  return server && runId ? { server: server.apiAddress, requestedId: runId } : null;
}
