import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { findMention } from "@/core/skyvern/mention";
import { ACCESS_OPTIONS } from "../access";
import type { Command, Context } from "../command";
import { EXIT, type ExitCode, heaviest } from "../exit-codes";
import { type ExportHost, exportBundle } from "../export-bundle";
import { EXPORT_OPTIONS, type OrderTemplate, readOrder } from "../export-options";
import { failureOf, UsageError } from "../failure";
import { HOST_OPTIONS, openHost } from "../host";
import type { Given } from "../options";
import { failedEvent, savedEvent, savedLines } from "../saved-lines";

export const exportCommand: Command = {
  name: "export",
  usage: "export <run ID or link>… --out DIR",
  summary: "Saves everything that runs left, each as one ZIP",
  options: {
    ...HOST_OPTIONS,
    from: { value: "FILE", help: "Reads run IDs or links from a file, one a line; - is standard input" },
    ...ACCESS_OPTIONS,
    ...EXPORT_OPTIONS,
  },

  async run(given, context) {
    const runIds = await runIdsOf(given);
    const order = await readOrder(given, context.version);
    const host = await openHost(given, context);
    const codes: ExitCode[] = [];
    for (const runId of runIds) {
      if (context.signal.aborted) break;
      codes.push(await exportOne(runId, order, host, context));
    }
    context.signal.throwIfAborted();
    return heaviest(codes);
  },
};

/** The runs that the words and the file of `--from` name, each once. @throws UsageError */
export async function runIdsOf(given: Given): Promise<string[]> {
  const from = given.text("from");
  const lines = from === undefined ? [] : (await linesOf(from)).filter((line) => line.trim() !== "");
  const named = [...given.words, ...lines];
  if (named.length === 0) throw new UsageError("Which run? Give run IDs or links to runs.");
  const ids = named.map((word) => {
    const id = findMention(word)?.id;
    if (id === undefined)
      throw new UsageError(`There is no run ID in "${word}". It looks like wr_… or tsk_…`);
    return id;
  });
  return [...new Set(ids)];
}

async function linesOf(from: string): Promise<string[]> {
  try {
    return (from === "-" ? await text(process.stdin) : await readFile(from, "utf8")).split(/\r?\n/);
  } catch (error) {
    throw new UsageError(`${from} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function exportOne(
  runId: string,
  order: OrderTemplate,
  host: ExportHost,
  { output, signal }: Context,
): Promise<ExitCode> {
  try {
    const saved = await exportBundle({ ...order, runId }, host, {
      listed: ({ runId: listed, title }) => output.event({ event: "listed", run_id: listed, title }),
      progress: (progress, note) => output.progress(runId, progress, note),
    });
    output.tell(savedLines(saved, host.destination.address), savedEvent(saved, host.destination.address));
    return saved.result.missing > 0 ? EXIT.partial : EXIT.whole;
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureOf(error);
    output.fail(`${runId}: ${failure.message}`, failedEvent(runId, failure));
    return failure.exitCode;
  }
}
