import type { World } from "../world";
import { addInvoiceRun } from "./invoice";
import { addJoinedRuns } from "./joined";
import { addPlainRuns } from "./plain";
import { addStrangeRuns } from "./strange";

/** Puts every run of ids.ts into the world. */
export function addNamedRuns(world: World): void {
  addInvoiceRun(world);
  addPlainRuns(world);
  addJoinedRuns(world);
  addStrangeRuns(world);
}
