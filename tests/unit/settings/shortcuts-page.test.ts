import { expect, test } from "vitest";
import { shortcutsPage } from "@/core/settings/shortcuts-page";

const UA =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";

test.each([
  ["Chrome", UA, false, "chrome://extensions/shortcuts"],
  ["Edge", `${UA} Edg/130.0.0.0`, false, "edge://extensions/shortcuts"],
  ["Brave", UA, true, "brave://extensions/shortcuts"],
  ["Opera", `${UA} OPR/115.0.0.0`, false, "opera://settings/keyboardShortcuts"],
  ["Vivaldi", `${UA} Vivaldi/7.0`, false, "vivaldi://extensions/shortcuts"],
])("%s sets shortcuts on its own page", (_, userAgent, isBrave, page) => {
  expect(shortcutsPage(userAgent, isBrave)).toBe(page);
});
