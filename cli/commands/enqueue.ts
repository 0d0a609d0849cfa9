import { ACCESS_OPTIONS, readAccess } from "../access";
import { FILTER_OPTIONS, readFilter } from "../archive-options";
import type { Command, Context } from "../command";
import { EXIT } from "../exit-codes";
import { withPoliteClient } from "../fleet/organization-pause";
import { REDIS_OPTIONS, readQueuePlace } from "../fleet/redis-address";
import { closeQueue, enqueue, openQueue, type RunJob } from "../fleet/run-queue";
import { listRuns } from "../list-runs";
import type { Given } from "../options";
import { heedProxy } from "../proxy";
import { unlessAborted } from "../unless-aborted";
import { words } from "../words";
import { runIdsOf } from "./export";

export const enqueueCommand: Command = {
  name: "enqueue",
  usage: "enqueue (<run>… | [--agent wpid_…] [--since TIME] [--status LIST]) --redis URL",
  summary: "Puts runs into a queue on Redis, for any number of workers on any number of machines",
  options: {
    ...REDIS_OPTIONS,
    from: { value: "FILE", help: "Reads run IDs or links from a file, one a line; - is standard input" },
    ...FILTER_OPTIONS,
    json: { help: "JSON lines, on a terminal too" },
    ...ACCESS_OPTIONS,
  },

  async run(given, context) {
    const place = readQueuePlace(given, context.environment);
    const jobs = await jobsOf(given, context, place.redis);
    const queue = await openQueue(place, context.signal);
    try {
      const put = await unlessAborted(enqueue(queue, jobs), context.signal);
      const already = jobs.length - put;
      const rest = already > 0 ? `; ${already} were in it already` : "";
      context.output.tell(`${words.count("count_runs", put)} put into the queue "${place.queue}"${rest}`, {
        event: "enqueued",
        queue: place.queue,
        put,
        already,
      });
      return EXIT.whole;
    } finally {
      await closeQueue(queue);
    }
  },
};

async function jobsOf(given: Given, { environment, signal }: Context, redis: string): Promise<RunJob[]> {
  const named = given.words.length > 0 || given.text("from") !== undefined;
  if (named) return (await runIdsOf(given)).map((runId) => ({ runId, fingerprint: null }));
  const filter = readFilter(given, Date.now());
  await heedProxy(environment);
  const access = await readAccess(given, environment);
  return withPoliteClient(redis, access, signal, async (client) => {
    const jobs: RunJob[] = [];
    for await (const { id, fingerprint, ended } of listRuns(client, filter))
      if (ended) jobs.push({ runId: id, fingerprint });
    return jobs;
  });
}
