import type { Command } from "../command";
import { listeningOptions, readPlace, serve } from "../fleet/listening";
import { readQueuePlace } from "../fleet/redis-address";
import { closeQueue, openQueue } from "../fleet/run-queue";
import { optionalPackage } from "../optional-package";

const PACKAGES = "@bull-board/api @bull-board/express express bullmq ioredis";
const DEFAULT_PORT = 3030;

export const dashboardCommand: Command = {
  name: "dashboard",
  usage: "dashboard --redis URL",
  summary: "Shows the queue in a browser (Bull Board)",
  options: listeningOptions(DEFAULT_PORT, ": it asks for no password"),

  async run(given, context) {
    const place = readQueuePlace(given, context.environment);
    const { port, host } = readPlace(given, DEFAULT_PORT);
    const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }, { default: express }] =
      await optionalPackage(PACKAGES, () =>
        Promise.all([
          import("@bull-board/api"),
          import("@bull-board/api/bullMQAdapter"),
          import("@bull-board/express"),
          import("express"),
        ]),
      );
    const queue = await openQueue(place, context.signal);
    const serverAdapter = new ExpressAdapter();
    createBullBoard({ queues: [new BullMQAdapter(queue)], serverAdapter });
    const app = express();
    app.disable("x-powered-by");
    app.use("/", serverAdapter.getRouter());
    try {
      return await serve(
        app.listen(port, host),
        context,
        (bound) => `The dashboard is at http://127.0.0.1:${bound}/`,
      );
    } finally {
      await closeQueue(queue);
    }
  },
};
