import { render } from "preact";
import { NO_WATCHES } from "@/core/jobs/watch";
import { CLOUD } from "@/core/settings/servers";
import { ask } from "@/platform/ask";
import { hasPrivateStore, openOptionsInNormalWindow } from "@/platform/open-options";
import { readPolicy } from "@/platform/policy";
import { readPreferences, writePreferences } from "@/platform/settings-store";
import { showLanguage } from "@/platform/words";
import { BackupSection } from "./backup-section";
import { HistorySection } from "./history-section";
import { OptionsPage } from "./options-form";
import { PolicyNote } from "./policy-note";
import { PreferencesForm } from "./preferences-form";
import { PrivateWindow } from "./private-window";
import { ServerSection } from "./server-section";
import { firstView } from "./server-view";
import { ShortcutsNote } from "./shortcuts-note";
import { WatchSection } from "./watch-section";
import "./style.css";

showLanguage(document);
const app = document.getElementById("app");
let turn = 0;

/** Reads everything first, and shows it then: what a user types must not be overwritten by what comes from the store. */
async function show(): Promise<void> {
  const [view, preferences, watches, jobs] = await Promise.all([
    firstView(new URLSearchParams(location.search)).catch(() => null),
    readPreferences().catch(() => null),
    ask({ to: "background", type: "watches" }).catch(() => NO_WATCHES),
    ask({ to: "background", type: "jobs" }).catch(() => []),
  ]);
  turn++;
  if (!app) return;
  render(
    <OptionsPage>
      {hasPrivateStore() ? (
        <PrivateWindow open={() => void openOptionsInNormalWindow()} />
      ) : (
        <>
          <PolicyNote read={readPolicy} />
          <ServerSection key={`servers-${turn}`} first={view} />
          {preferences && (
            <PreferencesForm key={`preferences-${turn}`} preferences={preferences} save={writePreferences} />
          )}
          <WatchSection key={`watch-${turn}`} first={watches} server={view?.standard ?? CLOUD.apiAddress} />
          <HistorySection key={`history-${turn}`} first={jobs} />
          <ShortcutsNote />
          <BackupSection key="backup" reload={show} />
        </>
      )}
    </OptionsPage>,
    app,
  );
}

await show();
