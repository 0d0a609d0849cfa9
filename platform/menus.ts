import { type Browser, browser } from "wxt/browser";
import { EVERYTHING } from "@/core/bundle/presets";
import type { ExportMode, ExportWish } from "@/core/jobs/job";
import { runPageOf } from "@/core/skyvern/page-url";

const RUN_PAGES = ["runs", "agents", "workflows", "tasks"].map((part) => `https://app.skyvern.com/${part}/*`);
const ITEMS: readonly { id: ExportMode; title: string }[] = [
  { id: "bundle", title: "Export bundle" },
  { id: "folder", title: "Download all" },
];

/** Right-click on a run page, or on a link to one. */
export function listenToMenus(onExport: (wish: ExportWish) => void): void {
  browser.runtime.onInstalled.addListener(() => void createMenus());
  browser.contextMenus.onClicked.addListener((info) => {
    const runId = runOf(info);
    const item = ITEMS.find(({ id }) => info.menuItemId === `page-${id}` || info.menuItemId === `link-${id}`);
    if (runId && item) onExport({ requestedId: runId, mode: item.id, choice: EVERYTHING });
  });
}

async function createMenus(): Promise<void> {
  await browser.contextMenus.removeAll();
  for (const { id, title } of ITEMS) {
    browser.contextMenus.create({
      id: `page-${id}`,
      title,
      contexts: ["page"],
      documentUrlPatterns: RUN_PAGES,
    });
    browser.contextMenus.create({
      id: `link-${id}`,
      title,
      contexts: ["link"],
      targetUrlPatterns: RUN_PAGES,
    });
  }
}

function runOf({ linkUrl, pageUrl }: Browser.contextMenus.OnClickData): string | null {
  const url = linkUrl ?? pageUrl ?? "";
  return URL.canParse(url) ? (runPageOf(new URL(url))?.runId ?? null) : null;
}
