import type { Job, JobsOptions, Queue } from "bullmq";
import { z } from "zod";
import { optionalPackage } from "../optional-package";
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

export const BULLMQ = "bullmq ioredis";
const ATTEMPTS = 12;
const FIRST_WAIT_MS = 2000;
const KEPT_JOBS = 1000;
const BATCH = 500;

/** @throws UsageError where the packages are not installed */
export async function openQueue({ redis, queue }: QueuePlace): Promise<RunQueue> {
  const { Queue: BullQueue } = await optionalPackage(BULLMQ, () => import("bullmq"));
  return new BullQueue<RunJob, JobReturn>(queue, { connection: connectionTo(redis) });
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
  const failed = new Map((await queue.getFailed()).map((job) => [job.id, job]));
  let put = 0;
  for (let at = 0; at < jobs.length; at += BATCH) {
    const batch = jobs.slice(at, at + BATCH);
    const there = await Promise.all(batch.map(({ opts }) => queue.getJob(opts.jobId)));
    await queue.addBulk(batch);
    put += there.filter((job) => job === undefined).length;
    for (const { opts } of batch) {
      const again = failed.get(opts.jobId);
      if (!again) continue;
      await again.retry("failed");
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
