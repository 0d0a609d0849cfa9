import { type Signal, useSignal } from "@preact/signals";
import { ManagedLine } from "@/components/managed-line";
import { EVERYTHING, PRESETS, type PresetId } from "@/core/bundle/presets";
import { agentIdIn, type Rule, type RuleKind, type WatchEvent, type WatchList } from "@/core/jobs/watch";
import type { Policy } from "@/core/settings/policy";
import { errorText } from "@/core/text/error-text";
import type { MessageKey } from "@/core/text/words";
import { ask } from "@/platform/ask";
import { t, words } from "@/platform/words";

/** How many events are shown. */
const SHOWN = 20;
const KINDS: Record<RuleKind, MessageKey> = { failed: "watch_failed", archive: "watch_archive" };
const EVENTS: Record<WatchEvent["what"], MessageKey> = {
  exported: "watch_exported",
  gone: "watch_eventGone",
  "gave-up": "watch_eventGaveUp",
};

interface WatchSectionProps {
  first: WatchList;
  /** API address of the server that new rules are for. */
  server: string;
  policy: Policy;
}

/** What Runpack exports by itself: runs that are waited for, rules, and what they did. */
export function WatchSection({ first, server, policy }: WatchSectionProps) {
  const list = useSignal(first);
  const { watches, rules, events } = list.value;
  return (
    <section class="card stack" aria-label={t("watch_title")}>
      <h2>{t("watch_title")}</h2>
      <p class="quiet">{t("watch_intro")}</p>
      <h3>{t("watch_watches")}</h3>
      {watches.length === 0 && <p class="quiet">{t("watch_none")}</p>}
      <ul class="rows">
        {watches.map((watch) => (
          <li key={watch.server + watch.runId}>
            <span>
              <code>{watch.runId}</code>
              {watch.trouble && <span class="bad">{errorText(words, watch.trouble)}</span>}
            </span>
            <button
              type="button"
              class="button small"
              onClick={async () => {
                await ask({ to: "background", type: "unwatch", server: watch.server, runId: watch.runId });
                list.value = await ask({ to: "background", type: "watches" });
              }}
            >
              {t("watch_stop")}
            </button>
          </li>
        ))}
      </ul>
      <h3>{t("watch_rules")}</h3>
      <ul class="rows">
        {rules.map((rule) => (
          <RuleRow key={rule.id} rule={rule} list={list} />
        ))}
      </ul>
      <NewRule server={server} list={list} allowed={policy.presets} />
      <h3>{t("watch_did")}</h3>
      {events.length === 0 && <p class="quiet">{t("watch_didNothing")}</p>}
      <ul class="rows">
        {events.slice(0, SHOWN).map((event) => (
          <li key={`${event.at} ${event.runId}`}>
            <span>
              <code>{event.runId}</code> <span class="quiet">{words.dateTime(event.at)}</span>
            </span>
            <span>{t(EVENTS[event.what])}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function RuleRow({ rule, list }: { rule: Rule; list: Signal<WatchList> }) {
  const preset = PRESETS.find(({ id }) => id === rule.choice.preset);
  return (
    <li>
      <label class="check">
        <input
          type="checkbox"
          role="switch"
          aria-label={t("watch_switch", rule.agentId)}
          aria-checked={rule.on}
          checked={rule.on}
          onChange={async () => {
            list.value = await ask({ to: "background", type: "set-rule", rule: { ...rule, on: !rule.on } });
          }}
        />
        <span>
          <code>{rule.agentId}</code>
          <span class="quiet">
            {[t(KINDS[rule.kind]), preset && t(preset.label), rule.folder && `Skyvern/${rule.folder}`]
              .filter(Boolean)
              .join(" · ")}
          </span>
          {rule.trouble && <span class="bad">{errorText(words, rule.trouble)}</span>}
        </span>
      </label>
      <button
        type="button"
        class="button small"
        onClick={async () => {
          list.value = await ask({ to: "background", type: "remove-rule", ruleId: rule.id });
        }}
      >
        {t("watch_remove")}
      </button>
    </li>
  );
}

interface NewRuleProps {
  server: string;
  list: Signal<WatchList>;
  /** Presets that an administrator allows; null: all. */
  allowed: Policy["presets"];
}

function NewRule({ server, list, allowed }: NewRuleProps) {
  const agent = useSignal("");
  const kind = useSignal<RuleKind>("failed");
  const chosen = useSignal<PresetId>("everything");
  // What is to be picked can't be picked here.
  const presets = PRESETS.filter(({ id }) => id !== "pick" && (allowed?.includes(id) ?? true));
  const preset = (presets.find(({ id }) => id === chosen.value) ?? presets[0])?.id ?? "everything";
  const folder = useSignal("");
  const wrong = useSignal(false);
  const add = async () => {
    const agentId = agentIdIn(agent.value);
    wrong.value = agentId === null;
    if (agentId === null) return;
    const choice = { ...EVERYTHING, preset };
    const own = { id: crypto.randomUUID(), server, agentId, kind: kind.value, choice, folder: folder.value };
    list.value = await ask({ to: "background", type: "set-rule", rule: { ...own, on: true } });
    agent.value = "";
    folder.value = "";
  };
  return (
    <form
      class="rule"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <div class="field">
        <label for="rule-agent">{t("watch_agent")}</label>
        <input
          id="rule-agent"
          class="text"
          type="text"
          spellcheck={false}
          autocomplete="off"
          placeholder="wpid_…"
          aria-invalid={wrong.value}
          value={agent.value}
          onInput={(event) => {
            agent.value = event.currentTarget.value;
          }}
        />
        <p aria-live="assertive" class="bad">
          {wrong.value && t("watch_agentNeeded")}
        </p>
      </div>
      <div class="field">
        <label for="rule-kind">{t("watch_when")}</label>
        <select
          id="rule-kind"
          class="text"
          value={kind.value}
          onChange={(event) => {
            kind.value = event.currentTarget.value === "archive" ? "archive" : "failed";
          }}
        >
          <option value="failed">{t("watch_failed")}</option>
          <option value="archive">{t("watch_archive")}</option>
        </select>
      </div>
      <div class="field">
        <label for="rule-preset">{t("watch_preset")}</label>
        <select
          id="rule-preset"
          class="text"
          aria-describedby={allowed ? "rule-preset-managed" : undefined}
          value={preset}
          onChange={(event) => {
            chosen.value = PRESETS.find(({ id }) => id === event.currentTarget.value)?.id ?? "everything";
          }}
        >
          {presets.map(({ id, label }) => (
            <option key={id} value={id}>
              {t(label)}
            </option>
          ))}
        </select>
        {allowed && <ManagedLine id="rule-preset-managed" />}
      </div>
      <div class="field">
        <label for="rule-folder">{t("watch_folder")}</label>
        <input
          id="rule-folder"
          class="text"
          type="text"
          spellcheck={false}
          autocomplete="off"
          value={folder.value}
          onInput={(event) => {
            folder.value = event.currentTarget.value;
          }}
        />
      </div>
      <p class="buttons">
        <button type="submit" class="button">
          {t("watch_addRule")}
        </button>
      </p>
    </form>
  );
}
