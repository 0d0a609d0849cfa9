import type { ExportChoice } from "@/core/bundle/presets";
import type { Policy } from "@/core/settings/policy";
import { ARTIFACT_GROUPS, type ArtifactGroup } from "@/core/skyvern/artifact-types";
import { t } from "@/platform/words";
import { ManagedLine } from "./managed-line";
import { trusted } from "./trusted";

const UNSEARCHABLE: ReadonlySet<ArtifactGroup> = new Set(["screenshots", "recordings", "downloads"]);
/** What can't be searched for secrets, and is taken along only where the user says so. */
const KEEPABLE = ARTIFACT_GROUPS.filter(({ id }) => UNSEARCHABLE.has(id));

interface ShareSafeProps {
  choice: ExportChoice;
  choose: (choice: ExportChoice) => void;
  policy: Policy;
}

/** The switch that takes secrets out of an export. */
export function ShareSafe({ choice, choose, policy }: ShareSafeProps) {
  const { keep } = choice;
  const locked = policy.shareSafe;
  const shareSafe = locked || choice.shareSafe;
  return (
    <div class="share-safe">
      <label class="choice" for="share-safe">
        <input
          type="checkbox"
          role="switch"
          id="share-safe"
          aria-label={t("actions_shareSafe")}
          aria-describedby={locked ? "share-safe-hint share-safe-managed" : "share-safe-hint"}
          aria-checked={shareSafe}
          checked={shareSafe}
          disabled={locked}
          onChange={trusted(() => choose({ ...choice, shareSafe: !shareSafe }))}
        />
        <span>{t("actions_shareSafe")}</span>
        <span class="quiet" id="share-safe-hint">
          {t("actions_shareSafeHint")}
        </span>
        {locked && <ManagedLine id="share-safe-managed" />}
      </label>
      {shareSafe && !locked && (
        <fieldset class="picks" aria-label={t("actions_keep")}>
          <legend class="quiet">{t("actions_keep")}</legend>
          {KEEPABLE.map(({ id: group, label }) => (
            <label class="pick" key={group}>
              <input
                type="checkbox"
                checked={keep.includes(group)}
                onChange={trusted(() => {
                  const others = keep.filter((each) => each !== group);
                  choose({ ...choice, keep: keep.includes(group) ? others : [...keep, group] });
                })}
              />
              <span>{t(label)}</span>
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
