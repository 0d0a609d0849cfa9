import { render } from "preact";
import { finderSurface } from "@/platform/finder-surface";
import { showLanguage } from "@/platform/words";
import { Finder } from "./finder";
import "./finder.css";

/** Shows the finder on its page. @param stays false for the popup, which closes with the next click */
export function showFinder(stays: boolean): void {
  showLanguage(document);
  const app = document.getElementById("app");
  if (app) render(<Finder surface={finderSurface(stays)} />, app);
}
