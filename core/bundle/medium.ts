import type { CollectedArtifact } from "./artifact-union";
import type { CollectedRun } from "./collected-run";
import { exportName } from "./name-template";
import { placeArtifacts } from "./place";
import { artifactIdIn } from "./references";

/** A single file of a run that a page shows, and where it belongs. */
export interface Medium {
  artifact: CollectedArtifact;
  /** Below the downloads folder: where **Download all** would put it. */
  path: string;
}

/**
 * The artifact behind the address of a picture or video on a run's page: a content URL, or a storage URL that ends as
 * the artifact's own.
 * @returns null where the run has no such artifact
 */
export function mediumAt(run: CollectedRun, address: string, nameTemplate: string): Medium | null {
  if (!URL.canParse(address)) return null;
  const id = artifactIdIn(address);
  const stored = decoded(new URL(address).pathname);
  const index = run.artifacts.findIndex((each) =>
    id === null ? isStoredAt(each, stored) : each.row.artifact_id === id,
  );
  const artifact = run.artifacts[index];
  if (!artifact) return null;
  const bare = { head: new Uint8Array(0), contentType: null };
  const paths = placeArtifacts(
    run,
    run.artifacts.map((each) => ({ artifact: each, ...bare })),
  );
  const folder = exportName(nameTemplate, {
    title: run.title,
    runId: run.runId,
    status: run.status,
    workflowId: run.facts.workflowId,
    date: run.facts.startedAt ?? run.facts.createdAt ?? Date.now(),
  });
  return { artifact, path: `Skyvern/${folder}/${paths[index] ?? artifact.id}` };
}

function isStoredAt({ row, storageUrls }: CollectedArtifact, path: string): boolean {
  const own = /^[a-z0-9]+:\/\/[^/]*(\/.+)$/.exec(row.uri)?.[1];
  if (own !== undefined && !row.bundle_key && path.endsWith(own)) return true;
  return storageUrls.some((url) => URL.canParse(url) && decoded(new URL(url).pathname) === path);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
