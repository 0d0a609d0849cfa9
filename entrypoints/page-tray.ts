import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { trayView } from "./run-page.content/tray-view";

/** The larger part of what stands on a run's page: most pages are looked at without it. */
export default defineUnlistedScript(() => {
  globalThis.runpackTray = trayView;
});
