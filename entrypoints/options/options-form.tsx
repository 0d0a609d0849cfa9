import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { DEFAULT_API_ADDRESS } from "@/core/settings/api-address";
import { optionsWords as words } from "@/core/text/words";
import type { KeptAccess } from "@/platform/access";
import type { saveAndTest } from "@/platform/settings-client";

const KEY_PAGE = "https://app.skyvern.com/settings";

type Field = "key" | "address";

/** What the last press of a button came to. */
type Outcome =
  | { kind: "none" }
  | { kind: "testing" }
  | { kind: "good"; text: string }
  | { kind: "bad"; text: string; field: Field | null };

interface OptionsFormProps {
  /** What stands below the key. */
  children?: ComponentChildren;
  /** As stored; null where the store can't be read. */
  settings: KeptAccess | null;
  save: typeof saveAndTest;
}

/** The settings and how the last test of them went. The key stays in this form and in the store behind `save`. */
export function OptionsForm({ settings, save, children }: OptionsFormProps) {
  const apiKey = useSignal(settings?.apiKey ?? "");
  const apiAddress = useSignal(settings?.apiAddress ?? DEFAULT_API_ADDRESS);
  const sessionOnly = useSignal(settings?.sessionOnly ?? false);
  const outcome = useSignal<Outcome>(
    settings ? { kind: "none" } : { kind: "bad", text: words.failed, field: null },
  );
  const stored = useSignal(apiKey.value !== "");

  const store = async (key: string): Promise<Outcome> => {
    const answer = await save({
      apiKey: key,
      apiAddress: apiAddress.value.trim(),
      sessionOnly: sessionOnly.value,
    });
    if (!answer.ok) return { kind: "bad", text: answer.message, field: answer.field };
    const text = answer.organization === null ? words.connected : words.connectedTo(answer.organization);
    return { kind: "good", text };
  };

  const run = async (work: () => Promise<Outcome>) => {
    outcome.value = { kind: "testing" };
    outcome.value = await work().catch((): Outcome => ({ kind: "bad", text: words.failed, field: null }));
  };

  const submit = (event: Event) => {
    event.preventDefault();
    if (outcome.value.kind === "testing") return;
    const key = apiKey.value.trim();
    if (key === "") outcome.value = { kind: "bad", text: words.keyNeeded, field: "key" };
    else if (!isWebAddress(apiAddress.value.trim())) {
      outcome.value = { kind: "bad", text: words.addressNeeded, field: "address" };
    } else {
      stored.value = true;
      void run(() => store(key));
    }
  };

  const removeKey = () =>
    run(async () => {
      // Saving no key removes the stored one; there is nothing to test then.
      await save({ apiKey: "", apiAddress: apiAddress.value.trim(), sessionOnly: sessionOnly.value });
      apiKey.value = "";
      stored.value = false;
      return { kind: "good", text: words.removed };
    });

  return (
    <main>
      <header class="mark">
        <img src="/icon/128.png" alt="" />
        <h1>{words.title}</h1>
      </header>
      <p>{words.intro}</p>
      <form onSubmit={submit} class="card" noValidate>
        <KeyField value={apiKey} invalid={isAbout(outcome.value, "key")} />
        <AddressField value={apiAddress} invalid={isAbout(outcome.value, "address")} />
        <label class="check">
          <input
            type="checkbox"
            checked={sessionOnly.value}
            onInput={(event) => {
              sessionOnly.value = event.currentTarget.checked;
            }}
          />
          {words.sessionOnly}
        </label>
        <p class="buttons">
          <button type="submit" class="button strong" aria-busy={outcome.value.kind === "testing"}>
            {words.saveAndTest}
          </button>
          {stored.value && (
            <button type="button" class="button" onClick={() => void removeKey()}>
              {words.removeKey}
            </button>
          )}
        </p>
        <OutcomeText outcome={outcome.value} />
      </form>
      {children}
      <section class="note">
        <h2>{words.privacy}</h2>
        <p>{words.privacyText}</p>
      </section>
      <footer class="quiet">{words.unofficial}</footer>
    </main>
  );
}

function KeyField({ value, invalid }: { value: Signal<string>; invalid: boolean }) {
  const shown = useSignal(false);
  return (
    <div class="field">
      <label for="api-key">{words.apiKey}</label>
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
          {shown.value ? words.conceal : words.reveal}
        </button>
      </div>
      <p id="api-key-hint" class="quiet">
        {words.apiKeyWhere}{" "}
        <a href={KEY_PAGE} target="_blank" rel="noreferrer">
          {words.apiKeyPlace}
        </a>
        .
      </p>
    </div>
  );
}

function AddressField({ value, invalid }: { value: Signal<string>; invalid: boolean }) {
  return (
    <div class="field">
      <label for="api-address">{words.apiAddress}</label>
      <input
        id="api-address"
        class="text"
        type="text"
        inputMode="url"
        autocomplete="off"
        spellcheck={false}
        aria-describedby="api-address-hint"
        aria-invalid={invalid}
        value={value.value}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
      <p id="api-address-hint" class="quiet">
        {words.apiAddressHint}
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
        {outcome.kind === "testing" && words.testing}
      </p>
      <p role="alert" class="bad">
        {outcome.kind === "bad" && outcome.text}
      </p>
    </div>
  );
}

function isAbout(outcome: Outcome, field: Field): boolean {
  return outcome.kind === "bad" && outcome.field === field;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
