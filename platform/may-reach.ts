import { browser } from "wxt/browser";
import { patternOf } from "@/core/settings/origin-pattern";
import { PORTS_IN_PATTERNS } from "./page-scripts";

/** True where the browser lets the extension ask that API; a user may take any permission back at any time. */
export function mayReach(apiAddress: string): Promise<boolean> {
  const pattern = patternOf(new URL(apiAddress).origin, PORTS_IN_PATTERNS);
  return browser.permissions.contains({ origins: [pattern] });
}
