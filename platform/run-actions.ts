import { browser } from "wxt/browser";
import { EVERYTHING, type ExportChoice } from "@/core/bundle/presets";
import { type ExportMode, type ExportWish, wishFor } from "@/core/jobs/job";
import { pageOf, type Target } from "./target";

/** What menus, commands and the address bar do with a run or a browser session. */
export interface RunActions {
  export(target: Target, mode: ExportMode, choice?: ExportChoice): Promise<void>;
  preview(target: Target): Promise<void>;
  copy(id: string): Promise<void>;
}

/** By way of the job desk, which alone starts exports. */
export function runActions(desk: {
  export(wish: ExportWish): Promise<unknown>;
  copy(text: string): Promise<void>;
}): RunActions {
  return {
    async export({ server, id }, mode, choice = EVERYTHING) {
      await desk.export(wishFor(server, id, mode, choice));
    },
    preview: openPreview,
    copy: (id) => desk.copy(id),
  };
}

/** The run as a report, in a tab. */
export async function openPreview({ server, id }: Target): Promise<void> {
  const query = new URLSearchParams({ run: id, server });
  await browser.tabs.create({ url: `${browser.runtime.getURL("/report.html")}?${query}` });
}

/** The run's page in Skyvern, in the tab in front. */
export async function showRun(target: Target): Promise<void> {
  await browser.tabs.update({ url: await pageOf(target) });
}
