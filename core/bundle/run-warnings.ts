import type { RunDocument, TaskDocument, WorkflowRunDocument } from "../skyvern/schemas";
import type { CollectedArtifact } from "./artifact-union";
import type { TimelineBlock } from "./timeline";
import { type ExportWarning, warning } from "./warnings";

type AnyDocument = RunDocument | WorkflowRunDocument | TaskDocument;

/** What is worth knowing about a run that its list of files doesn't show (skyvern-api.md §4, §5). */
export function runWarnings(
  running: boolean,
  documents: readonly (AnyDocument | undefined)[],
  blocks: readonly TimelineBlock[],
  artifacts: readonly CollectedArtifact[],
): ExportWarning[] {
  const warnings: ExportWarning[] = [];
  if (running) warnings.push(warning("running"));
  const types = artifacts.map(({ row }) => row.artifact_type);
  const session = documents.map((document) => document?.browser_session_id).find((each) => each);
  if (session && !types.includes("recording") && !types.includes("session_replay")) {
    warnings.push(warning("recording-late", session));
  }
  // A loop counts what its blocks count.
  const counting = blocks.filter(({ hasBlocks }) => !hasBlocks);
  const promised = counting.reduce((sum, { block }) => sum + (block.downloaded_file_count ?? 0), 0);
  const downloads = types.filter((type) => type === "download").length;
  if (promised > downloads) warnings.push(warning("few-downloads", String(promised), String(downloads)));
  return warnings;
}
