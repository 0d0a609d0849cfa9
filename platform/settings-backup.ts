import { CLOUD } from "@/core/settings/servers";
import { settingsFile, settingsIn } from "@/core/settings/settings-file";
import { ask } from "./ask";
import { changeStoredServers, readPreferences, readStoredServers, writePreferences } from "./settings-store";

/** The text of a settings file. */
export async function exportSettings(): Promise<string> {
  const [{ servers, chosen }, preferences, { rules }] = await Promise.all([
    readStoredServers(),
    readPreferences(),
    ask({ to: "background", type: "watches" }),
  ]);
  const named = servers.map(({ apiAddress, uiOrigins }) => ({ apiAddress, uiOrigins }));
  return settingsFile({ preferences, servers: named, chosen, rules });
}

/** Takes the settings of a file; keys that are stored stay. @returns false for what is no settings file */
export async function importSettings(text: string): Promise<boolean> {
  const settings = settingsIn(text);
  if (!settings) return false;
  const { preferences, servers, chosen, rules } = settings;
  await writePreferences(preferences);
  await changeStoredServers((before) => ({
    servers: [
      ...before.servers,
      ...servers
        .filter(({ apiAddress }) => !before.servers.some((known) => known.apiAddress === apiAddress))
        .map(({ apiAddress, uiOrigins }) => ({
          apiAddress,
          uiOrigins: apiAddress === CLOUD.apiAddress ? CLOUD.uiOrigins : uiOrigins,
          apiKey: "",
          organization: null,
          sessionOnly: false,
        })),
    ],
    chosen: chosen ?? before.chosen,
  }));
  for (const rule of rules) await ask({ to: "background", type: "set-rule", rule });
  await ask({ to: "background", type: "servers-changed" });
  return true;
}
