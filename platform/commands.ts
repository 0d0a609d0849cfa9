import { browser } from "wxt/browser";
import { activeTabRun } from "./active-tab";
import { openFinder } from "./finder-window";
import type { RunActions } from "./run-actions";
import { openSidePanel } from "./side-panel";

/** Keyboard commands; the browser lets users choose other keys. Opening the popup is the browser's own. */
export function listenToCommands(actions: RunActions): void {
  browser.commands.onCommand.addListener((command, tab) => {
    // At once: the browser opens a panel for a fresh key press alone.
    if (command === "open-side-panel") void openSidePanel(tab?.windowId ?? browser.windows.WINDOW_ID_CURRENT);
    if (command === "export-run") void exportShown(actions);
  });
}

/** The run of the tab in front; where there is none, the user is asked for one. */
async function exportShown(actions: RunActions): Promise<void> {
  const target = await activeTabRun();
  if (target === null) await openFinder("");
  else await actions.export(target, "bundle");
}
