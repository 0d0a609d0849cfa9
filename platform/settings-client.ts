import { browser } from "wxt/browser";
import { parseApiAddress } from "@/core/settings/api-address";
import { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError } from "@/core/skyvern/errors";
import { Organization } from "@/core/skyvern/schemas";
import { type KeptAccess, readAccess, writeAccess } from "./access";
import { ask } from "./ask";

export type TestResult =
  | { ok: true; organization: string | null }
  | { ok: false; field: "key" | "address" | null; message: string };

/** The stored key and address, for the options page alone. */
export function loadSettings(): Promise<KeptAccess> {
  return readAccess();
}

/** Stores a well-formed key and address, asks the API whether they work, and lets waiting exports go on. */
export async function saveAndTest(input: KeptAccess): Promise<TestResult> {
  const apiAddress = parseApiAddress(input.apiAddress);
  if (apiAddress === null) {
    const message = "That is no API address. It looks like https://api.skyvern.com";
    return { ok: false, field: "address", message };
  }
  const { origin } = new URL(apiAddress);
  if (!(await browser.permissions.contains({ origins: [`${origin}/*`] }))) {
    const message = `Runpack has no permission for ${origin}. This version exports from https://api.skyvern.com alone.`;
    return { ok: false, field: "address", message };
  }
  const apiKey = input.apiKey.trim();
  if (/[^\x21-\x7e]/.test(apiKey))
    return { ok: false, field: "key", message: "An API key has no spaces or special characters." };
  await writeAccess({ apiKey, apiAddress, sessionOnly: input.sessionOnly });
  if (apiKey === "")
    return { ok: false, field: "key", message: "Enter your API key. You find it in Skyvern under Settings." };
  const result = await test(apiKey, apiAddress);
  if (result.ok) await ask({ to: "background", type: "settings-saved" });
  return result;
}

async function test(apiKey: string, apiAddress: string): Promise<TestResult> {
  const client = new SkyvernClient({ apiKey, apiAddress }, AbortSignal.timeout(20_000));
  try {
    const accepted = await client.checkKey();
    if (!accepted)
      return {
        ok: false,
        field: "key",
        message: `${apiAddress} refused this API key. Copy it again from Skyvern's settings.`,
      };
    const organization = await client.document("/api/v1/organizations/me", Organization).catch(() => null);
    return { ok: true, organization: organization?.value.organization_name ?? null };
  } catch (error) {
    if (error instanceof RunpackError)
      return { ok: false, field: error.code === "key-refused" ? "key" : "address", message: error.message };
    return {
      ok: false,
      field: "address",
      message: `${apiAddress} did not answer within 20 seconds. Check your connection and the address.`,
    };
  }
}
