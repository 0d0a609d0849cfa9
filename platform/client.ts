import { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError } from "@/core/skyvern/errors";
import { errorText } from "@/core/text/error-text";
import { readAccess } from "./access";
import { mayReach } from "./may-reach";
import { t, words } from "./words";

/** What a question to the API came to, apart from its answer. */
export type NoAnswer =
  | { kind: "error"; message: string }
  | { kind: "no-key"; server: string }
  | { kind: "no-permission"; server: string };

const TIMEOUT_MS = 60_000;

/** Asks a server by its stored key. Never rejects: trouble is an answer too, in words for the user. */
export async function askApi<T>(
  server: string,
  question: (client: SkyvernClient) => Promise<T>,
): Promise<T | NoAnswer> {
  const access = await readAccess(server);
  if (access.apiKey === "") return { kind: "no-key", server };
  if (!(await mayReach(server))) return { kind: "no-permission", server };
  try {
    return await question(new SkyvernClient(access, AbortSignal.timeout(TIMEOUT_MS)));
  } catch (error) {
    const message = error instanceof RunpackError ? errorText(words, error.view) : t("popup_noAnswerInTime");
    return { kind: "error", message };
  }
}
