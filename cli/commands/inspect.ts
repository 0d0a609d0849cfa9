import { gapSentence, typeName } from "@/core/text/job-text";
import { openBundle } from "../bundle-files";
import type { Command } from "../command";
import { EXIT } from "../exit-codes";
import { type BundleReport, gapsOf, readReport } from "../export-report";
import { failureOf, UsageError } from "../failure";
import { words } from "../words";

export const inspectCommand: Command = {
  name: "inspect",
  usage: "inspect <bundle>",
  summary: "Says what a bundle holds, without checking it",
  options: { json: { help: "JSON lines, on a terminal too" } },

  async run(given, { output }) {
    const [path] = given.words;
    if (path === undefined || given.words.length > 1)
      throw new UsageError("Which bundle? Give one ZIP or folder.");
    try {
      const bundle = await openBundle(path);
      const report = await readReport(bundle.files).finally(() => bundle.close());
      if (report) {
        output.tell(inspectLines(path, report), inspectEvent(path, report));
        return EXIT.whole;
      }
      output.fail(`${path}: there is no export-report.json in it that can be read: it is no bundle`, {
        event: "failed",
        bundle: path,
      });
    } catch (error) {
      const { message } = failureOf(error);
      output.fail(`${path}: ${message}`, { event: "failed", bundle: path, message });
    }
    return EXIT.damaged;
  },
};

function inspectLines(path: string, report: BundleReport): string {
  const { counts, organization } = report;
  const rows: [string, string][] = [
    [
      "Run",
      report.run_id === report.requested_id ? report.run_id : `${report.run_id} (${report.requested_id})`,
    ],
    ["Title", report.title ?? "none"],
    ["Status", report.status ?? "unknown"],
    ["Exported", `${report.exported_at} by Runpack ${report.extension_version}`],
    ["From", organization ? `${report.api_address} (${organization})` : report.api_address],
    ["Preset", report.share_safe ? `${report.preset}, share-safe` : report.preset],
    [
      "Files",
      `${counts.written} of ${counts.found}; ${counts.missing} missing, ${counts.left_out} left out on purpose`,
    ],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    path,
    ...rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    ...typesOf(report).map(
      ({ type, files, bytes }) =>
        `    ${typeName(words, type)}: ${words.count("count_files", files)}, ${words.bytes(bytes)}`,
    ),
    ...gapsOf(report).map((gap) => `  Missing: ${gapSentence(words, gap)}`),
    ...report.warnings.map((warning) => `  Note: ${warning}`),
  ].join("\n");
}

function inspectEvent(path: string, report: BundleReport) {
  const { run_id, requested_id, title, status, exported_at, extension_version, counts, warnings } = report;
  return {
    event: "inspected",
    bundle: path,
    ...{ run_id, requested_id, title, status, exported_at, extension_version, counts, warnings },
    api_address: report.api_address,
    organization: report.organization,
    preset: report.preset,
    share_safe: report.share_safe,
    types: typesOf(report),
    gaps: gapsOf(report),
  };
}

function typesOf({ written }: BundleReport): { type: string; files: number; bytes: number }[] {
  const types = new Map<string, { type: string; files: number; bytes: number }>();
  for (const { artifact_type: type, bytes } of written) {
    const sum = types.get(type) ?? { type, files: 0, bytes: 0 };
    types.set(type, { type, files: sum.files + 1, bytes: sum.bytes + bytes });
  }
  return [...types.values()].sort((a, b) => b.files - a.files);
}
