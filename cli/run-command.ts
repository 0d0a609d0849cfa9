import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Command } from "./command";
import { archiveCommand } from "./commands/archive";
import { dashboardCommand } from "./commands/dashboard";
import { enqueueCommand } from "./commands/enqueue";
import { exportCommand } from "./commands/export";
import { indexCommand } from "./commands/index-page";
import { inspectCommand } from "./commands/inspect";
import { listCommand } from "./commands/list";
import { verifyCommand } from "./commands/verify";
import { webhookCommand } from "./commands/webhook";
import { workerCommand } from "./commands/worker";
import { EXIT, type ExitCode } from "./exit-codes";
import { failureOf, Interrupted, UsageError } from "./failure";
import { optionLines, parseOptions } from "./options";
import { Output } from "./output";

const COMMANDS: readonly Command[] = [
  exportCommand,
  listCommand,
  archiveCommand,
  verifyCommand,
  inspectCommand,
  indexCommand,
  enqueueCommand,
  workerCommand,
  webhookCommand,
  dashboardCommand,
];

const SIGNALS: Partial<Record<NodeJS.Signals, ExitCode>> = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
};

/** Runs one command line. @returns the exit code */
export async function runCommand([name, ...args]: readonly string[]): Promise<ExitCode> {
  const version = packageVersion();
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(
      `${help(
        COMMANDS.find((command) => command.name === args[0]),
        version,
      )}\n`,
    );
    return name === undefined ? EXIT.usage : EXIT.whole;
  }
  if (name === "--version" || name === "version") {
    process.stdout.write(`${version}\n`);
    return EXIT.whole;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) {
    process.stderr.write(`There is no command "${name}". Run "runpack help".\n`);
    return EXIT.usage;
  }
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(`${help(command, version)}\n`);
    return EXIT.whole;
  }
  return run(command, args, version);
}

async function run(command: Command, args: readonly string[], version: string): Promise<ExitCode> {
  const output = new Output(process.stdout, process.stderr, args.includes("--json") ? true : null);
  const ended = listenForSignals();
  let exitCode: ExitCode;
  try {
    const given = parseOptions(args, command.options);
    exitCode = await command.run(given, { environment: process.env, output, signal: ended.signal, version });
  } catch (thrown) {
    const failure = failureOf(ended.signal.aborted ? ended.signal.reason : thrown);
    const hint = thrown instanceof UsageError ? ` Run "runpack help ${command.name}".` : "";
    const { code, message } = failure;
    output.fail(`runpack: ${message}${hint}`, { event: "failed", code, message: message + hint });
    ({ exitCode } = failure);
  } finally {
    ended.stop();
    output.end();
  }
  output.event({ event: "end", exit_code: exitCode });
  return exitCode;
}

/** The first signal ends the work in order; a second one ends the process at once. */
function listenForSignals(): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    const exitCode = SIGNALS[name] ?? EXIT.unknown;
    if (controller.signal.aborted) process.exit(exitCode);
    controller.abort(new Interrupted(exitCode));
  };
  const names: NodeJS.Signals[] = ["SIGINT", "SIGTERM"];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}

function help(command: Command | undefined, version: string): string {
  if (command) {
    const lines = [`Usage: runpack ${command.usage}`, "", `${command.summary}.`, ""];
    return [...lines, ...optionLines(command.options), "", ...exitLines()].join("\n");
  }
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    `Runpack for Skyvern ${version} (unofficial)`,
    "",
    ...COMMANDS.map(({ name, summary }) => `  runpack ${name.padEnd(width)}  ${summary}`),
    "",
    '"runpack help COMMAND" lists its options. The API key comes from SKYVERN_API_KEY or a --key-file.',
    ...exitLines(),
  ].join("\n");
}

function exitLines(): string[] {
  return [
    "Ends with 0: whole; 1: an unexpected error; 2: wrong usage; 3: with gaps; 4: no such run; 5: no key, or a",
    "refused one; 6: trouble with Skyvern, try again; 7: can't write; 8: a damaged bundle; 130, 143: interrupted.",
  ];
}

/** The package's file is two folders above the built command. */
function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
