import { type Signal, useSignal } from "@preact/signals";
import { parseApiAddress } from "@/core/settings/api-address";
import { CLOUD, guessUiOrigin, type Server } from "@/core/settings/servers";
import type { Field, ServerInput } from "@/platform/settings-client";
import { t } from "@/platform/words";

/** What the last press of a button came to. */
export type Outcome =
  | { kind: "none" }
  | { kind: "testing" }
  | { kind: "good"; text: string }
  | { kind: "bad"; text: string; field: Field | null };

interface ServerFormProps {
  first: ServerInput;
  /** The stored server whose settings these are; null for a new one. */
  shown: Server | null;
  /** An administrator has set the server's address. */
  managed: boolean;
  outcome: Signal<Outcome>;
  save: (input: ServerInput) => void;
  /** Null where there is nothing of the kind to do. */
  removeKey: (() => void) | null;
  remove: (() => void) | null;
  makeDefault: (() => void) | null;
}

/** One server's settings and how the last test of them went. The key stays in this form and in the store behind `save`. */
export function ServerForm(props: ServerFormProps) {
  const { first, shown, managed, outcome, save, removeKey, remove, makeDefault } = props;
  const apiKey = useSignal(first.apiKey);
  const keyTyped = useSignal(false);
  const apiAddress = useSignal(first.apiAddress);
  const uiAddresses = useSignal(first.uiAddresses);
  const uiTyped = useSignal(false);
  const sessionOnly = useSignal(first.sessionOnly);

  const address = parseApiAddress(apiAddress.value);
  const moved = shown !== null && address !== shown.apiAddress;
  const likelyUi = address === null ? "" : guessUiOrigin(address);
  const ui = uiTyped.value || !moved ? uiAddresses.value : likelyUi;

  const submit = (event: Event) => {
    event.preventDefault();
    // A stored key must not reach another server because only the address was changed.
    if (moved && shown.hasKey && !keyTyped.value)
      outcome.value = { kind: "bad", text: t("server_keyOfAnother", shown.apiAddress), field: "key" };
    else if (apiKey.value.trim() === "")
      outcome.value = { kind: "bad", text: t("server_keyNeeded"), field: "key" };
    else
      save({
        apiKey: apiKey.value,
        apiAddress: apiAddress.value,
        uiAddresses: ui,
        sessionOnly: sessionOnly.value,
      });
  };

  return (
    <form onSubmit={submit} noValidate>
      <KeyField
        value={apiKey}
        typed={keyTyped}
        invalid={isAbout(outcome.value, "key")}
        page={keyPage(shown, ui)}
      />
      <AddressField value={apiAddress} managed={managed} invalid={isAbout(outcome.value, "address")} />
      {address !== CLOUD.apiAddress && (
        <UiField
          value={ui}
          hint={likelyUi}
          invalid={isAbout(outcome.value, "ui")}
          onInput={(text) => {
            uiTyped.value = true;
            uiAddresses.value = text;
          }}
        />
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={sessionOnly.value}
          onInput={(event) => {
            sessionOnly.value = event.currentTarget.checked;
          }}
        />
        {t("server_sessionOnly")}
      </label>
      <p class="buttons">
        <button type="submit" class="button strong" aria-busy={outcome.value.kind === "testing"}>
          {t("server_saveAndTest")}
        </button>
        <MaybeButton label={t("server_makeDefault")} press={makeDefault} />
        <MaybeButton label={t("server_removeKey")} press={removeKey} />
        <MaybeButton label={t("server_removeServer")} press={remove} />
      </p>
      <OutcomeText outcome={outcome.value} />
    </form>
  );
}

function MaybeButton({ label, press }: { label: string; press: (() => void) | null }) {
  if (!press) return null;
  return (
    <button type="button" class="button" onClick={press}>
      {label}
    </button>
  );
}

interface KeyFieldProps {
  value: Signal<string>;
  typed: Signal<boolean>;
  invalid: boolean;
  /** Where Skyvern shows the key. */
  page: string | null;
}

function KeyField({ value, typed, invalid, page }: KeyFieldProps) {
  const shown = useSignal(false);
  return (
    <div class="field">
      <label for="api-key">{t("server_apiKey")}</label>
      <div class="with-button">
        <input
          id="api-key"
          class="text"
          {...(shown.value ? { type: "text" } : { type: "password" })}
          autocomplete="off"
          spellcheck={false}
          autocapitalize="off"
          aria-describedby="api-key-hint"
          aria-invalid={invalid}
          value={value.value}
          onInput={(event) => {
            typed.value = true;
            value.value = event.currentTarget.value;
          }}
        />
        <button
          type="button"
          class="button"
          onClick={() => {
            shown.value = !shown.value;
          }}
        >
          {shown.value ? t("server_conceal") : t("server_reveal")}
        </button>
      </div>
      <p id="api-key-hint" class="quiet">
        {t("server_apiKeyWhere")}{" "}
        {page === null ? (
          t("server_apiKeyPlace")
        ) : (
          <a href={page} target="_blank" rel="noreferrer">
            {t("server_apiKeyPlace")}
          </a>
        )}
        .
      </p>
    </div>
  );
}

interface AddressFieldProps {
  value: Signal<string>;
  managed: boolean;
  invalid: boolean;
}

function AddressField({ value, managed, invalid }: AddressFieldProps) {
  return (
    <div class="field">
      <label for="api-address">{t("server_apiAddress")}</label>
      <input
        id="api-address"
        class="text"
        type="text"
        inputMode="url"
        autocomplete="off"
        spellcheck={false}
        aria-describedby="api-address-hint"
        aria-invalid={invalid}
        readOnly={managed}
        value={value.value}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
      <p id="api-address-hint" class="quiet">
        {managed ? t("options_managed") : t("server_apiAddressHint")}
      </p>
    </div>
  );
}

interface UiFieldProps {
  value: string;
  /** Where it is likely to be. */
  hint: string;
  invalid: boolean;
  onInput: (text: string) => void;
}

function UiField({ value, hint, invalid, onInput }: UiFieldProps) {
  return (
    <div class="field">
      <label for="ui-address">{t("server_uiAddress")}</label>
      <input
        id="ui-address"
        class="text"
        type="text"
        inputMode="url"
        autocomplete="off"
        spellcheck={false}
        placeholder={hint}
        aria-describedby="ui-address-hint"
        aria-invalid={invalid}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id="ui-address-hint" class="quiet">
        {t("server_uiAddressHint")}
      </p>
    </div>
  );
}

/** Both regions stay in the page, so that a screen reader hears the change. */
function OutcomeText({ outcome }: { outcome: Outcome }) {
  return (
    <div>
      <p role="status" class={outcome.kind === "good" ? "good" : "quiet"}>
        {outcome.kind === "good" && outcome.text}
        {outcome.kind === "testing" && t("server_testing")}
      </p>
      <p role="alert" class="bad">
        {outcome.kind === "bad" && outcome.text}
      </p>
    </div>
  );
}

function keyPage(shown: Server | null, ui: string): string | null {
  const origin = shown?.apiAddress === CLOUD.apiAddress ? CLOUD.uiOrigins[0] : ui.split(/[\s,]/)[0];
  return origin && URL.canParse(origin) && /^https?:/.test(origin) ? `${origin}/settings` : null;
}

function isAbout(outcome: Outcome, field: Field): boolean {
  return outcome.kind === "bad" && outcome.field === field;
}
