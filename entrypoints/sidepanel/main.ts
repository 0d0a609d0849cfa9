import { showFinder } from "@/components/finder/show-finder";

showFinder(true);
