import { artifactType } from "../skyvern/artifact-types";
import type { CollectedArtifact } from "./artifact-union";
import { hex } from "./hex";
import { extensionOf } from "./names";

/** An artifact, and what tells its format where its bytes are there. */
export interface Arrived {
  artifact: CollectedArtifact;
  head: Uint8Array;
  contentType: string | null;
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
export function extensionFor({ artifact, head, contentType }: Arrived): string {
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
