import { artifactType } from "../skyvern/artifact-types";
import type { CollectedArtifact, CollectedRun } from "./collect";
import { hex } from "./hex";
import { extensionOf, safeName, TakenPaths } from "./names";
import { compareText, type TimelineBlock } from "./timeline";

/** An artifact whose bytes are there, and what tells its format. */
export interface Arrived {
  artifact: CollectedArtifact;
  head: Uint8Array;
  contentType: string | null;
}

/**
 * Where each artifact stands below `data/`, in the order of the run. Depends on the API's answers alone, so the
 * same run gives the same names, whatever order the files arrived in.
 */
export function placeArtifacts(run: CollectedRun, arrived: readonly Arrived[]): string[] {
  const folders = stepFolders(
    run,
    arrived.map(({ artifact }) => artifact),
  );
  const taken = new TakenPaths();
  const counts = new Map<string, number>();
  return arrived.map((file) => {
    const { folder } = artifactType(file.artifact.row.artifact_type);
    if (folder === "steps") {
      const step = folders.get(file.artifact) ?? "steps/other";
      const count = (counts.get(step) ?? 0) + 1;
      counts.set(step, count);
      return taken.claim(`${step}/${String(count).padStart(3, "0")}-${typedName(file)}`);
    }
    return taken.claim(`${folder}/${fileName(file)}`);
  });
}

function typedName(file: Arrived): string {
  const stem = safeName(file.artifact.row.artifact_type, "artifact");
  return `${stem}.${extensionFor(file)}`;
}

function fileName(file: Arrived): string {
  const { row, fileName: original, hasId } = file.artifact;
  const { folder } = artifactType(row.artifact_type);
  if (folder === "downloads" || folder === "code" || !hasId) {
    const named = original ?? lastPart(row.uri);
    const name = safeName(named, "");
    if (name !== "") return named === original ? name : withExtension(name, file);
  }
  return typedName(file);
}

/** A name that was made up by a server gets an ending where it has none; one that a person gave stays as it is. */
function withExtension(name: string, file: Arrived): string {
  return extensionOf(name) === null ? safeName(`${name}.${extensionFor(file)}`, typedName(file)) : name;
}

/**
 * The last part of a path, URI or URL. Only a URL of the web has a query and is percent-encoded: the key of a
 * storage object is text as it is, `#` and `%20` included.
 */
export function lastPart(uri: string): string {
  if (!/^https?:/i.test(uri)) return uri.split("/").at(-1) ?? "";
  const part = uri.split(/[?#]/, 1)[0]?.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A partial file of a download that never ended (skyvern-api.md §4). */
export function isUnfinished({ row, fileName: original }: CollectedArtifact): boolean {
  if (artifactType(row.artifact_type).folder !== "downloads") return false;
  return [original ?? "", lastPart(row.uri)].some((name) => name.endsWith(".crdownload"));
}

const MAGIC: readonly (readonly [string, string])[] = [
  ["89504e47", "png"],
  ["ffd8ff", "jpg"],
  ["47494638", "gif"],
  ["25504446", "pdf"],
  ["1a45dfa3", "webm"],
  ["504b0304", "zip"],
  ["1f8b08", "gz"],
  ["28b52ffd", "zst"],
];
const MEDIA_TYPES = new Map([
  ["text/plain", "txt"],
  ["text/html", "html"],
  ["text/csv", "csv"],
  ["text/xml", "xml"],
  ["application/xml", "xml"],
  ["application/pdf", "pdf"],
  ["application/zip", "zip"],
  ["image/png", "png"],
  ["image/jpeg", "jpg"],
  ["image/webp", "webp"],
  ["video/webm", "webm"],
  ["video/mp4", "mp4"],
]);

/** The extension of an artifact by the order of skyvern-api.md §5. */
function extensionFor({ artifact, head, contentType }: Arrived): string {
  const { row, fileName: original } = artifact;
  const start = hex(head.subarray(0, 12));
  const byTable = artifactType(row.artifact_type).extension;
  if (byTable) return start.startsWith("28b52ffd") && byTable === "har" ? "har.zst" : byTable;
  const byName = [original, row.bundle_key, lastPart(row.uri).replace(/\.zst$/i, "")]
    .map((name) => (name ? extensionOf(name) : null))
    .find((extension) => extension !== null);
  if (byName) return byName;
  const byMagic =
    MAGIC.find(([magic]) => start.startsWith(magic))?.[1] ??
    (start.slice(8, 16) === "66747970" ? "mp4" : null);
  if (byMagic) return byMagic;
  return MEDIA_TYPES.get(contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "") ?? "bin";
}

/** `steps/01-<block label>/01-<step>`, for every artifact that belongs to a step. */
function stepFolders(
  run: CollectedRun,
  artifacts: readonly CollectedArtifact[],
): Map<CollectedArtifact, string> {
  const groups = new Map<string, { block: number; order: string; members: CollectedArtifact[] }>();
  for (const artifact of artifacts) {
    if (artifactType(artifact.row.artifact_type).folder !== "steps") continue;
    const block = blockOf(run.blocks, artifact);
    const step = stepOf(artifact);
    const key = `${block}\n${step.name}`;
    const group = groups.get(key) ?? { block, order: step.order, members: [] };
    group.members.push(artifact);
    groups.set(key, group);
  }
  const sorted = [...groups.entries()].sort(
    ([aKey, a], [bKey, b]) =>
      order(a.block) - order(b.block) || compareText(a.order, b.order) || compareText(aKey, bKey),
  );
  const folders = new Map<CollectedArtifact, string>();
  const stepsInBlock = new Map<number, number>();
  for (const [key, group] of sorted) {
    const count = (stepsInBlock.get(group.block) ?? 0) + 1;
    stepsInBlock.set(group.block, count);
    const step = `${number(count)}-${safeName(key.slice(key.indexOf("\n") + 1), "step")}`;
    const block = group.block < 0 ? null : run.blocks[group.block];
    const folder = block ? `steps/${number(group.block + 1)}-${blockName(block)}/${step}` : `steps/${step}`;
    for (const member of group.members) folders.set(member, folder);
  }
  return folders;
}

/** What belongs to no block comes last. */
function order(block: number): number {
  return block < 0 ? Number.MAX_SAFE_INTEGER : block;
}

function number(count: number): string {
  return String(count).padStart(2, "0");
}

function blockName({ block }: TimelineBlock): string {
  const label = safeName(block.label ?? block.block_type ?? "block", "block");
  return typeof block.current_index === "number" ? `${label}[${block.current_index}]` : label;
}

function blockOf(blocks: readonly TimelineBlock[], { row }: CollectedArtifact): number {
  const byBlock = blocks.findIndex(
    ({ block }) =>
      row.workflow_run_block_id != null && block.workflow_run_block_id === row.workflow_run_block_id,
  );
  if (byBlock >= 0) return byBlock;
  return blocks.findIndex(({ block }) => row.task_id != null && block.task_id === row.task_id);
}

/** URIs tell a step's place: `…/{task}/{order}_{retry}_{step}/…` (skyvern-api.md §7). */
function stepOf({ row }: CollectedArtifact): { name: string; order: string } {
  const name = row.step_id ?? "run";
  const placed = /\/(\d+)_(\d+)_(stp_[A-Za-z0-9_-]+)/.exec(row.uri);
  const place = placed ? `${placed[1]?.padStart(8, "0")}_${placed[2]?.padStart(8, "0")}` : "~";
  return { name: row.step_id ?? placed?.[3] ?? name, order: `${place} ${row.created_at}` };
}
