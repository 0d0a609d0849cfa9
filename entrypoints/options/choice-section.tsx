import { useSignal } from "@preact/signals";
import { PresetChoice } from "@/components/preset-choice";
import { ShareSafe } from "@/components/share-safe";
import type { ExportChoice } from "@/core/bundle/presets";
import type { Policy } from "@/core/settings/policy";
import { ask } from "@/platform/ask";
import { t } from "@/platform/words";

/** The remembered choice of the panel on run pages and in the popup; a change is stored at once. */
export function ChoiceSection({ first, policy }: { first: ExportChoice; policy: Policy }) {
  const choice = useSignal(first);
  const choose = (chosen: ExportChoice) => {
    choice.value = chosen;
    ask({ to: "background", type: "set-choice", choice: chosen }).then(
      (allowed) => {
        if (choice.value === chosen) choice.value = allowed;
      },
      () => {
        choice.value = first;
      },
    );
  };
  return (
    <section class="card stack" aria-label={t("actions_moreOptions")}>
      <h2>{t("actions_moreOptions")}</h2>
      <p class="quiet">{t("options_choiceHint")}</p>
      <PresetChoice choice={choice.value} choose={choose} policy={policy} />
      <ShareSafe choice={choice.value} choose={choose} policy={policy} />
    </section>
  );
}
