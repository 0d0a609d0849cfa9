import type { LedgerLine } from "../redact/redactor";
import { countProofs } from "../report/build-report";
import { gapText } from "../text/gap-text";
import type { Words } from "../text/words";
import type { CollectedRun } from "./collected-run";
import type { MissingReason, Proof } from "./fetch-context";
import { type Gap, groupGaps, type LeftOutReason } from "./gaps";
import type { ExportChoice } from "./presets";

/** A file of the export, as `export-report.json` lists it. */
export interface WrittenFile {
  artifact_id: string;
  artifact_type: string;
  /** As the run named it, where that differs from the last part of `path`. */
  original_name?: string;
  path: string;
  bytes: number;
  sha256: string;
  proof: Proof;
}

export interface ReportInput {
  run: CollectedRun;
  choice: ExportChoice;
  exportedAt: Date;
  version: string;
  apiAddress: string;
  written: WrittenFile[];
  missing: Gap<MissingReason>[];
  leftOut: Gap<LeftOutReason>[];
  warnings: string[];
  /** What share-safe took out; null where it was off. */
  ledger: LedgerLine[] | null;
  /** What share-safe looked for, in words. */
  lookedFor: string[];
}

/** `export-report.json`: what was asked, what was written and how each file is proven. */
export function exportReport(input: ReportInput): string {
  const { run, written, missing, leftOut } = input;
  const report = {
    format: "runpack-export-report",
    version: 1,
    run_id: run.runId,
    requested_id: run.requestedId,
    run_ids: run.runIds,
    title: run.title,
    status: run.status,
    exported_at: input.exportedAt.toISOString(),
    extension_version: input.version,
    api_address: input.apiAddress,
    organization: run.organization,
    preset: input.choice.preset,
    ...(input.choice.preset === "pick" ? { groups: input.choice.groups } : {}),
    share_safe: input.choice.shareSafe,
    counts: {
      found: written.length + missing.length + leftOut.length,
      written: written.length,
      missing: missing.length,
      left_out: leftOut.length,
    },
    proofs: countProofs(written.map(({ proof }) => proof)),
    written,
    missing,
    left_out: leftOut.map(({ artifact_id, artifact_type, reason }) => ({
      artifact_id,
      artifact_type,
      reason,
    })),
    warnings: input.warnings,
    ...(input.ledger ? { redactions: input.ledger, looked_for: input.lookedFor } : {}),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** `INCOMPLETE.txt` of a folder with gaps: a folder has no name ending to say so. */
export function incompleteNotice(
  words: Words,
  run: CollectedRun,
  missing: readonly Gap<MissingReason>[],
): string {
  const lines = groupGaps(missing).flatMap((group) => [
    words.t("incomplete_group", words.number(group.count), gapText(words, group.reason)),
    ...missing
      .filter(({ reason }) => reason === group.reason)
      .map((gap) => `  ${gap.artifact_type} ${gap.artifact_id}: ${gap.detail}`),
  ]);
  const head = words.t("incomplete_head", words.count("count_files", missing.length), run.runId);
  return [head, "", ...lines, ""].join("\n");
}
