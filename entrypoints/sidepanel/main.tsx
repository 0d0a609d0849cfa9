import { render } from "preact";
import { Finder } from "@/components/finder/finder";
import { finderSurface } from "@/platform/finder-surface";
import "@/components/finder/finder.css";

const app = document.getElementById("app");
if (app) render(<Finder surface={finderSurface(true)} />, app);
