import { render } from "preact";
import { activeTabRun } from "@/platform/active-tab";
import { ask, onJobNews } from "@/platform/ask";
import { Popup } from "./popup";
import "./style.css";

const app = document.getElementById("app");
if (app) render(<Popup background={{ ask, onJobNews }} tabRun={activeTabRun} />, app);
