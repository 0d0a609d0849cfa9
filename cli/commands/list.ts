import { SkyvernClient } from "@/core/skyvern/client";
import { ACCESS_OPTIONS, readAccess } from "../access";
import { FILTER_OPTIONS, readFilter } from "../archive-options";
import type { Command } from "../command";
import { EXIT } from "../exit-codes";
import { listRuns } from "../list-runs";
import { heedProxy } from "../proxy";

export const listCommand: Command = {
  name: "list",
  usage: "list [--agent wpid_…] [--since TIME] [--status LIST]",
  summary: "Prints the IDs of runs that have ended, the newest first",
  options: { ...FILTER_OPTIONS, json: { help: "JSON lines, on a terminal too" }, ...ACCESS_OPTIONS },

  async run(given, { environment, output, signal }) {
    await heedProxy(environment);
    const client = new SkyvernClient(await readAccess(given, environment), signal);
    for await (const { id, ended } of listRuns(client, readFilter(given, Date.now())))
      if (ended) output.tell(id, { event: "run", run_id: id });
    return EXIT.whole;
  },
};
