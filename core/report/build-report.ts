import { type CollectedRun, withChildren } from "../bundle/collected-run";
import type { MissingReason, Proof } from "../bundle/fetch-context";
import type { ArrivedFile } from "../bundle/fetch-results";
import type { Gap, LeftOutReason } from "../bundle/gaps";
import type { LedgerLine } from "../redact/redactor";
import { apiTime } from "../skyvern/schemas";
import { gapText } from "../text/gap-text";
import { typeName } from "../text/job-text";
import type { Words } from "../text/words";
import { fileKind } from "./file-kind";
import type { ReportData, ReportFile, ReportGap, ReportRecording } from "./report-data";
import { type PlacedArtifact, reportTimeline } from "./report-timeline";

/** What makes `exe.gpj` read `jpg.exe`, or breaks its line: shown as a mark that is seen. */
const TURNING = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** A file as it was written into the bundle. */
export interface ReportedFile {
  path: string;
  bytes: number;
  sha256: string;
}

export interface ReportParts {
  run: CollectedRun;
  exportedAt: Date;
  version: string;
  apiAddress: string;
  /** In words. */
  preset: string;
  shareSafe: boolean;
  artifacts: readonly (ReportedFile & Pick<ArrivedFile, "artifact" | "proof">)[];
  documents: readonly ReportedFile[];
  missing: ReportGap[];
  leftOut: ReportGap[];
  warnings: string[];
  ledger: LedgerLine[];
  lookedFor: string[];
  /** JSON texts as they stand in the bundle; null where there is none. */
  inputs: string | null;
  output: string | null;
}

/** The data of a run report, apart from the texts of files. What is not the run's is put into words here. */
export function buildReport(words: Words, parts: ReportParts): ReportData {
  const { run, missing, leftOut } = parts;
  const files = [
    ...parts.artifacts.map((each) => artifactFile(words, each)),
    ...parts.documents.map((each) => documentFile(words, each)),
  ];
  const placed = parts.artifacts.map(({ artifact }, file): PlacedArtifact => ({ artifact, file }));
  const { items, itemOf } = reportTimeline(words, run, placed);
  for (const [file, item] of itemOf) {
    const known = files[file];
    if (known) known.item = item;
  }
  const written = parts.artifacts.length;
  return {
    format: "runpack-report",
    version: 1,
    run: {
      id: run.runId,
      requestedId: run.requestedId,
      ids: run.runIds.filter((id) => !run.nestedRuns.includes(id)),
      nestedRuns: run.nestedRuns,
      title: run.title,
      status: run.status,
      type: run.facts.type,
      failureReason: run.facts.failureReason,
      failureCategory: run.facts.failureCategory,
      createdAt: run.facts.createdAt,
      startedAt: run.facts.startedAt,
      finishedAt: run.facts.finishedAt,
      organization: run.organization,
      apiAddress: parts.apiAddress,
      exportedAt: parts.exportedAt.getTime(),
      extensionVersion: parts.version,
      preset: parts.preset,
      shareSafe: parts.shareSafe,
      inputs: parts.inputs,
      output: parts.output,
      separateRuns: run.separateRuns.map((id) => {
        const came = withChildren(run).some((each) => each !== run && each.runIds.includes(id));
        return { id, path: came ? `data/runs/${id}/` : null };
      }),
    },
    counts: {
      found: written + missing.length + leftOut.length,
      written,
      missing: missing.length,
      leftOut: leftOut.length,
    },
    proofs: countProofs(parts.artifacts.map(({ proof }) => proof)),
    missing,
    leftOut,
    warnings: parts.warnings,
    files,
    timeline: items,
    recordings: recordingsOf(files, run),
    ledger: parts.ledger,
    lookedFor: parts.lookedFor,
  };
}

/** What is not there, as the report lists it. */
export function reportGap(
  words: Words,
  { artifact_id, artifact_type, reason, detail }: Gap<MissingReason | LeftOutReason>,
): ReportGap {
  return { id: artifact_id, type: artifact_type, reason: gapText(words, reason), detail };
}

/** How many files each proof stands for. */
export function countProofs(proofs: readonly Proof[]): Record<Proof, number> {
  const counts: Record<Proof, number> = { checksum: 0, crc32: 0, length: 0, none: 0 };
  for (const proof of proofs) counts[proof]++;
  return counts;
}

function artifactFile(
  words: Words,
  { path, bytes, sha256, artifact, proof }: ReportParts["artifacts"][number],
): ReportFile {
  const { artifact_id, artifact_type, created_at } = artifact.row;
  return {
    path,
    name: artifact.fileName?.trim() ? artifact.fileName.replace(TURNING, "\ufffd") : lastOf(path),
    id: artifact_id,
    type: artifact_type,
    label: typeName(words, artifact_type),
    kind: fileKind(artifact_type, path),
    bytes,
    sha256,
    proof,
    at: apiTime(created_at),
    item: null,
    chunks: null,
  };
}

function documentFile(words: Words, { path, bytes, sha256 }: ReportedFile): ReportFile {
  return {
    path,
    name: lastOf(path),
    id: null,
    type: "document",
    label: typeName(words, "document"),
    kind: fileKind("document", path),
    bytes,
    sha256,
    proof: "length",
    at: null,
    item: null,
    chunks: null,
  };
}

/** The API gives no start of a recording: the browser's, which is near the run's, is the best guess. */
function recordingsOf(files: readonly ReportFile[], { facts }: CollectedRun): ReportRecording[] {
  const startsAt = facts.startedAt ?? facts.createdAt;
  return files.flatMap(({ kind }, file) => (kind === "video" ? [{ file, startsAt }] : []));
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
