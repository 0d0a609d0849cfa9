import type { ComponentChildren } from "preact";
import { t } from "@/platform/words";

/** The options page around its sections. */
export function OptionsPage({ children }: { children: ComponentChildren }) {
  return (
    <main>
      <header class="mark">
        <img src="/icon/128.png" alt="" />
        <h1>{t("options_title")}</h1>
      </header>
      <p>{t("options_intro")}</p>
      {children}
      <section class="note">
        <h2>{t("options_privacy")}</h2>
        <p>{t("options_privacyText")}</p>
      </section>
      <footer class="quiet">{t("options_unofficial")}</footer>
    </main>
  );
}
