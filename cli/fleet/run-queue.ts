import { setTimeout as sleep } from "node:timers/promises";
import type { Job, JobsOptions, Queue } from "bullmq";
import { z } from "zod";
import { optionalPackage } from "../optional-package";
import { BULLMQ } from "./packages";
import { reachRedis } from "./reach-redis";
import type { QueuePlace } from "./redis-address";

/** What Redis holds of a run: no key, no URL, nothing of the run itself. */
export const RunJob = z.object({
  runId: z.string(),
  /** What the run was when it was ordered; null where nobody looked. */
  fingerprint: z.string().nullable(),
});
export type RunJob = z.infer<typeof RunJob>;

/** What a worker says of a finished job, for the dashboard. */
export interface JobReturn {
  outcome: "saved" | "kept";
  bundle: string;
  missing: number;
}
export type RunQueue = Queue<RunJob, JobReturn>;
export type QueuedRun = Job<RunJob, JobReturn>;

const ATTEMPTS = 12;
const FIRST_WAIT_MS = 2000;
const KEPT_JOBS = 1000;
const BATCH = 500;
const CLOSE_MS = 2000;

/**
 * @param patient false: what is asked while Redis is away is an error at once
 * @throws UsageError where the packages are not installed; ServiceAway; the signal's reason
 */
export async function openQueue(
  { redis, queue }: QueuePlace,
  signal: AbortSignal,
  { patient = true } = {},
): Promise<RunQueue> {
  const { Queue: BullQueue } = await optionalPackage(BULLMQ, () => import("bullmq"));
  await reachRedis(redis, signal);
  const connection = patient
    ? connectionTo(redis)
    : { url: redis, maxRetriesPerRequest: 0, enableOfflineQueue: false };
  const opened = new BullQueue<RunJob, JobReturn>(queue, { connection });
  // It connects anew by itself. Without a listener each try would be printed.
  opened.on("error", () => undefined);
  return opened;
}

/** Ends a connection in order. A Redis that is away would be waited for: not for long. */
export async function closeQueue(
  queue: Pick<RunQueue, "close" | "disconnect">,
  ms = CLOSE_MS,
): Promise<void> {
  const closed = queue.close().then(
    () => true,
    () => false,
  );
  if (await Promise.race([closed, sleep(ms, false)])) return;
  // Its end is not waited for: without Redis it may never be told.
  queue.disconnect().catch(() => undefined);
}

/** What BullMQ connects by; it waits for a Redis that is away. */
export function connectionTo(redis: string): { url: string; maxRetriesPerRequest: null } {
  return { url: redis, maxRetriesPerRequest: null };
}

/**
 * Puts runs into the queue. One that is there already, as it is now, is not there twice; one that failed is tried again.
 * @returns how many were put or tried again
 */
export async function enqueue(queue: RunQueue, runs: readonly RunJob[]): Promise<number> {
  const jobs = runs.map(jobOf);
  let put = 0;
  for (let at = 0; at < jobs.length; at += BATCH) {
    const batch = jobs.slice(at, at + BATCH);
    const there = await Promise.all(batch.map(({ opts }) => queue.getJob(opts.jobId)));
    await queue.addBulk(batch);
    put += there.filter((job) => job === undefined).length;
    for (const job of there) {
      if (!job?.failedReason || !(await job.isFailed())) continue;
      await job.retry("failed");
      put++;
    }
  }
  return put;
}

function jobOf(data: RunJob): { name: string; data: RunJob; opts: JobsOptions & { jobId: string } } {
  const known = data.fingerprint !== null;
  return {
    name: data.runId,
    data,
    opts: {
      // BullMQ allows no colon.
      jobId: known ? `${data.runId} ${data.fingerprint}` : data.runId,
      attempts: ATTEMPTS,
      backoff: { type: "exponential", delay: FIRST_WAIT_MS, jitter: 0.5 },
      // An order without a fingerprint would keep later ones of the same run out.
      removeOnComplete: known ? { count: KEPT_JOBS } : true,
    },
  };
}
