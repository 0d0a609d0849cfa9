import { createHash } from "node:crypto";
import { type Access, SkyvernClient } from "@/core/skyvern/client";
import { Organization } from "@/core/skyvern/schemas";
import { politeFetch } from "../polite-fetch";
import { RedisPause } from "./redis-pause";

/** The pause that all who use a Redis share for one organization. @throws RunpackError; the signal's reason */
export async function organizationPause(
  redis: string,
  access: Access,
  signal: AbortSignal,
): Promise<RedisPause> {
  return RedisPause.open(redis, await organizationOf(access, signal), signal);
}

/** Uses a client that asks nothing while the workers of its organization are told to wait; null: there is no Redis. */
export async function withPoliteClient<Result>(
  redis: string | null,
  access: Access,
  signal: AbortSignal,
  use: (client: SkyvernClient) => Promise<Result>,
): Promise<Result> {
  if (redis === null) return use(new SkyvernClient(access, signal));
  const pause = await organizationPause(redis, access, signal);
  try {
    const fetcher = politeFetch((...asked) => fetch(...asked), pause, new URL(access.apiAddress).origin);
    return await use(new SkyvernClient(access, signal, fetcher));
  } finally {
    pause.close();
  }
}

/** Whose limits these are: two keys of one organization share them. Nothing of the key can be read from it. */
async function organizationOf(access: Access, signal: AbortSignal): Promise<string> {
  const client = new SkyvernClient(access, signal);
  const found = await client.document("/api/v1/organizations/me", Organization);
  const id = found?.value.organization_id;
  return (
    id ?? createHash("sha256").update(`${access.apiAddress} ${access.apiKey}`).digest("hex").slice(0, 16)
  );
}
