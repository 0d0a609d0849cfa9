import { render } from "preact";
import { readPreferences, writePreferences } from "@/platform/settings-store";
import { OptionsPage } from "./options-form";
import { PreferencesForm } from "./preferences-form";
import { ServerSection } from "./server-section";
import { firstView } from "./server-view";
import { ShortcutsNote } from "./shortcuts-note";
import "./style.css";

// Read first, shown then: what a user types must not be overwritten by what comes from the store.
const [view, preferences] = await Promise.all([
  firstView(new URLSearchParams(location.search)).catch(() => null),
  readPreferences().catch(() => null),
]);
const app = document.getElementById("app");
if (app) {
  render(
    <OptionsPage>
      <ServerSection first={view} />
      {preferences && <PreferencesForm preferences={preferences} save={writePreferences} />}
      <ShortcutsNote />
    </OptionsPage>,
    app,
  );
}
