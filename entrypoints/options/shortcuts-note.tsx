import { openShortcuts } from "@/platform/shortcuts";
import { t } from "@/platform/words";

/** The way to the browser's own page for keyboard shortcuts, which no link may lead to. */
export function ShortcutsNote() {
  return (
    <p>
      <button type="button" class="button" onClick={() => void openShortcuts()}>
        {t("server_shortcuts")}
      </button>
    </p>
  );
}
