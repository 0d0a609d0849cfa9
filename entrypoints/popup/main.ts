import { showFinder } from "@/components/finder/show-finder";
import "./style.css";

showFinder(false);
