import { UsageError } from "../failure";
import type { Given, Options } from "../options";

export const REDIS_OPTIONS: Options = {
  redis: { value: "URL", help: "redis://host:6379; with a password in RUNPACK_REDIS instead" },
  queue: { value: "NAME", help: "Name of the queue, default runpack; each organization needs its own" },
};

/** Where the queue is. */
export interface QueuePlace {
  redis: string;
  queue: string;
}

/** @throws UsageError */
export function readQueuePlace(given: Given, environment: NodeJS.ProcessEnv): QueuePlace {
  const redis = readRedis(given, environment);
  if (redis === null) throw new UsageError("--redis is needed, or RUNPACK_REDIS: redis://host:6379");
  const queue = given.text("queue") ?? "runpack";
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(queue))
    throw new UsageError("--queue takes letters, digits, dots, hyphens and underscores.");
  return { redis, queue };
}

/** A password is no argument: everyone on the machine can read those. @returns null without any. @throws UsageError */
export function readRedis(given: Given, environment: NodeJS.ProcessEnv): string | null {
  const argument = given.text("redis");
  const redis = argument ?? environment.RUNPACK_REDIS ?? "";
  if (redis === "") return null;
  if (!/^rediss?:\/\//.test(redis) || !URL.canParse(redis))
    throw new UsageError("The address of Redis looks like redis://host:6379, or rediss://… with TLS.");
  if (argument !== undefined && new URL(argument).password !== "")
    throw new UsageError("--redis takes no password: put the address into RUNPACK_REDIS.");
  return redis;
}
