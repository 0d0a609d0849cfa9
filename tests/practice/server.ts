import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { answerApi } from "./api";
import { slicesOf } from "./bytes";
import { makeCertificate } from "./certificate";
import { answerElsewhere } from "./elsewhere";
import { type Exchange, type RecordedRequest, send } from "./respond";
import { addNamedRuns } from "./runs/named";
import { answerUi } from "./ui";
import { checksumOf, World } from "./world";

export type { RecordedRequest } from "./respond";

export const APP_HOST = "app.skyvern.com";
export const API_HOST = "api.skyvern.com";
/** The API answers here too, as a self-hosted one does. */
const LOCAL_HOST = "localhost";
const OWN_HOSTS = [API_HOST, LOCAL_HOST];
/** The one valid key: a JWT's three parts, of no use anywhere else. */
const API_KEY =
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjQ5MjQ5NjAwMDAsInN1YiI6Im9fNDkzMjg1NjE5MzM0NzAwMDAwIn0.cHJhY3RpY2Ugc2VydmVyLCBub3QgYSByZWFsIGtleQ";

/** A stand-in for app.skyvern.com and api.skyvern.com on loopback, over TLS. */
export interface PracticeServer {
  port: number;
  /** The one valid API key. */
  apiKey: string;
  /** The runs, mutable by tests. */
  world: World;
  /** Every request since the start, or since it was emptied. */
  requests: RecordedRequest[];
  /** Hosts that the key may go to: the API's, and what a user names as such. */
  apiHosts: Set<string>;
  /** Requests, at whatever host, with the key where it doesn't belong, their bodies included; never emptied. */
  astray: RecordedRequest[];
  /**
   * What belongs into an export of the artifact, the truth for byte comparisons: what the content call serves when
   * nothing goes wrong, or the entry where it serves a whole archive. Empty where it says 404.
   */
  bytesOf(artifactId: string): Buffer;
  /** SHA-256 (hex) of the same, for artifacts too big to hold. */
  sha256Of(artifactId: string): string;
  /** For Chromium's `--host-resolver-rules`: both hosts, and any `others`, on this server. */
  hostRules(others?: string[]): string;
  /** The server's certificate, PEM: for `NODE_EXTRA_CA_CERTS`. */
  certificate: string;
  /** Takes the network away: connections break, new ones too, until it is given back. */
  cut(gone: boolean): void;
  /** As it was when it started: another world of the same runs, no request known, no connection open. */
  beginAnew(): void;
  close(): Promise<void>;
}

/** Starts the server with the named runs in its world. `port` 0: any free one. */
export async function startPracticeServer(options: { port?: number } = {}): Promise<PracticeServer> {
  let world = newWorld();
  const requests: RecordedRequest[] = [];
  const apiHosts = new Set(OWN_HOSTS);
  const astray: RecordedRequest[] = [];
  const tcp = new Map<number, Socket>();
  let gone = false;
  const certificate = makeCertificate([APP_HOST, API_HOST, LOCAL_HOST]);
  const server = createServer(certificate, (request, response) => {
    const exchange = openExchange(world, request, response, tcp.get(request.socket.remotePort ?? 0) ?? null);
    requests.push(exchange.record);
    if (isAstray(exchange.record, apiHosts)) astray.push(exchange.record);
    answer(world, exchange, () => astray.push(exchange.record)).catch((error: unknown) => {
      console.error("practice server:", exchange.record.method, exchange.record.path, error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 30_000;
  server.on("connection", (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    if (gone) {
      socket.destroy();
      return;
    }
    tcp.set(port, socket);
    socket.on("close", () => tcp.delete(port));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    apiKey: API_KEY,
    get world() {
      return world;
    },
    requests,
    apiHosts,
    astray,
    certificate: certificate.cert,
    bytesOf: (id) => {
      const source = world.contentOf(id);
      return source ? Buffer.concat([...slicesOf(source)]) : Buffer.alloc(0);
    },
    sha256Of: (id) => checksumOf(world, id),
    hostRules: (others = []) =>
      [APP_HOST, API_HOST, ...others].map((host) => `MAP ${host} 127.0.0.1:${port}`).join(", "),
    cut: (now) => {
      gone = now;
      if (gone) for (const socket of tcp.values()) socket.destroy();
    },
    beginAnew: () => {
      for (const socket of tcp.values()) socket.destroy();
      world = newWorld();
      requests.length = 0;
      astray.length = 0;
      apiHosts.clear();
      for (const host of OWN_HOSTS) apiHosts.add(host);
      gone = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of tcp.values()) socket.destroy();
      }),
  };
}

function newWorld(): World {
  const world = new World();
  addNamedRuns(world);
  return world;
}

export function openExchange(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  socket: Socket | null,
): Exchange {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
  const path = request.url ?? "/";
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  const record: RecordedRequest = {
    at: Date.now(),
    host,
    method: request.method ?? "GET",
    path,
    headers,
    status: 0,
    bytesSent: 0,
    sentAt: null,
  };
  const url = new URL(path, `https://${host || "unknown"}`);
  const content = /^\/v1\/artifacts\/([^/]+)\/content$/.exec(url.pathname);
  const fault = world.faults.take(path, content?.[1] ?? null);
  response.setHeader("date", new Date(world.now()).toUTCString());
  response.on("error", () => response.destroy());
  response.on("finish", () => {
    record.sentAt = Date.now();
  });
  return { request, response, url, record, socket, fault };
}

/** The key belongs into one header of requests to the API, and nowhere else. */
function isAstray({ host, path, headers }: RecordedRequest, apiHosts: ReadonlySet<string>): boolean {
  const { "x-api-key": key, ...others } = headers;
  return (key === API_KEY && !apiHosts.has(host)) || (path + JSON.stringify(others)).includes(API_KEY);
}

/** @param onKey called where the request's body has the key, in whatever piece of it, at whatever host */
async function answer(world: World, exchange: Exchange, onKey: () => void): Promise<void> {
  const body = await bodyText(exchange.request, onKey);
  const { host } = exchange.record;
  const reply =
    host === API_HOST || host === LOCAL_HOST
      ? await answerApi(world, exchange, API_KEY, body)
      : host === APP_HOST
        ? await answerUi(world, exchange)
        : answerElsewhere(world, exchange);
  await send(exchange, reply);
}

/** Bodies of questions to the API are shorter by far; of a longer one no more is kept. */
const BODY_BYTES = 1024 * 1024;

async function bodyText(request: IncomingMessage, onKey: () => void): Promise<string> {
  const key = Buffer.from(API_KEY);
  const parts: Buffer[] = [];
  let kept = 0;
  // The end of what came before, shorter than the key: it may stand across two pieces.
  let before = Buffer.alloc(0);
  let found = false;
  for await (const part of request) {
    const bytes = Buffer.from(part as Uint8Array);
    const seen = Buffer.concat([before, bytes]);
    if (!found && seen.includes(key)) {
      found = true;
      onKey();
    }
    before = seen.subarray(-(key.length - 1));
    if (kept < BODY_BYTES) parts.push(bytes);
    kept += bytes.length;
  }
  return Buffer.concat(parts).toString("utf8");
}
