import type { RunDocument, TaskDocument, WorkflowRunDocument } from "../skyvern/schemas";
import type { CollectedArtifact } from "./artifact-union";
import type { TimelineBlock } from "./timeline";

type AnyDocument = RunDocument | WorkflowRunDocument | TaskDocument;

/** What is worth knowing about a run that its list of files doesn't show (skyvern-api.md §4, §5). */
export function runWarnings(
  running: boolean,
  documents: readonly (AnyDocument | undefined)[],
  blocks: readonly TimelineBlock[],
  artifacts: readonly CollectedArtifact[],
): string[] {
  const warnings: string[] = [];
  if (running) warnings.push("The run is still running: this is its state at the time of the export.");
  const types = artifacts.map(({ row }) => row.artifact_type);
  const session = documents.map((document) => document?.browser_session_id).find((each) => each);
  if (session && !types.includes("recording") && !types.includes("session_replay")) {
    warnings.push(
      `The recording of browser session ${session} is not there yet: it appears when the session closes.`,
    );
  }
  // A loop counts what its blocks count.
  const counting = blocks.filter(({ hasBlocks }) => !hasBlocks);
  const promised = counting.reduce((sum, { block }) => sum + (block.downloaded_file_count ?? 0), 0);
  const downloads = types.filter((type) => type === "download").length;
  if (promised > downloads)
    warnings.push(`The run's blocks count ${promised} downloaded files, Skyvern lists ${downloads}.`);
  return warnings;
}
