import { type LedgerLine, LOOKED_FOR } from "../redact/redactor";
import { countProofs } from "../report/build-report";
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
    ...(input.ledger ? { redactions: input.ledger, looked_for: LOOKED_FOR } : {}),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** `INCOMPLETE.txt` of a folder with gaps: a folder has no name ending to say so. */
export function incompleteNotice(run: CollectedRun, missing: readonly Gap<MissingReason>[]): string {
  const lines = groupGaps(missing).flatMap((group) => [
    `${group.count} x ${group.reason}:`,
    ...missing
      .filter((gap) => groupGaps([gap])[0]?.reason === group.reason)
      .map((gap) => `  ${gap.artifact_type} ${gap.artifact_id}: ${gap.detail}`),
  ]);
  return [`This folder lacks ${missing.length} files of run ${run.runId}.`, "", ...lines, ""].join("\n");
}
