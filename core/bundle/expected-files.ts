import { groupArchives } from "./archive";
import type { CollectedArtifact } from "./artifact-union";
import type { CollectedRun } from "./collected-run";
import { isUnfinished } from "./extension";
import type { MissingReason } from "./fetch-context";
import { gap, unknownGaps } from "./fetch-results";
import type { Gap, LeftOutReason } from "./gaps";

/** What an export of everything would hold, as far as the lists tell without a file being asked for. */
export interface ExpectedFiles {
  files: CollectedArtifact[];
  missing: Gap<MissingReason>[];
  leftOut: Gap<LeftOutReason>[];
}

/** Archives are the files in them; what is archived can't be had; partial downloads are left out. */
export function expectedFiles(run: CollectedRun): ExpectedFiles {
  const archives = new Set(groupArchives(run.artifacts).flatMap(({ rows }) => rows));
  const artifacts = run.artifacts.filter((artifact) => !archives.has(artifact));
  const partial = artifacts.filter(isUnfinished);
  const whole = artifacts.filter((artifact) => !isUnfinished(artifact));
  return {
    files: whole.filter(({ row }) => !row.archived),
    missing: [
      ...whole.filter(({ row }) => row.archived).map((artifact) => gap(artifact, "archived" as const)),
      ...unknownGaps(run),
    ],
    leftOut: partial.map((artifact) => gap(artifact, "unfinished-download" as const)),
  };
}
