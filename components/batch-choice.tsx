import type { BatchChoice } from "@/core/jobs/batch";
import type { Policy } from "@/core/settings/policy";
import { t } from "@/platform/words";
import { PresetChoice } from "./preset-choice";
import { ShareSafe } from "./share-safe";
import { trusted } from "./trusted";

interface BatchChoicePanelProps {
  chosen: BatchChoice;
  choose: (chosen: BatchChoice) => void;
  policy: Policy;
}

const FORMS = [
  { id: "each", label: "batch_each", hint: "batch_eachHint" },
  { id: "one", label: "batch_one", hint: "batch_oneHint" },
] as const;

/** How several runs are exported: a ZIP each or one for all, and what of each. */
export function BatchChoicePanel({ chosen, choose, policy }: BatchChoicePanelProps) {
  const { choice } = chosen;
  return (
    <>
      <fieldset class="presets">
        <legend class="quiet">{t("batch_form")}</legend>
        {FORMS.map(({ id, label, hint }) => (
          <label class="choice" key={id} for={`form-${id}`}>
            <input
              type="radio"
              name="form"
              id={`form-${id}`}
              aria-label={t(label)}
              aria-describedby={`form-hint-${id}`}
              checked={chosen.form === id}
              onChange={trusted(() => choose({ ...chosen, form: id }))}
            />
            <span>{t(label)}</span>
            <span class="quiet" id={`form-hint-${id}`}>
              {t(hint)}
            </span>
          </label>
        ))}
      </fieldset>
      <PresetChoice choice={choice} choose={(next) => choose({ ...chosen, choice: next })} policy={policy} />
      <ShareSafe choice={choice} choose={(next) => choose({ ...chosen, choice: next })} policy={policy} />
    </>
  );
}
