import { createServer, type IncomingMessage } from "node:http";
import { ACCESS_OPTIONS, readAccess } from "../access";
import type { Command, Context } from "../command";
import { listeningOptions, readPlace, serve } from "../fleet/listening";
import { readQueuePlace } from "../fleet/redis-address";
import { closeQueue, enqueue, openQueue, type RunQueue } from "../fleet/run-queue";
import { isSigned, rawBody, runOfWebhook } from "../fleet/webhook";

const DEFAULT_PORT = 8090;

export const webhookCommand: Command = {
  name: "webhook",
  usage: "webhook --redis URL",
  summary: "Takes Skyvern's webhooks, checks their signature, and puts each run into the queue as it ends",
  options: { ...listeningOptions(DEFAULT_PORT, ""), ...ACCESS_OPTIONS },

  async run(given, context) {
    const place = readQueuePlace(given, context.environment);
    const { port, host } = readPlace(given, DEFAULT_PORT);
    const { apiKey } = await readAccess(given, context.environment);
    const queue = await openQueue(place, context.signal, { patient: false });
    const server = createServer((request, response) => {
      answer(request, apiKey, queue, context)
        // Skyvern sends it again where the answer is an error: nothing is lost while Redis is away.
        .catch(() => 503)
        .then((status) => response.writeHead(status).end());
    });
    server.requestTimeout = 60_000;
    server.listen(port, host);
    try {
      return await serve(server, context, (bound) => `Taking webhooks on port ${bound}`);
    } finally {
      await closeQueue(queue);
    }
  },
};

/** @returns the status of the answer. @throws what Redis says */
async function answer(
  request: IncomingMessage,
  apiKey: string,
  queue: RunQueue,
  { output }: Context,
): Promise<number> {
  if (request.method === "GET" && request.url === "/healthz") return 204;
  if (request.method !== "POST") return 405;
  const body = await rawBody(request);
  if (!body) return 413;
  const signature = request.headers["x-skyvern-signature"];
  if (!isSigned(body, typeof signature === "string" ? signature : undefined, apiKey)) {
    output.event({ event: "refused", reason: "signature" });
    return 401;
  }
  const run = runOfWebhook(body);
  if (!run) return 422;
  await enqueue(queue, [run]);
  output.tell(`${run.runId} put into the queue`, { event: "enqueued", run_id: run.runId });
  return 202;
}
