import { readFile } from "node:fs/promises";
import { DEFAULT_API_ADDRESS, parseApiAddress } from "@/core/settings/api-address";
import type { Access } from "@/core/skyvern/client";
import { runpackError } from "@/core/skyvern/errors";
import { UsageError } from "./failure";
import type { Given, Options } from "./options";

export const ACCESS_OPTIONS: Options = {
  "key-file": { value: "FILE", help: "Holds the API key; else SKYVERN_API_KEY does" },
  api: { value: "URL", help: `Skyvern's API; else SKYVERN_BASE_URL, else ${DEFAULT_API_ADDRESS}` },
};

/**
 * The key and the address. A key is never an argument: everyone on the machine can read those.
 * @throws UsageError; RunpackError no-key
 */
export async function readAccess(given: Given, environment: NodeJS.ProcessEnv): Promise<Access> {
  const address = given.text("api") ?? environment.SKYVERN_BASE_URL ?? DEFAULT_API_ADDRESS;
  const apiAddress = parseApiAddress(address);
  if (apiAddress === null)
    throw new UsageError(
      `"${address}" is no API address. It looks like ${DEFAULT_API_ADDRESS}; http: is for this computer alone.`,
    );
  const file = given.text("key-file");
  const apiKey = (file === undefined ? environment.SKYVERN_API_KEY : await keyIn(file))?.trim() ?? "";
  if (apiKey === "") throw runpackError("no-key");
  if (/[^\x21-\x7e]/.test(apiKey))
    throw new UsageError("The API key has spaces or special characters: it is not a Skyvern key.");
  return { apiAddress, apiKey };
}

async function keyIn(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(
      `The key file can't be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
