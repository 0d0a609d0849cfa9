import { render } from "preact";
import { loadSettings, saveAndTest } from "@/platform/settings-client";
import { OptionsForm } from "./options-form";
import "./style.css";

// Read first, shown then: what a user types must not be overwritten by what comes from the store.
const settings = await loadSettings().catch(() => null);
const app = document.getElementById("app");
if (app) render(<OptionsForm settings={settings} save={saveAndTest} />, app);
