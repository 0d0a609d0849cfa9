/** What the fleet needs. */
export const BULLMQ = "bullmq ioredis";
