import { render } from "preact";
import { loadSettings, saveAndTest } from "@/platform/settings-client";
import { readPreferences, writePreferences } from "@/platform/settings-store";
import { OptionsForm } from "./options-form";
import { PreferencesForm } from "./preferences-form";
import "./style.css";

// Read first, shown then: what a user types must not be overwritten by what comes from the store.
const [settings, preferences] = await Promise.all([
  loadSettings().catch(() => null),
  readPreferences().catch(() => null),
]);
const app = document.getElementById("app");
if (app) {
  render(
    <OptionsForm settings={settings} save={saveAndTest}>
      {preferences && <PreferencesForm preferences={preferences} save={writePreferences} />}
    </OptionsForm>,
    app,
  );
}
