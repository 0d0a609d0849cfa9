import { type Signal, useSignal } from "@preact/signals";
import { exportName, type NameParts, templateProblem } from "@/core/bundle/name-template";
import { MOST_AT_ONCE, type Preferences, SHORTEST_WORD } from "@/core/settings/preferences";
import { templateProblemText } from "@/core/text/template-text";
import { t, words } from "@/platform/words";

/** A run to show names by. */
const EXAMPLE: NameParts = {
  title: "Invoice download / March",
  runId: "wr_401122334455667788",
  status: "completed",
  workflowId: "wpid_401122334455660000",
  date: Date.UTC(2026, 2, 31, 9, 30),
};

interface PreferencesFormProps {
  preferences: Preferences;
  save: (preferences: Preferences) => Promise<void>;
}

/** How exports are named, and what share-safe exports must not hold. */
export function PreferencesForm({ preferences, save }: PreferencesFormProps) {
  const template = useSignal(preferences.nameTemplate);
  const list = useSignal(preferences.words.join("\n"));
  const atOnce = useSignal(preferences.atOnce);
  const notify = useSignal(preferences.notify);
  const showInFolder = useSignal(preferences.showInFolder);
  const said = useSignal<{ text: string; good: boolean } | null>(null);
  const found = templateProblem(template.value);
  const problem = found && templateProblemText(words, found);
  const submit = async (event: Event) => {
    event.preventDefault();
    const given = list.value.split("\n").flatMap((line) => line.trim() || []);
    const short = given.find((word) => word.length < SHORTEST_WORD);
    if (problem !== null || short !== undefined) {
      said.value = { text: problem ?? t("options_wordTooShort", short ?? ""), good: false };
      return;
    }
    await save({
      nameTemplate: template.value,
      words: given,
      atOnce: atOnce.value,
      notify: notify.value,
      showInFolder: showInFolder.value,
    });
    said.value = { text: t("options_saved"), good: true };
  };
  return (
    <form
      class="card"
      noValidate
      onSubmit={(event) =>
        void submit(event).catch(() => {
          said.value = { text: t("options_failed"), good: false };
        })
      }
    >
      <h2>{t("options_exports")}</h2>
      <div class="field">
        <label for="name-template">{t("options_nameTemplate")}</label>
        <input
          id="name-template"
          class="text"
          type="text"
          spellcheck={false}
          autocomplete="off"
          aria-describedby="name-preview name-hint"
          aria-invalid={problem !== null}
          value={template.value}
          onInput={(event) => {
            template.value = event.currentTarget.value;
            said.value = null;
          }}
        />
        <p id="name-preview" class={problem === null ? "" : "bad"} aria-live="polite">
          {problem ?? <code>{`Skyvern/${exportName(template.value, EXAMPLE)}.zip`}</code>}
        </p>
        <p id="name-hint" class="quiet">
          {t("options_nameTemplateHint")}
        </p>
      </div>
      <div class="field">
        <label for="share-words">{t("options_shareWords")}</label>
        <textarea
          id="share-words"
          class="text"
          rows={4}
          spellcheck={false}
          autocomplete="off"
          aria-describedby="share-words-hint"
          value={list.value}
          onInput={(event) => {
            list.value = event.currentTarget.value;
            said.value = null;
          }}
        />
        <p id="share-words-hint" class="quiet">
          {t("options_shareWordsHint")}
        </p>
      </div>
      <fieldset class="after">
        <legend>{t("options_after")}</legend>
        <label class="check" for="at-once">
          <select
            id="at-once"
            class="text short"
            value={String(atOnce.value)}
            onChange={(event) => {
              atOnce.value = Number(event.currentTarget.value);
              said.value = null;
            }}
          >
            {Array.from({ length: MOST_AT_ONCE }, (_, index) => (
              <option key={index} value={String(index + 1)}>
                {words.number(index + 1)}
              </option>
            ))}
          </select>
          {t("options_atOnce")}
        </label>
        <Check of={notify} label={t("options_notify")} changed={() => (said.value = null)} />
        <Check of={showInFolder} label={t("options_showInFolder")} changed={() => (said.value = null)} />
      </fieldset>
      <p class="buttons">
        <button type="submit" class="button">
          {t("options_savePreferences")}
        </button>
      </p>
      <p aria-live="polite" class={said.value?.good ? "good" : "bad"}>
        {said.value?.text}
      </p>
    </form>
  );
}

function Check({ of, label, changed }: { of: Signal<boolean>; label: string; changed: () => void }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={of.value}
        onInput={(event) => {
          of.value = event.currentTarget.checked;
          changed();
        }}
      />
      {label}
    </label>
  );
}
