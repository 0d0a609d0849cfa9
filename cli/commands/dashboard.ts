import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Command } from "../command";
import { EXIT } from "../exit-codes";
import { REDIS_OPTIONS, readQueuePlace } from "../fleet/redis-address";
import { openQueue } from "../fleet/run-queue";
import { optionalPackage } from "../optional-package";

const PACKAGES = "@bull-board/api @bull-board/express express bullmq ioredis";
const DEFAULT_PORT = 3030;

export const dashboardCommand: Command = {
  name: "dashboard",
  usage: "dashboard --redis URL",
  summary: "Shows the queue in a browser (Bull Board)",
  options: {
    ...REDIS_OPTIONS,
    port: { value: "N", help: `Port, default ${DEFAULT_PORT}` },
    host: { value: "ADDRESS", help: "Address to listen on, default 127.0.0.1: it asks for no password" },
    json: { help: "JSON lines, on a terminal too" },
  },

  async run(given, { environment, output, signal }) {
    const place = readQueuePlace(given, environment);
    const port = given.number("port", { least: 0, most: 65_535, otherwise: DEFAULT_PORT });
    const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }, { default: express }] =
      await optionalPackage(PACKAGES, () =>
        Promise.all([
          import("@bull-board/api"),
          import("@bull-board/api/bullMQAdapter"),
          import("@bull-board/express"),
          import("express"),
        ]),
      );
    const queue = await openQueue(place);
    const serverAdapter = new ExpressAdapter();
    createBullBoard({ queues: [new BullMQAdapter(queue)], serverAdapter });
    const app = express();
    app.disable("x-powered-by");
    app.use("/", serverAdapter.getRouter());
    const server = app.listen(port, given.text("host") ?? "127.0.0.1");
    try {
      await once(server, "listening", { signal });
      const { port: bound } = server.address() as AddressInfo;
      output.tell(`The dashboard is at http://127.0.0.1:${bound}/`, { event: "listening", port: bound });
      await once(signal, "abort");
      return EXIT.whole;
    } finally {
      server.close();
      server.closeAllConnections();
      await queue.close();
    }
  },
};
