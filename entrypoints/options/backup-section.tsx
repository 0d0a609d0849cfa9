import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ask } from "@/platform/ask";
import { exportSettings, importSettings } from "@/platform/settings-backup";
import { t } from "@/platform/words";

const FILE_NAME = "runpack-settings.json";
const MOST_BYTES = 5_000_000;

/** The settings to a file and back, and everything as new. */
export function BackupSection({ reload }: { reload: () => Promise<void> }) {
  const said = useSignal<{ text: string; good: boolean } | null>(null);
  const asking = useSignal(false);
  const chooser = useRef<HTMLInputElement>(null);
  const resetButton = useRef<HTMLButtonElement>(null);
  const run = (work: () => Promise<void>) => {
    work().catch(() => {
      said.value = { text: t("options_failed"), good: false };
    });
  };

  const take = async (file: File | undefined) => {
    if (!file) return;
    const sound = file.size <= MOST_BYTES && (await importSettings(await file.text()));
    if (sound) await reload();
    said.value = sound
      ? { text: t("options_imported"), good: true }
      : { text: t("options_notSettings"), good: false };
  };
  const reset = async () => {
    await ask({ to: "background", type: "reset" });
    asking.value = false;
    await reload();
    said.value = { text: t("options_resetDone"), good: true };
    resetButton.current?.focus();
  };
  return (
    <section class="card stack" aria-label={t("options_backup")}>
      <h2>{t("options_backup")}</h2>
      <p class="quiet">{t("options_backupHint")}</p>
      <p class="buttons">
        <button type="button" class="button" onClick={() => run(async () => save(await exportSettings()))}>
          {t("options_exportSettings")}
        </button>
        <button type="button" class="button" onClick={() => chooser.current?.click()}>
          {t("options_importSettings")}
        </button>
        <button
          type="button"
          class="button"
          ref={resetButton}
          aria-expanded={asking.value}
          onClick={() => {
            asking.value = !asking.value;
          }}
        >
          {t("options_reset")}
        </button>
        <input
          ref={chooser}
          hidden
          type="file"
          accept="application/json,.json"
          aria-label={t("options_importSettings")}
          onChange={(event) => {
            const { currentTarget } = event;
            run(() => take(currentTarget.files?.[0]));
          }}
        />
      </p>
      {asking.value && (
        <fieldset class="after" aria-label={t("options_reset")}>
          <p>{t("options_resetAsk")}</p>
          <p class="buttons">
            <button type="button" class="button strong" onClick={() => run(reset)}>
              {t("options_resetYes")}
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                asking.value = false;
                resetButton.current?.focus();
              }}
            >
              {t("options_resetNo")}
            </button>
          </p>
        </fieldset>
      )}
      <p aria-live="polite" class={said.value?.good ? "good" : "bad"}>
        {said.value?.text}
      </p>
    </section>
  );
}

/** A file of the extension's own, saved as a web page does. */
function save(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = FILE_NAME;
  link.click();
  // The browser has read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
