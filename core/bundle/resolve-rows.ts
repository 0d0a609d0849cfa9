import { ArtifactRow } from "../skyvern/schemas";
import type { ApiDocuments } from "./api-documents";
import type { ArtifactUnion } from "./artifact-union";
import { inLanes } from "./lanes";

/** Requests for single rows at once. */
const PARALLEL = 6;

/**
 * Files that only a URL named: their row tells type, name and run.
 * @param separate runs whose files are not ours
 * @throws as `ApiDocuments.read`
 */
export async function resolveRows(
  union: ArtifactUnion,
  api: ApiDocuments,
  separate: ReadonlySet<string> = new Set(),
): Promise<void> {
  const unlisted = union.all().filter(({ hasId, row }) => hasId && row.created_at === "");
  await inLanes(unlisted, PARALLEL, async (artifact) => {
    const path = `/v1/artifacts/${encodeURIComponent(artifact.id)}`;
    const found = await api.read(path, ArtifactRow, "an artifact's row");
    if (!found) return;
    const { value } = found;
    if (separate.has(value.workflow_run_id ?? "")) union.remove(artifact);
    else artifact.row = { ...value, checksum: value.checksum ?? artifact.row.checksum };
  });
}
