import { render } from "preact";
import { ask } from "@/platform/ask";
import { defaultServer } from "@/platform/servers";
import { showLanguage, t } from "@/platform/words";
import { Welcome } from "./welcome";
import "./style.css";

showLanguage(document);
document.title = t("welcome_title");
const app = document.getElementById("app");

async function show(): Promise<void> {
  const server = await defaultServer();
  const openOptions = () => void ask({ to: "background", type: "open-options" });
  if (app) render(<Welcome server={server} openOptions={openOptions} />, app);
}

// A user comes back from the options with a key.
addEventListener("focus", () => void show());
await show();
