import { compareText } from "./timeline";

/** BagIt (RFC 8493): anybody can check a bundle's completeness with tools that they have. */

/** A file of the bag; `path` from its root, `/` between components. */
export interface BagFile {
  path: string;
  /** Hex. */
  sha256: string;
  bytes: number;
}

/** What `bag-info.txt` tells (RFC 8493 §2.2.2). */
export interface BagInfo {
  runIds: readonly string[];
  title: string | null;
  organization: string | null;
  exportedAt: Date;
  version: string;
}

/** `bagit.txt` (RFC 8493 §2.1.1). */
export const BAG_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/** `manifest-sha256.txt` and `tagmanifest-sha256.txt`, as `sha256sum -c` reads them (RFC 8493 §2.1.3, §2.2.1). */
export function bagManifest(files: readonly BagFile[]): string {
  return files
    .toSorted((a, b) => compareText(a.path, b.path))
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
    .join("");
}

/** `bag-info.txt`. @param payload the files below `data/` */
export function bagInfo(info: BagInfo, payload: readonly BagFile[]): string {
  const bytes = payload.reduce((sum, file) => sum + file.bytes, 0);
  const fields: [string, string | null][] = [
    ["Source-Organization", info.organization],
    ["External-Description", info.title],
    ...info.runIds.map((id): [string, string] => ["External-Identifier", id]),
    ["Bagging-Date", info.exportedAt.toISOString().slice(0, 10)],
    ["Bagging-Time", info.exportedAt.toISOString()],
    ["Bag-Software-Agent", `Runpack for Skyvern ${info.version}`],
    ["Payload-Oxum", `${bytes}.${payload.length}`],
  ];
  return fields.flatMap(([label, value]) => (value ? [`${label}: ${oneLine(value)}\n`] : [])).join("");
}

/** A value ends with its line; a title may hold anything. */
function oneLine(value: string): string {
  return value.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
}
