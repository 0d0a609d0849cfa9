import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerApi } from "./api";
import { slicesOf } from "./bytes";
import { type Answer, emptyNotFound, jsonAnswer, type RecordedRequest, send } from "./respond";
import { openExchange, type PracticeServer } from "./server";
import { answerUi } from "./ui";

/** Its one valid key: not the cloud's. */
const LOCAL_KEY = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvX2xvY2FsIn0.bG9jYWwgcHJhY3RpY2UsIG5vdCBhIHJlYWwga2V5";

/** A self-hosted Skyvern: web UI and API on ports of this computer, over plain HTTP, as its containers serve them. */
export interface LocalSkyvern {
  uiOrigin: string;
  apiAddress: string;
  apiKey: string;
  requests: RecordedRequest[];
  close(): Promise<void>;
}

/**
 * Starts one with the runs of the practice server, on the usual ports 8080 and 8000, or on free ones where those
 * are taken.
 * @param older it lacks what versions of two years ago lacked: timelines, signed URLs by request, sizes and
 * checksums of files, the organization's name
 */
export async function startLocalSkyvern(
  { world }: PracticeServer,
  { older = false } = {},
): Promise<LocalSkyvern> {
  const requests: RecordedRequest[] = [];
  const listener =
    (answer: (exchange: ReturnType<typeof openExchange>) => Promise<Answer>) =>
    (request: IncomingMessage, response: ServerResponse) => {
      const exchange = openExchange(world, request, response, request.socket);
      exchange.record.host = request.headers.host ?? "";
      requests.push(exchange.record);
      answer(exchange)
        .then((reply) => send(exchange, reply))
        .catch((error: unknown) => {
          console.error("local practice server:", exchange.record.path, error);
          response.destroy();
        });
    };
  const ui = createServer(listener((exchange) => answerUi(world, exchange)));
  const api = createServer(
    listener(async (exchange) => {
      const { pathname } = exchange.url;
      if (older && LATER.test(pathname)) return emptyNotFound;
      const reply = await answerApi(world, exchange, LOCAL_KEY, "{}");
      return older && pathname.endsWith("/artifacts") && reply.status === 200 ? withoutSizes(reply) : reply;
    }),
  );
  const [uiPort, apiPort] = [await listen(ui, 8080), await listen(api, 8000)];
  return {
    uiOrigin: `http://localhost:${uiPort}`,
    apiAddress: `http://localhost:${apiPort}`,
    apiKey: LOCAL_KEY,
    requests,
    close: async () => {
      await Promise.all([ui, api].map(close));
    },
  };
}

const LATER = /\/(?:timeline|signed-url)$|^\/api\/v1\/organizations\/me$/;

function withoutSizes({ body }: Answer): Answer {
  const rows: unknown = JSON.parse(Buffer.concat([...slicesOf(body)]).toString("utf8"));
  const older = (row: object) => ({ ...row, file_size: undefined, checksum: undefined });
  return jsonAnswer(200, JSON.stringify(Array.isArray(rows) ? rows.map(older) : rows));
}

async function listen(server: Server, wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const bound = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (bound) break;
    console.log(`Port ${wanted} is taken: a free one is used.`);
  }
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
