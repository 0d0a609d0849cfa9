import { archiveKey } from "../jobs/journal";
import { artifactType } from "../skyvern/artifact-types";
import { type ArchiveGroup, PackedArchive } from "./archive";
import type { CollectedArtifact } from "./artifact-union";
import { NOT_HASHED } from "./content-hash";
import { lastPart } from "./extension";
import { fetchArtifact } from "./fetch-artifact";
import type { FetchContext, FetchOutcome, FileOutcome } from "./fetch-context";
import type { FetchResults } from "./fetch-results";
import type { StoredFile } from "./file-sink";
import { extensionOf } from "./names";
import { plainBytes } from "./stored-bytes";
import { warning } from "./warnings";
import { type ArchiveEntry, BadArchive } from "./zip/read-archive";

/** Members that are taken between two looks at whether the job is still wanted. */
const MEMBERS_AT_ONCE = 100;
const WHOLE_ARCHIVE = "Skyvern served a whole archive in place of the file, and the file is not in it.";
/** The type of an entry of an archive that no row names. */
const ARCHIVE_ENTRY = "archive_entry";
/** Formats that are ZIP files by themselves. */
const ZIP_FORMATS = /^(?:zip|docx|xlsx|pptx|odt|ods|odp|epub|jar|apk|xpi|crx|whl|kmz|vsix)$/;

/**
 * Fetches an archive and splits it (skyvern-api.md §5).
 * @param withUnnamed true: entries that no row names are exported too
 * @returns members that the archive doesn't give, to be fetched one by one; null where it is not there yet
 */
export async function fetchArchive(
  { rows, members: named }: ArchiveGroup,
  context: FetchContext,
  results: FetchResults,
  withUnnamed: boolean,
): Promise<CollectedArtifact[] | null> {
  const [archive] = rows;
  if (!archive) return named;
  const members = named.filter((member) => !results.leavesOut(member));
  const apart = { ...context, compress: false, takenApart: true, expectedAt: () => null };
  const outcome = await fetchAny(rows, apart);
  if (outcome.kind === "not-yet") return null;
  if (outcome.kind === "missing") {
    if (named.length === 0) results.settle(archive, outcome);
    return members;
  }
  const opened = open(outcome.file, context);
  if (!opened) {
    results.warn(warning("archive-unread", archive.id));
    if (named.length === 0) results.settle(archive, await hashed(outcome, context));
    return members;
  }
  const failed = await split(opened, members, named, context, results);
  if (withUnnamed) await unnamed(opened, archive, named, context, results);
  return failed;
}

/** Rows that share a `uri` are one file: the first that can be had will do. */
async function fetchAny(rows: readonly CollectedArtifact[], context: FetchContext): Promise<FetchOutcome> {
  let last: FetchOutcome = { kind: "not-yet" };
  for (const row of rows) {
    const key = archiveKey(row.id);
    const kept = context.journal.find(key);
    last = kept ?? (await fetchArtifact(row, context));
    if (kept) context.onBytes(kept.file.size);
    if (last.kind !== "file") continue;
    if (!kept) context.journal.note(key, last);
    return last;
  }
  return last;
}

/** An archive that is a file of the export after all. @throws WorkLost */
async function hashed(outcome: FileOutcome, { pack, work }: FetchContext): Promise<FileOutcome> {
  const { file } = outcome;
  if (file.sha256 !== NOT_HASHED) return outcome;
  const hash = await work.start();
  for await (const bytes of plainBytes(pack, file)) await hash.update(bytes);
  return { ...outcome, file: { ...file, ...(await hash.finish()) } };
}

function open(file: StoredFile, { pack }: FetchContext): PackedArchive | null {
  try {
    return new PackedArchive(pack, file.extents, file.size);
  } catch (error) {
    if (error instanceof BadArchive) return null;
    throw error;
  }
}

/** @returns the members that the archive doesn't give */
async function split(
  archive: PackedArchive,
  members: readonly CollectedArtifact[],
  named: readonly CollectedArtifact[],
  context: FetchContext,
  results: FetchResults,
): Promise<CollectedArtifact[]> {
  const rowsOf = byKey(named);
  const failed: CollectedArtifact[] = [];
  const found: Found[] = [];
  for (const member of members) {
    const key = member.row.bundle_key ?? "";
    const alike = rowsOf.get(key) ?? [];
    const entry = archive.entryOf(key, alike.indexOf(member), alike.length);
    const kept = context.journal.find(member.id);
    if (kept) results.settle(member, kept);
    else if (entry && !member.row.archived) found.push({ artifact: member, entry });
    else failed.push(member);
  }
  const taken: [CollectedArtifact, FileOutcome][] = [];
  for (const { artifact, file } of await take(archive, found, context)) {
    if (!file) failed.push(artifact);
    else taken.push([artifact, { kind: "file", file, proof: "crc32", contentType: null, warning: null }]);
  }
  context.journal.noteAll(taken.map(([member, outcome]) => [member.id, outcome]));
  for (const [member, outcome] of taken) results.settle(member, outcome);
  return failed;
}

