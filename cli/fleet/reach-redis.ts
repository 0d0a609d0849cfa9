import { ServiceAway } from "../failure";
import { optionalPackage } from "../optional-package";
import { BULLMQ } from "./packages";

/** It may be starting beside the command. */
const MOST_TRIES = 4;
const WAIT_MS = 200;
const CONNECT_MS = 5000;

/**
 * Asks a Redis whether it is there: what uses a queue waits for one that is away, which at its start would be for ever.
 * @throws ServiceAway; UsageError where the packages are not installed; the signal's reason
 */
export async function reachRedis(url: string, signal: AbortSignal): Promise<void> {
  const { Redis } = await optionalPackage(BULLMQ, () => import("ioredis"));
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    retryStrategy: (tries) => (tries > MOST_TRIES ? null : tries * WAIT_MS),
  });
  let last: unknown;
  client.on("error", (error) => {
    last = error;
  });
  const stop = () => client.disconnect();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    await client.ping();
  } catch (error) {
    signal.throwIfAborted();
    // The address may hold a password.
    const advice = "Check --redis or RUNPACK_REDIS, and try again.";
    throw new ServiceAway(`Redis at ${new URL(url).host}`, last ?? error, advice);
  } finally {
    signal.removeEventListener("abort", stop);
    client.disconnect();
  }
}
