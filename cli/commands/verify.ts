import { BadArchive } from "@/core/bundle/zip/read-archive";
import { type GivenFile, type Verdict, verifyBag } from "@/core/report/verify";
import { gapSentence } from "@/core/text/job-text";
import { openBundle } from "../bundle-files";
import type { Command, Context } from "../command";
import { EXIT, type ExitCode, heaviest } from "../exit-codes";
import { type BundleReport, gapsOf, readReport } from "../export-report";
import { UsageError } from "../failure";
import { words } from "../words";

const MOST_NAMED = 10;

export const verifyCommand: Command = {
  name: "verify",
  usage: "verify <bundle>…",
  summary: "Checks ZIPs or unzipped bundles: every hash, the bag, and what is missing from the run",
  options: { json: { help: "JSON lines, on a terminal too" } },

  async run(given, context) {
    if (given.words.length === 0) throw new UsageError("Which bundle? Give ZIPs or folders.");
    const codes: ExitCode[] = [];
    for (const path of given.words) codes.push(await verifyOne(path, context));
    return heaviest(codes);
  },
};

async function verifyOne(path: string, { output, signal }: Context): Promise<ExitCode> {
  try {
    const bundle = await openBundle(path);
    try {
      const progress = (fraction: number) => output.bar(fraction, path);
      const verdict = await verifyBag(bundle.files, progress, signal);
      if (!verdict) return refused(path, whyNone(bundle.files), output);
      return judge(path, verdict, await readReport(bundle.files), output);
    } finally {
      await bundle.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof BadArchive ? `damaged: no sound ZIP: ${error.message}` : undefined;
    return refused(path, why ?? (error instanceof Error ? error.message : String(error)), output);
  }
}

function whyNone(files: readonly GivenFile[]): string {
  const several = files.some(({ path }) => /^[^/]+\/manifest-sha256\.txt$/.test(path));
  return several
    ? "it has several runs: unzip it, and verify each of its folders"
    : "there is no manifest-sha256.txt in it: it is no bundle";
}

function refused(path: string, why: string, output: Context["output"]): ExitCode {
  output.fail(`${path}: ${why}`, { event: "verified", bundle: path, whole: false, error: why });
  return EXIT.damaged;
}

function judge(
  path: string,
  { proven, changed, missing, extra }: Verdict,
  report: BundleReport | null,
  output: Context["output"],
): ExitCode {
  const whole = changed.length === 0 && missing.length === 0 && extra.length === 0 && report !== null;
  const gaps = report ? gapsOf(report) : [];
  const counts = report?.counts ?? null;
  const event = { event: "verified", bundle: path, whole, proven, changed, missing, extra, counts, gaps };
  if (!whole) {
    const why = [
      ...named("changed", changed),
      ...named("not there", missing),
      ...named("in no manifest", extra),
      ...(report ? [] : ["  export-report.json can't be read"]),
    ];
    output.fail([`${path}: damaged`, ...why].join("\n"), event);
    return EXIT.damaged;
  }
  const lines = gaps.map((gap) => `  missing from the run: ${gapSentence(words, gap)}`);
  const verdict = gaps.length > 0 ? "sound, with gaps" : "whole";
  output.tell([`${path}: ${verdict} (${proven} files proven)`, ...lines].join("\n"), event);
  return gaps.length > 0 ? EXIT.partial : EXIT.whole;
}

function named(what: string, paths: readonly string[]): string[] {
  const lines = paths.slice(0, MOST_NAMED).map((path) => `  ${what}: ${path}`);
  const more = paths.length - lines.length;
  return more > 0 ? [...lines, `  and ${more} more ${what}`] : lines;
}
