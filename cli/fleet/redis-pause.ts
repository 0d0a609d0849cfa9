import type { Redis } from "ioredis";
import { optionalPackage } from "../optional-package";
import { LocalPause, type SharedPause } from "../polite-fetch";
import { BULLMQ } from "./packages";
import { reachRedis } from "./reach-redis";

/** Sets the pause unless a longer one is in force, and tells everybody. */
const EXTEND = `
  if redis.call("PTTL", KEYS[1]) < tonumber(ARGV[1]) then
    redis.call("SET", KEYS[1], "1", "PX", ARGV[1])
    redis.call("PUBLISH", KEYS[1], ARGV[1])
  end`;

/** The pause of all workers of an organization: what one is told by a 429, all heed. */
export class RedisPause implements SharedPause {
  readonly #local = new LocalPause();

  private constructor(
    private readonly redis: Redis,
    private readonly listener: Redis,
    private readonly key: string,
  ) {}

  /**
   * @param organization names whose API limits are shared; no secret
   * @throws ServiceAway; the signal's reason
   */
  static async open(url: string, organization: string, signal: AbortSignal): Promise<RedisPause> {
    await reachRedis(url, signal);
    const { Redis: Client } = await optionalPackage(BULLMQ, () => import("ioredis"));
    const redis = new Client(url, { maxRetriesPerRequest: null });
    const listener = new Client(url, { maxRetriesPerRequest: null });
    // Both connect anew by themselves.
    for (const client of [redis, listener]) client.on("error", () => undefined);
    const pause = new RedisPause(redis, listener, `runpack:pause:${organization}`);
    listener.on("message", (_channel: string, ms: string) => pause.#local.extend(Number(ms)));
    await listener.subscribe(pause.key);
    // One may be in force already.
    pause.#local.extend(Math.max(await redis.pttl(pause.key), 0));
    return pause;
  }

  extend(ms: number): void {
    if (ms <= 0) return;
    this.#local.extend(ms);
    // Without Redis this worker alone knows; its own pause holds all the same.
    this.redis.eval(EXTEND, 1, this.key, String(Math.ceil(ms))).catch(() => undefined);
  }

  left(): number {
    return this.#local.left();
  }

  close(): void {
    this.redis.disconnect();
    this.listener.disconnect();
  }
}
