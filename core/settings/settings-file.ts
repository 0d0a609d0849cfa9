import * as z from "zod/mini";
import { type Rule, watchListIn } from "../jobs/watch";
import { parseApiAddress, parseUiOrigin } from "./api-address";
import { type Preferences, preferencesIn } from "./preferences";

/** Everything that a user has set, but keys, and what Runpack did. */
export interface Settings {
  preferences: Preferences;
  servers: { apiAddress: string; uiOrigins: string[] }[];
  /** API address of the default server. */
  chosen: string | null;
  rules: Rule[];
}

const FORMAT = "runpack-settings";
const FileHead = z.object({
  format: z.literal(FORMAT),
  preferences: z.optional(z.unknown()),
  servers: z.catch(z.array(z.unknown()), []),
  chosen: z.catch(z.nullable(z.string()), null),
  rules: z.catch(z.array(z.unknown()), []),
});
const FileServer = z.object({ apiAddress: z.string(), uiOrigins: z.array(z.string()) });

/** The settings file: JSON for people too. */
export function settingsFile({ preferences, servers, chosen, rules }: Settings): string {
  // What a rule did belongs to this browser: another one exports for itself.
  const bare = rules.map((rule) => ({ ...rule, done: [], checkedAt: 0, trouble: null }));
  return `${JSON.stringify({ format: FORMAT, version: 1, preferences, servers, chosen, rules: bare }, null, 2)}\n`;
}

/** @returns null for what is no settings file; what is not sound in one is left out */
export function settingsIn(text: string): Settings | null {
  const head = FileHead.safeParse(jsonOf(text));
  if (!head.success) return null;
  const servers = head.data.servers.flatMap((value) => {
    const server = FileServer.safeParse(value);
    const apiAddress = server.success ? parseApiAddress(server.data.apiAddress) : null;
    if (!server.success || apiAddress === null) return [];
    return [
      { apiAddress, uiOrigins: server.data.uiOrigins.flatMap((origin) => parseUiOrigin(origin) ?? []) },
    ];
  });
  return {
    preferences: preferencesIn(head.data.preferences),
    servers,
    chosen: servers.some(({ apiAddress }) => apiAddress === head.data.chosen) ? head.data.chosen : null,
    rules: watchListIn({ rules: head.data.rules }).rules,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
