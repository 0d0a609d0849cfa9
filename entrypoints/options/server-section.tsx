import { useSignal } from "@preact/signals";
import { CLOUD, type Server, serverName } from "@/core/settings/servers";
import { chooseServer } from "@/platform/servers";
import { forgetServer, removeKey, saveAndTest, type TestResult } from "@/platform/settings-client";
import { t } from "@/platform/words";
import { type Outcome, ServerForm } from "./server-form";
import { type ServerView, viewOfNew, viewOfServer } from "./server-view";
import { StorageHosts } from "./storage-hosts";
import "./server-section.css";

interface ServerSectionProps {
  /** Null where the store can't be read. */
  first: ServerView | null;
  /** API address of the default server, where an administrator has set it. */
  managed: string | null;
}

/** The user's servers, and the settings of one. */
export function ServerSection({ first, managed }: ServerSectionProps) {
  const view = useSignal(first);
  const outcome = useSignal<Outcome>(firstOutcome(first));
  /** Counts what is shown, so that each view has a form of its own. */
  const turn = useSignal(0);
  if (view.value === null) return <OutcomeOnly outcome={outcome.value} />;
  const { servers, standard, shown, form } = view.value;

  const show = async (load: () => Promise<ServerView>, then: Outcome | null) => {
    const loaded = await load();
    view.value = loaded;
    outcome.value = then ?? firstOutcome(loaded);
    turn.value++;
  };
  const run = (work: () => Promise<void>) => {
    if (outcome.value.kind === "testing") return;
    work().catch(() => {
      outcome.value = { kind: "bad", text: t("server_failed"), field: null };
    });
  };

  return (
    <section class="card servers" aria-label={t("server_servers")}>
      {(servers.length > 1 || shown === null) && (
        <ServerList
          servers={servers}
          standard={standard}
          shown={shown}
          show={({ apiAddress }) => run(() => show(() => viewOfServer(apiAddress), null))}
        />
      )}
      <ServerForm
        key={turn.value}
        first={form}
        shown={shown}
        managed={shown !== null && shown.apiAddress === managed}
        outcome={outcome}
        save={(input) =>
          run(async () => {
            // First of all: the browser asks for permissions only in a click.
            const answer = saveAndTest(input);
            outcome.value = { kind: "testing" };
            const result = await answer;
            if (result.ok) await show(() => viewOfServer(result.apiAddress), outcomeOf(result));
            else outcome.value = outcomeOf(result);
          })
        }
        removeKey={
          shown?.hasKey
            ? () =>
                run(async () => {
                  await removeKey(shown);
                  await show(() => viewOfServer(shown.apiAddress), {
                    kind: "good",
                    text: t("server_removed"),
                  });
                })
            : null
        }
        remove={
          shown && shown.apiAddress !== CLOUD.apiAddress && shown.apiAddress !== managed
            ? () =>
                run(async () => {
                  await forgetServer(shown.apiAddress);
                  const text = t("server_serverRemoved", serverName(shown));
                  await show(() => viewOfServer(standard), { kind: "good", text });
                })
            : null
        }
        makeDefault={
          shown && servers.length > 1 && shown.apiAddress !== standard && managed === null
            ? () =>
                run(async () => {
                  await chooseServer(shown.apiAddress);
                  await show(() => viewOfServer(shown.apiAddress), null);
                })
            : null
        }
      />
      {shown !== null && (
        <button type="button" class="button add" onClick={() => run(() => show(viewOfNew, null))}>
          {t("server_addServer")}
        </button>
      )}
      <StorageHosts />
    </section>
  );
}

interface ServerListProps {
  servers: Server[];
  standard: string;
  shown: Server | null;
  show: (server: Server) => void;
}

function ServerList({ servers, standard, shown, show }: ServerListProps) {
  return (
    <div class="stack">
      <h2>{t("server_servers")}</h2>
      <ul>
        {servers.map((server) => (
          <li key={server.apiAddress}>
            <button
              type="button"
              class="server"
              aria-current={server.apiAddress === shown?.apiAddress}
              onClick={() => show(server)}
            >
              <span>
                {serverName(server)}
                {server.apiAddress === standard && <span class="badge">{t("server_isDefault")}</span>}
              </span>
              <span class="quiet">
                {server.hasKey ? (server.organization ?? server.apiAddress) : t("server_noKeyYet")}
              </span>
            </button>
          </li>
        ))}
        {shown === null && (
          <li>
            <span class="server" aria-current="true">
              {t("server_newServer")}
            </span>
          </li>
        )}
      </ul>
      <p class="quiet">{t("server_defaultHint")}</p>
    </div>
  );
}

function OutcomeOnly({ outcome }: { outcome: Outcome }) {
  return (
    <p role="alert" class="bad">
      {outcome.kind === "bad" && outcome.text}
    </p>
  );
}

function firstOutcome(view: ServerView | null): Outcome {
  if (view === null) return { kind: "bad", text: t("server_failed"), field: null };
  return view.locked ? { kind: "bad", text: t("server_permissionGone"), field: null } : { kind: "none" };
}

function outcomeOf(result: TestResult): Outcome {
  if (!result.ok) return { kind: "bad", text: result.message, field: result.field };
  const { organization } = result;
  return {
    kind: "good",
    text: organization === null ? t("server_connected") : t("server_connectedTo", organization),
  };
}
