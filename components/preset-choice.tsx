import { type ExportChoice, PRESETS } from "@/core/bundle/presets";
import type { Policy } from "@/core/settings/policy";
import { ARTIFACT_GROUPS, type ArtifactGroup } from "@/core/skyvern/artifact-types";
import { t } from "@/platform/words";
import { ManagedLine } from "./managed-line";
import { trusted } from "./trusted";

interface PresetChoiceProps {
  choice: ExportChoice;
  choose: (choice: ExportChoice) => void;
  policy: Policy;
}

/** What to export: one radio button a preset; "Pick types" has a box for each group. */
export function PresetChoice({ choice, choose, policy: { presets } }: PresetChoiceProps) {
  const { preset, groups } = choice;
  return (
    <fieldset class="presets" aria-describedby={presets ? "presets-managed" : undefined}>
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
            disabled={presets !== null && !presets.includes(id)}
            onChange={trusted(() => choose({ ...choice, preset: id }))}
          />
          <span>{t(label)}</span>
          <span class="quiet" id={`hint-${id}`}>
            {t(hint)}
          </span>
        </label>
      ))}
      {presets && <ManagedLine id="presets-managed" />}
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
