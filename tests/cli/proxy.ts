import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

export interface Proxy {
  url: string;
  /** Hosts with ports that connections were asked for. */
  asked: ReadonlySet<string>;
  close(): void;
}

/** An HTTP proxy that leads every connection to one port of this machine. */
export async function startProxy(port: number): Promise<Proxy> {
  const asked = new Set<string>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connect", ({ url = "" }, socket, head) => {
    asked.add(url);
    const target = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    target.on("error", () => socket.destroy());
    socket.on("error", () => target.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    asked,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
