import { ArtifactRow } from "../skyvern/schemas";
import { artifactIdIn, type FileReference } from "./references";

/** One artifact of the run, wherever it was named. */
export interface CollectedArtifact {
  /** The artifact's ID, or `url:<address>` for a file that has none. */
  id: string;
  row: ArtifactRow;
  /** Original name, where one is known. */
  fileName: string | null;
  /** Storage URLs on hosts other than the API, a last resort. */
  storageUrls: string[];
  /** False for a file that is known by its URL alone. */
  hasId: boolean;
}

/** What is in a signed URL's query: new at every read, so no part of what tells two files apart. */
const SIGNED = /[?&](?:sig|signature|x-amz-[a-z-]+|x-goog-[a-z-]+)=/i;

/** Every artifact that lists and documents name, each once (skyvern-api.md §4). */
export class ArtifactUnion {
  readonly #artifacts = new Map<string, CollectedArtifact>();
  /** Rows by their storage path, for files that are known by a storage URL. */
  #byPath: Map<string, CollectedArtifact[]> | null = null;

  all(): CollectedArtifact[] {
    return [...this.#artifacts.values()];
  }

  /** @returns false where the row can't be read */
  addRow(raw: unknown): boolean {
    const parsed = ArtifactRow.safeParse(raw);
    if (!parsed.success) return false;
    const row = parsed.data;
    const id = row.artifact_id;
    if (!this.#artifacts.has(id))
      this.#artifacts.set(id, { id, row, fileName: null, storageUrls: [], hasId: true });
    this.#byPath = null;
    return true;
  }

  /** Joins a file that a document names to the row that it is, else adds it. */
  addFile({ url, info, type }: FileReference): void {
    const id = info?.artifact_id ?? artifactIdIn(url);
    const known = id ? this.#artifacts.get(id) : this.#byStorageUrl(url);
    const storageUrls = url && !artifactIdIn(url) ? [url] : [];
    if (known) {
      known.fileName ??= info?.filename ?? null;
      known.row.checksum ??= info?.checksum ?? null;
      known.storageUrls.push(...storageUrls.filter((each) => !known.storageUrls.includes(each)));
      return;
    }
    const key = id ?? (url ? urlKey(url) : null);
    if (!key) return;
    const row: ArtifactRow = {
      artifact_id: key,
      artifact_type: type,
      uri: id ? "" : key.slice("url:".length),
      created_at: "",
      checksum: info?.checksum ?? null,
      file_size: info?.file_size ?? null,
      signed_url: id ? url : null,
    };
    const fileName = info?.filename ?? null;
    this.#artifacts.set(key, { id: key, row, fileName, storageUrls, hasId: id !== null });
  }

  remove(artifact: CollectedArtifact): void {
    this.#artifacts.delete(artifact.id);
    this.#byPath = null;
  }

  /** A storage URL is a listed artifact's where it ends in the path of that artifact's `uri`. */
  #byStorageUrl(url: string | null): CollectedArtifact | undefined {
    if (!url || !URL.canParse(url)) return undefined;
    const direct = this.#artifacts.get(urlKey(url));
    if (direct) return direct;
    this.#byPath ??= this.#pathIndex();
    const path = decodeSafely(new URL(url).pathname);
    return this.#byPath.get(lastOf(path))?.find((artifact) => path.endsWith(storagePath(artifact) ?? "\0"));
  }

  #pathIndex(): Map<string, CollectedArtifact[]> {
    const index = new Map<string, CollectedArtifact[]>();
    for (const artifact of this.#artifacts.values()) {
      const path = storagePath(artifact);
      if (path === null) continue;
      const alike = index.get(lastOf(path));
      if (alike) alike.push(artifact);
      else index.set(lastOf(path), [artifact]);
    }
    return index;
  }
}

function storagePath({ row }: CollectedArtifact): string | null {
  return row.bundle_key ? null : (/^[a-z0-9]+:\/\/[^/]*(\/.+)$/.exec(row.uri)?.[1] ?? null);
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function urlKey(url: string): string {
  return `url:${SIGNED.test(url) ? url.split(/[?#]/, 1)[0] : url.split("#", 1)[0]}`;
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
