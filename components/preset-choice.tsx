import { type ExportChoice, PRESETS } from "@/core/bundle/presets";
import { ARTIFACT_GROUPS, type ArtifactGroup } from "@/core/skyvern/artifact-types";
import { t } from "@/platform/words";
import { trusted } from "./trusted";

interface PresetChoiceProps {
  choice: ExportChoice;
  choose: (choice: ExportChoice) => void;
}

/** What to export: one radio button a preset; "Pick types" has a box for each group. */
export function PresetChoice({ choice, choose }: PresetChoiceProps) {
  const { preset, groups } = choice;
  return (
    <fieldset class="presets">
      <legend class="quiet">{t("actions_whatToExport")}</legend>
      {PRESETS.map(({ id, label, hint }) => (
        // The hint describes the choice but isn't part of its name.
        <label class="choice" key={id} for={`preset-${id}`}>
          <input
            type="radio"
            name="preset"
            id={`preset-${id}`}
            aria-label={t(label)}
            aria-describedby={`hint-${id}`}
            checked={id === preset}
            onChange={trusted(() => choose({ ...choice, preset: id }))}
          />
          <span>{t(label)}</span>
          <span class="quiet" id={`hint-${id}`}>
            {t(hint)}
          </span>
        </label>
      ))}
      {preset === "pick" && (
        <fieldset class="picks" aria-label={t("actions_typesToExport")}>
          {ARTIFACT_GROUPS.map(({ id, label }) => (
            <label class="pick" key={id}>
              <input
                type="checkbox"
                checked={groups.includes(id)}
                onChange={trusted(() => choose({ ...choice, groups: toggled(groups, id) }))}
              />
              <span>{t(label)}</span>
            </label>
          ))}
        </fieldset>
      )}
    </fieldset>
  );
}

function toggled(groups: readonly ArtifactGroup[], group: ArtifactGroup): ArtifactGroup[] {
  return groups.includes(group) ? groups.filter((each) => each !== group) : [...groups, group];
}
