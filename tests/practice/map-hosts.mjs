/**
 * For Node what `--host-resolver-rules` is for Chromium: loaded by `--import`, it leads connections to Skyvern's hosts
 * to the practice server's port on loopback. Names in certificates and requests stay what they are.
 */
import tls from "node:tls";

const HOSTS = new Set(["api.skyvern.com", "app.skyvern.com"]);
const port = Number(process.env.PRACTICE_PORT);
const { connect } = tls;

tls.connect = (options, ...rest) =>
  connect(HOSTS.has(options.host) ? { ...options, host: "127.0.0.1", port } : options, ...rest);