/** Rows by the name of the entry that they are. */
function byKey(members: readonly CollectedArtifact[]): Map<string, CollectedArtifact[]> {
  const rows = new Map<string, CollectedArtifact[]>();
  for (const member of members) {
    const key = member.row.bundle_key ?? "";
    const alike = rows.get(key);
    if (alike) alike.push(member);
    else rows.set(key, [member]);
  }
  return rows;
}

/** An artifact and the entry that it is. */
interface Found {
  artifact: CollectedArtifact;
  entry: ArchiveEntry;
}

/** @returns a null file where the entry is damaged */
async function take(
  archive: PackedArchive,
  found: readonly Found[],
  { work, compress, signal }: FetchContext,
): Promise<{ artifact: CollectedArtifact; file: StoredFile | null }[]> {
  const taken: { artifact: CollectedArtifact; file: StoredFile | null }[] = [];
  for (let at = 0; at < found.length; at += MEMBERS_AT_ONCE) {
    signal.throwIfAborted();
    const some = found.slice(at, at + MEMBERS_AT_ONCE);
    const wanted = some.map(({ artifact, entry }) => ({ entry, text: isText(artifact) }));
    const files = await archive.members(wanted, work, compress);
    taken.push(...some.map(({ artifact }, index) => ({ artifact, file: files[index] ?? null })));
  }
  return taken;
}

function isText({ row }: CollectedArtifact): boolean {
  return artifactType(row.artifact_type).text;
}

/** Entries that no row names are data too. */
async function unnamed(
  archive: PackedArchive,
  parent: CollectedArtifact,
  members: readonly CollectedArtifact[],
  context: FetchContext,
  results: FetchResults,
): Promise<void> {
  const rowsOf = byKey(members);
  const named = new Set(
    [...rowsOf].flatMap(([key, rows]) => rows.map((_, index) => archive.entryOf(key, index, rows.length))),
  );
  const found = archive.entries.flatMap((entry): Found[] => {
    if (named.has(entry)) return [];
    const id = `${parent.id}:${entry.name}`;
    const row = {
      ...parent.row,
      artifact_id: id,
      artifact_type: ARCHIVE_ENTRY,
      uri: entry.name,
      bundle_key: entry.name,
    };
    return [{ artifact: { id, row, fileName: lastPart(entry.name), storageUrls: [], hasId: false }, entry }];
  });
  for (const { artifact, file } of await take(archive, found, context)) {
    if (file) results.addEntry(parent, { artifact, file, proof: "crc32", contentType: null });
    else results.lose(artifact, "damaged", artifact.row.uri);
  }
}

/**
 * Servers without S3 answer for a member with its whole archive (skyvern-api.md §5): the member is taken out.
 * A ZIP that doesn't hold it is not the file, unless the file is a ZIP by itself.
 */
export async function outOfArchive(
  artifact: CollectedArtifact,
  outcome: FileOutcome,
  context: FetchContext,
): Promise<FetchOutcome> {
  const { bundle_key: key, artifact_type: type } = artifact.row;
  const { extension, folder } = artifactType(type);
  const isZip = outcome.file.method === 0 && startsLikeZip(outcome.file.head);
  if (!key || !isZip || extension === "zip" || folder === "downloads") return outcome;
  const archive = open(outcome.file, context);
  const entry = archive?.entryOf(key);
  const [taken] = archive && entry ? await take(archive, [{ artifact, entry }], context) : [];
  const file = taken?.file;
  if (file) return { ...outcome, file, proof: "crc32" };
  const ending = extension ?? extensionOf(key);
  if (!entry && ending !== null && ZIP_FORMATS.test(ending)) return outcome;
  if (!entry && ending === null) return { ...outcome, warning: "whole-archive" };
  return { kind: "missing", reason: "damaged", detail: WHOLE_ARCHIVE };
}

function startsLikeZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
}
