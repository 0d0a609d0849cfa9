import { PRESETS, type PresetId } from "@/core/bundle/presets";
import { actionWords } from "@/core/text/words";
import { trusted } from "./trusted";

/** What to export: one radio button a preset. */
export function PresetChoice({ preset, choose }: { preset: PresetId; choose: (preset: PresetId) => void }) {
  return (
    <fieldset class="presets">
      <legend class="quiet">{actionWords.whatToExport}</legend>
      {PRESETS.map(({ id, label, hint }) => (
        // The hint describes the choice but isn't part of its name.
        <label class="choice" key={id} for={`preset-${id}`}>
          <input
            type="radio"
            name="preset"
            id={`preset-${id}`}
            aria-label={label}
            aria-describedby={`hint-${id}`}
            checked={id === preset}
            onChange={trusted(() => choose(id))}
          />
          <span>{label}</span>
          <span class="quiet" id={`hint-${id}`}>
            {hint}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
