import { t } from "@/platform/words";

/** In place of settings that would be lost. */
export function PrivateWindow({ open }: { open: () => void }) {
  return (
    <section class="card stack" role="alert">
      <p>{t("options_privateWindow")}</p>
      <p class="buttons">
        <button type="button" class="button strong" onClick={open}>
          {t("options_openNormal")}
        </button>
      </p>
    </section>
  );
}
