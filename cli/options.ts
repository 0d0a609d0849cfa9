import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "./failure";

/** One option: how it is written, and what the help says. */
export interface Option {
  /** What stands for the value in the help; none: a switch. */
  value?: string;
  many?: boolean;
  help: string;
}

export type Options = Record<string, Option>;

/** What was given: a list where an option may stand many times, `true` for a switch. */
export class Given {
  constructor(
    readonly words: readonly string[],
    private readonly values: ReadonlyMap<string, readonly (string | boolean)[]>,
  ) {}

  /** The value of an option; undefined where it was not given. */
  text(name: string): string | undefined {
    const value = this.values.get(name)?.at(-1);
    return typeof value === "string" ? value : undefined;
  }

  all(name: string): string[] {
    return (this.values.get(name) ?? []).filter((value) => typeof value === "string");
  }

  is(name: string): boolean {
    return this.values.get(name)?.includes(true) ?? false;
  }

  /** A whole number within bounds. @throws UsageError */
  number(
    name: string,
    { least, most, otherwise }: { least: number; most: number; otherwise: number },
  ): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`);
    return value;
  }

  /** @throws UsageError where it was not given */
  needed(name: string, what: string): string {
    const text = this.text(name);
    if (text === undefined || text === "") throw new UsageError(`--${name} is needed: ${what}.`);
    return text;
  }
}

/** @throws UsageError for options that the command doesn't have */
export function parseOptions(args: readonly string[], options: Options): Given {
  const config: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { value }] of Object.entries(options))
    config[name] = { type: value === undefined ? "boolean" : "string", multiple: true };
  try {
    const { positionals, values } = parseArgs({ args: [...args], options: config, allowPositionals: true });
    const given = Object.entries(values).map(([name, value]): [string, (string | boolean)[]] => [
      name,
      Array.isArray(value) ? value : value === undefined ? [] : [value],
    ]);
    for (const [name, { many, value }] of Object.entries(options))
      if (!many && value !== undefined && (given.find(([key]) => key === name)?.[1].length ?? 0) > 1)
        throw new UsageError(`--${name} can be given once.`);
    return new Given(positionals, new Map(given));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? firstSentence(error.message) : String(error));
  }
}

/** Node's own message goes on with advice about its `parseArgs`. */
function firstSentence(message: string): string {
  return `${message.split(/\. To specify|\. Did you|\n/)[0]}.`.replace(/\.\.$/, ".");
}

/** The options as the help lists them. */
export function optionLines(options: Options): string[] {
  const left = Object.entries(options).map(([name, { value }]) => `--${name}${value ? ` ${value}` : ""}`);
  const width = Math.max(...left.map(({ length }) => length));
  return Object.values(options).map(({ help, many }, index) => {
    const repeat = many ? " (may be repeated)" : "";
    return `  ${(left[index] ?? "").padEnd(width)}  ${help}${repeat}`;
  });
}
