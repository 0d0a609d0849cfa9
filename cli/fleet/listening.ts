import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Context } from "../command";
import { EXIT, type ExitCode } from "../exit-codes";
import type { Given, Options } from "../options";
import { REDIS_OPTIONS } from "./redis-address";

/** Options of the commands that listen on a port. @param why what to know before opening it to other machines */
export function listeningOptions(defaultPort: number, why: string): Options {
  return {
    ...REDIS_OPTIONS,
    port: { value: "N", help: `Port, default ${defaultPort}` },
    host: { value: "ADDRESS", help: `Address to listen on, default 127.0.0.1${why}` },
    json: { help: "JSON lines, on a terminal too" },
  };
}

/** Where to listen. @throws UsageError */
export function readPlace(given: Given, defaultPort: number): { port: number; host: string } {
  return {
    port: given.number("port", { least: 0, most: 65_535, otherwise: defaultPort }),
    host: given.text("host") ?? "127.0.0.1",
  };
}

/** Serves until the command is told to end. @param said what a terminal is told of the port */
export async function serve(
  server: Server,
  { output, signal }: Context,
  said: (port: number) => string,
): Promise<ExitCode> {
  try {
    await once(server, "listening", { signal });
    const { port } = server.address() as AddressInfo;
    output.tell(said(port), { event: "listening", port });
    await once(signal, "abort");
    return EXIT.whole;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
