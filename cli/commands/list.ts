import { ACCESS_OPTIONS, readAccess } from "../access";
import { FILTER_OPTIONS, readFilter } from "../archive-options";
import type { Command } from "../command";
import { EXIT } from "../exit-codes";
import { withPoliteClient } from "../fleet/organization-pause";
import { readRedis } from "../fleet/redis-address";
import { listRuns } from "../list-runs";
import { heedProxy } from "../proxy";

export const listCommand: Command = {
  name: "list",
  usage: "list [--agent wpid_…] [--since TIME] [--status LIST]",
  summary: "Prints the IDs of runs that have ended, the newest first",
  options: {
    ...FILTER_OPTIONS,
    redis: {
      value: "URL",
      help: "Of a fleet: waits while Skyvern has told its workers to; else RUNPACK_REDIS",
    },
    json: { help: "JSON lines, on a terminal too" },
    ...ACCESS_OPTIONS,
  },

  async run(given, { environment, output, signal }) {
    const filter = readFilter(given, Date.now());
    const redis = readRedis(given, environment);
    const access = await readAccess(given, environment);
    await heedProxy(environment);
    await withPoliteClient(redis, access, signal, async (client) => {
      for await (const { id, ended } of listRuns(client, filter))
        if (ended) output.tell(id, { event: "run", run_id: id });
    });
    return EXIT.whole;
  },
};
