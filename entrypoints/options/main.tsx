import { render } from "preact";
import { loadSettings, saveAndTest } from "@/platform/settings-client";
import { OptionsForm } from "./options-form";
import "./style.css";

const app = document.getElementById("app");
if (app) render(<OptionsForm load={loadSettings} save={saveAndTest} />, app);
