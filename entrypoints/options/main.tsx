import { render } from "preact";
import { EVERYTHING, type ExportChoice } from "@/core/bundle/presets";
import { NO_WATCHES } from "@/core/jobs/watch";
import { NO_POLICY } from "@/core/settings/policy";
import { CLOUD } from "@/core/settings/servers";
import { ask } from "@/platform/ask";
import { hasPrivateStore, openOptionsInNormalWindow } from "@/platform/open-options";
import { applyPolicy, onPolicyChanged, readPolicy } from "@/platform/policy";
import { readPreferences, writePreferences } from "@/platform/settings-store";
import { showLanguage } from "@/platform/words";
import { BackupSection } from "./backup-section";
import { ChoiceSection } from "./choice-section";
import { HistorySection } from "./history-section";
import { OptionsPage } from "./options-form";
import { PolicyNote } from "./policy-note";
import { PreferencesForm } from "./preferences-form";
import { PrivateWindow } from "./private-window";
import { ServerSection } from "./server-section";
import { firstView } from "./server-view";
import { ShortcutsNote } from "./shortcuts-note";
import { WatchSection } from "./watch-section";
import "./style.css";

showLanguage(document);
const app = document.getElementById("app");
let turn = 0;
let choiceTurn = 0;
/** Someone has begun to use the page: what is in its forms is theirs. */
let touched = false;
let policy = NO_POLICY;
let read: Awaited<ReturnType<typeof readAll>> | null = null;
/** What is chosen for exports; null until it is known, for which the policy has to be. */
let choice: ExportChoice | null = null;

async function readAll() {
  const [view, preferences, watches, jobs] = await Promise.all([
    firstView(new URLSearchParams(location.search)).catch(() => null),
    readPreferences().catch(() => null),
    ask({ to: "background", type: "watches" }).catch(() => NO_WATCHES),
    ask({ to: "background", type: "jobs" }).catch(() => []),
  ]);
  return { view, preferences, watches, jobs };
}

/** Reads everything first, and shows it then: what a user types must not be overwritten by what comes from the store. */
async function show(): Promise<void> {
  const choiceShown = showChoice();
  read = await readAll();
  turn++;
  paint();
  await choiceShown;
}

async function showChoice(): Promise<void> {
  choice = null;
  const asked = ++choiceTurn;
  const told = await ask({ to: "background", type: "choice" }).catch(() => EVERYTHING);
  if (asked !== choiceTurn) return;
  choice = told;
  paint();
}

function paint(): void {
  if (!app || !read) return;
  const { view, preferences, watches, jobs } = read;
  render(
    <OptionsPage>
      {hasPrivateStore() ? (
        <PrivateWindow open={() => void openOptionsInNormalWindow()} />
      ) : (
        <>
          <PolicyNote policy={policy} />
          <ServerSection key={`servers-${turn}`} first={view} managed={policy.apiAddress} />
          {preferences && (
            <PreferencesForm key={`preferences-${turn}`} preferences={preferences} save={writePreferences} />
          )}
          {choice && <ChoiceSection key={`choice-${choiceTurn}`} first={choice} policy={policy} />}
          <WatchSection
            key={`watch-${turn}`}
            first={watches}
            server={view?.standard ?? CLOUD.apiAddress}
            policy={policy}
          />
          <HistorySection key={`history-${turn}`} first={jobs} />
          <ShortcutsNote />
          <BackupSection key="backup" reload={show} />
        </>
      )}
    </OptionsPage>,
    app,
  );
}

/** A browser that has just started takes seconds to tell what is managed: the page doesn't wait for it. */
async function takePolicy(): Promise<void> {
  const told = await readPolicy();
  if (JSON.stringify(told) === JSON.stringify(policy)) return;
  policy = told;
  await applyPolicy();
  await (touched ? showChoice() : show());
}

for (const type of ["input", "click"])
  app?.addEventListener(
    type,
    () => {
      touched = true;
    },
    { once: true },
  );

onPolicyChanged(() => void takePolicy());
await Promise.all([show(), takePolicy()]);
