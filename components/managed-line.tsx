import { t } from "@/platform/words";

/** Below what a policy has set: why it can't be changed. */
export function ManagedLine({ id }: { id: string }) {
  return (
    <span class="quiet managed" id={id}>
      {t("options_managed")}
    </span>
  );
}
