import type { Access } from "@/core/skyvern/client";
import { ACCESS_OPTIONS } from "../access";
import { CATALOGUE_OPTIONS, openCatalogue } from "../catalogue/open-catalogue";
import type { Command } from "../command";
import { EXPORT_OPTIONS, readOrder } from "../export-options";
import { FleetWorker } from "../fleet/fleet-worker";
import { organizationPause } from "../fleet/organization-pause";
import { REDIS_OPTIONS, readQueuePlace } from "../fleet/redis-address";
import type { RedisPause } from "../fleet/redis-pause";
import { closeQueue, openQueue } from "../fleet/run-queue";
import { HOST_OPTIONS, openHost } from "../host";
import type { SharedPause } from "../polite-fetch";

const SECOND_MS = 1000;

export const workerCommand: Command = {
  name: "worker",
  usage: "worker --redis URL --out DIR",
  summary: "Archives the runs of a queue until it is stopped; start as many as you like",
  options: {
    ...REDIS_OPTIONS,
    ...HOST_OPTIONS,
    ...CATALOGUE_OPTIONS,
    parallel: { value: "N", help: "Runs at once in this process, default 2" },
    "runs-per-minute": { value: "N", help: "Limit of all workers of the queue together" },
    "stalled-after": {
      value: "SECONDS",
      help: "A worker that is silent for so long loses its runs, default 30",
    },
    "until-empty": { help: "Ends when the queue is empty" },
    ...ACCESS_OPTIONS,
    ...EXPORT_OPTIONS,
  },

  async run(given, context) {
    const place = readQueuePlace(given, context.environment);
    const order = await readOrder(given, context.version);
    const limit = given.number("runs-per-minute", { least: 1, most: 100_000, otherwise: 0 });
    const silence = given.number("stalled-after", { least: 1, most: 3600, otherwise: 30 }) * SECOND_MS;
    const parallel = given.number("parallel", { least: 1, most: 64, otherwise: 2 });
    const queue = await openQueue(place, context.signal);
    let shared: RedisPause | null = null;
    try {
      const pauseFor = async (access: Access): Promise<SharedPause> => {
        shared = await organizationPause(place.redis, access, context.signal);
        return shared;
      };
      const host = await openHost(given, context, pauseFor);
      const catalogue = await openCatalogue(given, context.environment, host.destination);
      try {
        const worker = new FleetWorker(place, queue, order, host, catalogue, context);
        return await worker.work({ parallel, silence, limit, untilEmpty: given.is("until-empty") });
      } finally {
        await catalogue.close();
      }
    } finally {
      closePause(shared);
      await closeQueue(queue);
    }
  },
};

function closePause(pause: RedisPause | null): void {
  pause?.close();
}
