import { once } from "node:events";
import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { request } from "node:https";
import { type AddressInfo, Socket } from "node:net";
import { makeCertificate } from "./certificate";
import { API_HOST, APP_HOST, type PracticeServer } from "./server";

export interface Http2Front {
  /** The practice server as it is seen behind this. */
  server: PracticeServer;
  /** How many requests for bytes were under way at once, at the most. */
  most(): number;
  close(): Promise<void>;
}

/** What speaks HTTP/2 in front of Skyvern's hosts, as a load balancer does: one connection for any number of requests. */
export async function http2Front(behind: PracticeServer): Promise<Http2Front> {
  const front = createSecureServer(makeCertificate([APP_HOST, API_HOST]));
  const sockets = new Set<Socket>();
  let now = 0;
  let most = 0;
  front.on("connection", (socket: unknown) => {
    if (socket instanceof Socket) sockets.add(socket);
  });
  front.on("sessionError", () => undefined);
  front.on("stream", (stream, headers) => {
    if (headers[":path"]?.includes("/content")) {
      most = Math.max(most, ++now);
      stream.on("close", () => now--);
    }
    passOn(stream, headers, behind.port);
  });
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  const { port } = front.address() as AddressInfo;
  const hostRules = (others: readonly string[] = []) =>
    [APP_HOST, API_HOST, ...others].map((host) => `MAP ${host} 127.0.0.1:${port}`).join(", ");
  return {
    server: { ...behind, port, hostRules },
    most: () => most,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      front.close();
      await once(front, "close");
    },
  };
}

function passOn(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, port: number): void {
  const plain = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
  const passed = request(
    {
      host: "127.0.0.1",
      port,
      rejectUnauthorized: false,
      method: headers[":method"],
      path: headers[":path"],
      headers: { ...Object.fromEntries(plain), host: headers[":authority"] },
    },
    (answer) => {
      const { connection: _, "transfer-encoding": __, "keep-alive": ___, ...rest } = answer.headers;
      stream.respond({ ...rest, ":status": answer.statusCode });
      answer.pipe(stream);
    },
  );
  passed.on("error", () => stream.destroy());
  stream.on("error", () => passed.destroy());
  stream.pipe(passed);
}
