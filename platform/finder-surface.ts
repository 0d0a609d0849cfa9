import { browser } from "wxt/browser";
import { activeTabRun, onActiveTabChanged } from "./active-tab";
import { ask, onJobNews } from "./ask";
import { copiedText, pastedText } from "./clipboard";
import { askedText } from "./finder-window";
import { readKnown } from "./known";
import { hasSidePanel, openSidePanel } from "./side-panel";

/** What a finder page is given of the browser. @param stays false for the popup, which closes with the next click */
export function finderSurface(stays: boolean) {
  let windowId: number = browser.windows.WINDOW_ID_CURRENT;
  // Before any click: a panel opens for a fresh one alone.
  void browser.windows.getCurrent().then(({ id }) => {
    windowId = id ?? windowId;
  });
  return {
    background: { ask, onJobNews },
    known: readKnown,
    tabRun: activeTabRun,
    onTabChanged: stays ? onActiveTabChanged : null,
    copied: copiedText,
    pasted: pastedText,
    asked: askedText(),
    openSidePanel: stays || !hasSidePanel() ? null : () => openSidePanel(windowId),
  };
}
