import type { ExitCode } from "./exit-codes";
import type { Given, Options } from "./options";
import type { Output } from "./output";

/** What a command gets from its process. */
export interface Context {
  environment: NodeJS.ProcessEnv;
  output: Output;
  /** Aborted with `Interrupted` when the user or the system ends the command. */
  signal: AbortSignal;
  version: string;
}

export interface Command {
  name: string;
  /** How it is called, after `runpack`. */
  usage: string;
  summary: string;
  options: Options;
  /** @throws what failureOf knows */
  run(given: Given, context: Context): Promise<ExitCode>;
}
