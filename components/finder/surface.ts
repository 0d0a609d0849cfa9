import type { Background } from "@/components/run-exports";
import type { Known } from "@/platform/known";
import type { Target } from "@/platform/target";

/** What the finder needs of the page that it is on; given from outside, so that it knows no browser. */
export interface FinderSurface {
  background: Background;
  /** What is known without asking anybody, to be shown first. */
  known(): Promise<Known>;
  /** The run or browser session that the tab in front shows. */
  tabRun(): Promise<Target | null>;
  /** Told when that may have changed; null where the surface closes before. */
  onTabChanged: ((listener: () => void) => () => void) | null;
  /** What was copied last, where it may be read without asking. */
  copied(): Promise<string | null>;
  /** The same after a click, for which the browser may ask the user. */
  pasted(): Promise<string | null>;
  /** A text that the surface was opened with. */
  asked: string;
  /** Opens the panel beside the page; null where there is none, or this is it. */
  openSidePanel: (() => Promise<void>) | null;
}
