import { PRESETS } from "@/core/bundle/presets";
import type { Policy } from "@/core/settings/policy";
import { t } from "@/platform/words";

/** What an administrator has set, which the user can't change; nothing where there is none. */
export function PolicyNote({ policy: { apiAddress, shareSafe, presets } }: { policy: Policy }) {
  if (apiAddress === null && !shareSafe && presets === null) return null;
  const names = PRESETS.filter(({ id }) => presets?.includes(id)).map(({ label }) => t(label));
  return (
    <section class="card stack" aria-label={t("options_managed")}>
      <h2>{t("options_managed")}</h2>
      {apiAddress !== null && <p>{t("options_managedAddress", apiAddress)}</p>}
      {shareSafe && <p>{t("options_managedShareSafe")}</p>}
      {presets !== null && <p>{t("options_managedPresets", names.join(", "))}</p>}
    </section>
  );
}
