import { createHash } from "node:crypto";
import type { Catalogue, CatalogueEntry } from "./catalogue/catalogue";
import type { ExportHost, ExportNews, FinishedZip, SavedBundle } from "./export-bundle";
import { exportBundle } from "./export-bundle";
import type { OrderTemplate } from "./export-options";
import type { ListedRun } from "./list-runs";

/** What became of a run. */
export type Archived = { kind: "kept"; entry: CatalogueEntry } | { kind: "saved"; bundle: SavedBundle };

/** Gaps that another try may fill. */
const PASSING: ReadonlySet<string> = new Set([
  "server-error",
  "network",
  "not-skyvern",
  "redirected",
  "refused",
  "unlisted-run",
  "unlisted-source",
]);

/**
 * Exports a run unless the catalogue has it as it is now. A crash at any moment costs nothing: what was fetched is gone
 * on with, and a bundle that has its name already is not made again.
 * @param again exports it in any case
 * @throws as `exportBundle`; the catalogue's errors
 */
export async function archiveRun(
  run: Pick<ListedRun, "id" | "fingerprint">,
  order: OrderTemplate,
  host: ExportHost,
  catalogue: Catalogue,
  news: ExportNews,
  again: boolean,
): Promise<Archived> {
  const choiceKey = choiceKeyOf(order);
  const before = await settled(await catalogue.find(run.id, choiceKey), host, catalogue);
  if (before && !again && before.fingerprint === run.fingerprint && !mayBeBetter(before))
    return { kind: "kept", entry: before };
  const entryOf = (zip: FinishedZip, bundle: string, state: CatalogueEntry["state"]) =>
    newEntry(run, choiceKey, zip, bundle, state);
  const saved = await exportBundle({ ...order, runId: run.id }, host, news, (zip, name) =>
    catalogue.put(entryOf(zip, name, "saving")),
  );
  await catalogue.put(entryOf(saved, saved.saved, "saved"));
  // The same run with fewer gaps takes the place of what it was; one that changed is evidence beside it.
  if (before && !again && before.fingerprint === run.fingerprint && before.bundle !== saved.saved)
    await host.destination.remove(before.bundle);
  return { kind: "saved", bundle: saved };
}

/** Two orders that give the same bundles have the same key. */
function choiceKeyOf({ choice, words }: OrderTemplate): string {
  return createHash("sha256")
    .update(JSON.stringify([choice, words]))
    .digest("hex")
    .slice(0, 16);
}

/** After a crash, what was being saved is saved, or it is not there. */
async function settled(
  entry: CatalogueEntry | null,
  { destination }: ExportHost,
  catalogue: Catalogue,
): Promise<CatalogueEntry | null> {
  if (!entry || entry.state === "saved") return entry;
  if (!(await destination.has(entry.bundle, entry))) return null;
  const saved: CatalogueEntry = { ...entry, state: "saved" };
  await catalogue.put(saved);
  return saved;
}

function mayBeBetter({ gaps }: CatalogueEntry): boolean {
  return gaps.some(({ reason }) => PASSING.has(reason));
}

function newEntry(
  { id, fingerprint }: Pick<ListedRun, "id" | "fingerprint">,
  choiceKey: string,
  { packed, bytes, sha256, manifestSha256 }: FinishedZip,
  bundle: string,
  state: CatalogueEntry["state"],
): CatalogueEntry {
  const { result, rows } = packed;
  const [row] = rows;
  return {
    runId: packed.runId,
    requestedId: id,
    choiceKey,
    fingerprint,
    state,
    title: row?.title ?? null,
    status: row?.status ?? null,
    createdAt: row?.createdAt ?? null,
    startedAt: row?.startedAt ?? null,
    finishedAt: row?.finishedAt ?? null,
    failure: row?.failure ?? null,
    bundle,
    bytes,
    sha256,
    manifestSha256,
    found: result.found,
    written: result.written,
    missing: result.missing,
    leftOut: result.leftOut,
    payloadBytes: result.bytes,
    proofs: result.proofs,
    gaps: result.gaps,
    exportedAt: Date.now(),
  };
}
