import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type PracticeServer, startPracticeServer } from "../practice/server";

/** The built command, as it is shipped. */
export const COMMAND = fileURLToPath(new URL("../../.output/cli/runpack.js", import.meta.url));
const MAP_HOSTS = new URL("../practice/map-hosts.mjs", import.meta.url).href;

export type Line = { event: string } & Record<string, unknown>;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Standard output as JSON lines. */
  lines: Line[];
}

/** A command that runs. */
export interface Running {
  process: ChildProcess;
  /** Its lines so far. */
  lines(): Line[];
  /** Resolves with the first line of that event; rejects when the command ends without one. */
  until(event: string): Promise<Line>;
  ended: Promise<Ended>;
}

/** A practice server with a folder, and the command on both. */
export interface Desk {
  server: PracticeServer;
  folder: string;
  environment: NodeJS.ProcessEnv;
  start(args: readonly string[], environment?: NodeJS.ProcessEnv): Running;
  run(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Ended>;
  close(): Promise<void>;
}

export async function openDesk(): Promise<Desk> {
  const server = await startPracticeServer();
  const folder = mkdtempSync(join(tmpdir(), "runpack-cli-"));
  const environment = commandEnvironment(server, folder);
  const start = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    startCommand(process.execPath, [COMMAND, ...args], { ...environment, ...more });
  return {
    server,
    folder,
    environment,
    start,
    run: (args, more) => start(args, more).ended,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a command needs to find the practice server under Skyvern's names, and the key. */
export function commandEnvironment(server: PracticeServer, folder: string): NodeJS.ProcessEnv {
  const certificate = join(folder, "practice.pem");
  writeFileSync(certificate, server.certificate);
  const { PATH, HOME } = process.env;
  return {
    PATH,
    HOME,
    NODE_EXTRA_CA_CERTS: certificate,
    NODE_OPTIONS: `--import ${MAP_HOSTS}`,
    PRACTICE_PORT: String(server.port),
    SKYVERN_API_KEY: server.apiKey,
  };
}

export function startCommand(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Running {
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
    for (const listener of listeners) listener();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr, lines: linesOf(stdout) }));
  });
  return {
    process: child,
    ended,
    lines: () => linesOf(stdout),
    until: (event) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = linesOf(stdout).find((line) => line.event === event);
          if (!found) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then(() => {
          look();
          reject(new Error(`It ended without "${event}": ${stdout}\n${stderr}`));
        });
      }),
  };
}

function linesOf(stdout: string): Line[] {
  return stdout
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Line] : []));
}
