import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request as it came, and what was answered. */
export interface Recorded {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  status: number;
}

export interface RecordingProxy {
  url: string;
  seen: Recorded[];
  /** Sees each request before it goes on; what it gives is answered in place of the server. */
  before: (asked: Recorded) => Promise<number | null>;
  /** Headers that the answer gets besides the server's own. */
  more: (asked: Recorded) => OutgoingHttpHeaders;
  close(): void;
}

/** Stands before an HTTP server of this machine, and keeps what it was asked. */
export async function startRecordingProxy(port: number): Promise<RecordingProxy> {
  const proxy: RecordingProxy = {
    url: "",
    seen: [],
    before: async () => null,
    more: () => ({}),
    close: () => undefined,
  };
  const server = createServer(async (incoming, response) => {
    const { method = "GET", url = "/", headers } = incoming;
    const { pathname, searchParams } = new URL(url, "http://s3");
    const body = await buffer(incoming);
    const asked: Recorded = {
      method,
      path: decodeURIComponent(pathname),
      query: searchParams,
      headers,
      body,
      status: 0,
    };
    proxy.seen.push(asked);
    const own = await proxy.before(asked);
    if (own !== null) {
      asked.status = own;
      response.writeHead(own).end();
      return;
    }
    const onward = request({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      asked.status = answer.statusCode ?? 0;
      response.writeHead(asked.status, { ...answer.headers, ...proxy.more(asked) });
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    onward.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return proxy;
}
