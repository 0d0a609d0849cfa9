import { artifactType, isArchiveType } from "../skyvern/artifact-types";
import { runpackError } from "../skyvern/errors";
import { membersByArchive, PackedArchive } from "./archive";
import type { CollectedArtifact, CollectedRun } from "./collect";
import type { HashPool } from "./content-hash";
import type { ExportOrder, ExportTools } from "./export-order";
import {
  type FetchContext,
  type FetchOutcome,
  fetchArtifact,
  type MissingReason,
  Pause,
  type Proof,
} from "./fetch-artifact";
import type { StoredFile } from "./file-sink";
import type { Gap, LeftOutReason } from "./gaps";
import { lastPart } from "./place";
import { BadArchive } from "./zip/read-archive";

/** Downloads at once: a browser opens 6 connections to a host on HTTP/1.1; twice as many keep them busy. */
const PARALLEL = 12;

const WHOLE_ARCHIVE = "Skyvern served a whole archive in place of the file, and the file is not in it.";
/** The type of an entry of an archive that no row names. */
export const ARCHIVE_ENTRY = "archive_entry";

/** An artifact whose bytes are in the pack. */
export interface ArrivedFile {
  artifact: CollectedArtifact;
  file: StoredFile;
  proof: Proof;
  contentType: string | null;
}

/** What became of every artifact of the run, in the order of the list. */
export interface Fetched {
  arrived: ArrivedFile[];
  missing: Gap<MissingReason>[];
  leftOut: Gap<LeftOutReason>[];
  warnings: string[];
}

function gap<Reason>({ row }: CollectedArtifact, reason: Reason, detail = ""): Gap<Reason> {
  return { artifact_id: row.artifact_id, artifact_type: row.artifact_type, reason, detail };
}

/** Fetches what the preset wants, archives once. @throws RunpackError; PackFull; the signal's reason */
export function fetchRun(
  run: CollectedRun,
  order: ExportOrder,
  tools: ExportTools,
  hashes: HashPool,
): Promise<Fetched> {
  return new Fetching(run, order, tools, hashes).fetchAll();
}

class Fetching {
  readonly #results = new Map<CollectedArtifact, ArrivedFile | Gap<MissingReason>>();
  /** Entries that no row names, by their archive: archives arrive in any order, names must not depend on it. */
  readonly #extra = new Map<CollectedArtifact, ArrivedFile[]>();
  readonly #lost: Gap<MissingReason>[] = [];
  readonly #warnings: string[] = [];
  readonly #context: FetchContext;
  /** Ends the downloads that are under way when one of them fails for good. */
  readonly #stop = new AbortController();
  readonly #leftOut: Gap<LeftOutReason>[] = [];
  readonly #single: CollectedArtifact[] = [];
  readonly #archives: CollectedArtifact[] = [];
  readonly #members: Map<CollectedArtifact, CollectedArtifact[]>;
  #waiting = 0;

  constructor(
    private readonly run: CollectedRun,
    private readonly order: ExportOrder,
    private readonly tools: ExportTools,
    private readonly hashes: HashPool,
  ) {
    this.#context = {
      client: tools.client,
      fetcher: tools.fetcher,
      pack: tools.pack,
      hashes,
      signal: AbortSignal.any([tools.signal, this.#stop.signal]),
      settling: run.settling,
      running: run.running,
      compress: order.mode === "bundle",
      mayFetch: tools.mayFetch,
      onBytes: (count) => tools.meter.addBytes(count),
      onWaiting: (change) => {
        this.#waiting += change;
        tools.onWaiting(this.#waiting);
      },
      pause: new Pause(),
    };
    const wanted = run.artifacts.filter((artifact) => this.#wants(artifact));
    const archives = run.artifacts.filter(({ row }) => isArchiveType(row.artifact_type));
    this.#members = membersByArchive(archives, wanted);
    this.#sort(wanted, archives);
  }

  async fetchAll(): Promise<Fetched> {
    this.#expect();
    const later: CollectedArtifact[] = [];
    const size = ({ row }: CollectedArtifact) => row.file_size ?? 0;
    // The biggest first: a recording that starts last would have the link to itself at the end.
    const first = [...this.#archives, ...this.#single].sort((a, b) => size(b) - size(a));
    await this.#inParallel(first, async (artifact) => {
      if (!isArchiveType(artifact.row.artifact_type)) return this.#fetchOne(artifact);
      later.push(...(await this.#fetchArchive(artifact)));
    });
    await this.#inParallel(later, (artifact) => this.#fetchOne(artifact));
    return this.#gather();
  }

  #wants({ row }: CollectedArtifact): boolean {
    return this.order.preset === "everything" || artifactType(row.artifact_type).folder === "downloads";
  }

  #sort(wanted: CollectedArtifact[], archives: CollectedArtifact[]): void {
    const members = new Set([...this.#members.values()].flat());
    for (const archive of archives) {
      const empty = this.#members.get(archive)?.length === 0;
      if (!empty || this.order.preset === "everything") this.#archives.push(archive);
    }
    const kept = new Set(wanted);
    for (const artifact of this.run.artifacts) {
      if (isArchiveType(artifact.row.artifact_type)) continue;
      if (!kept.has(artifact)) this.#leftOut.push(gap<LeftOutReason>(artifact, "preset"));
      else if (isUnfinished(artifact))
        this.#leftOut.push(gap<LeftOutReason>(artifact, "unfinished-download"));
      else if (!members.has(artifact)) this.#single.push(artifact);
    }
  }

  #expect(): void {
    const fetches = [...this.#archives, ...this.#single];
    const sizes = fetches.map(({ row }) => row.file_size ?? null).filter((size) => size !== null);
    const known = sizes.reduce((sum, size) => sum + size, 0);
    const files =
      this.#single.length +
      this.#archives.reduce((sum, each) => sum + (this.#members.get(each)?.length ?? 0), 0);
    // Half of the sizes unknown is no total to show.
    this.tools.meter.expect(files, sizes.length * 2 >= fetches.length && known > 0 ? known : null);
    const { freeBytes } = this.tools;
    if (freeBytes !== null && known > freeBytes) throw runpackError("no-space");
  }

  async #fetchOne(artifact: CollectedArtifact): Promise<void> {
    const outcome = await fetchArtifact(artifact, this.#context);
    if (outcome.kind === "missing") {
      this.#results.set(artifact, gap(artifact, outcome.reason, outcome.detail));
      this.tools.meter.filesDone++;
      return;
    }
    const own = await this.#outOfArchive(artifact, outcome);
    if (own.warning) this.#warnings.push(`${artifact.id}: ${own.warning}`);
    this.#arrive(artifact, own);
  }

  #arrive(artifact: CollectedArtifact, { file, proof, contentType }: FetchOutcome & { kind: "file" }): void {
    this.#results.set(artifact, { artifact, file, proof, contentType });
    this.tools.meter.filesDone++;
  }

  /** Servers without S3 answer for a member with its whole archive (skyvern-api.md §5). */
  async #outOfArchive(
    artifact: CollectedArtifact,
    outcome: FetchOutcome & { kind: "file" },
  ): Promise<FetchOutcome & { kind: "file" }> {
    const { bundle_key: key, artifact_type: type } = artifact.row;
    const isZip = outcome.file.method === 0 && startsLikeZip(outcome.file.head);
    if (!key || !isZip || artifactType(type).extension === "zip" || artifactType(type).folder === "downloads")
      return outcome;
    try {
      const archive = new PackedArchive(this.tools.pack, outcome.file.extents, outcome.file.size);
      const entry = archive.entries.get(key);
      if (!entry) return { ...outcome, warning: WHOLE_ARCHIVE };
      const text = artifactType(type).text;
      const file = await archive.member(entry, this.hashes, this.#context.compress, text);
      return { ...outcome, file, proof: "crc32" };
    } catch (error) {
      if (error instanceof BadArchive) return { ...outcome, warning: WHOLE_ARCHIVE };
      throw error;
    }
  }

  /** @returns members that the archive doesn't give, to be fetched one by one */
  async #fetchArchive(archive: CollectedArtifact): Promise<CollectedArtifact[]> {
    const named = this.#members.get(archive) ?? [];
    const members = named.filter((member) => !isUnfinished(member));
    const raw = { ...this.#context, compress: false };
    const outcome = await fetchArtifact(archive, raw);
    if (outcome.kind === "missing") {
      if (members.length === 0) this.#results.set(archive, gap(archive, outcome.reason, outcome.detail));
      return members;
    }
    const opened = this.#open(outcome.file);
    if (!opened) {
      this.#warnings.push(
        `${archive.id}: the archive can't be read as a ZIP; its members were fetched one by one.`,
      );
      if (members.length === 0) this.#arrive(archive, outcome);
      return members;
    }
    const failed: CollectedArtifact[] = [];
    for (const member of members) {
      if (!(await this.#split(opened, member))) failed.push(member);
    }
    if (this.order.preset === "everything") await this.#unnamed(opened, archive, named);
    return failed;
  }

  #open(file: StoredFile): PackedArchive | null {
    try {
      return new PackedArchive(this.tools.pack, file.extents, file.size);
    } catch (error) {
      if (error instanceof BadArchive) return null;
      throw error;
    }
  }

  async #split(archive: PackedArchive, member: CollectedArtifact): Promise<boolean> {
    this.#context.signal.throwIfAborted();
    const entry = archive.entries.get(member.row.bundle_key ?? "");
    if (!entry || member.row.archived) return false;
    try {
      const text = artifactType(member.row.artifact_type).text;
      const file = await archive.member(entry, this.hashes, this.#context.compress, text);
      this.#arrive(member, { kind: "file", file, proof: "crc32", contentType: null, warning: null });
      return true;
    } catch (error) {
      if (error instanceof BadArchive) return false;
      throw error;
    }
  }

  /** Entries that no row names are data too. */
  async #unnamed(
    archive: PackedArchive,
    parent: CollectedArtifact,
    members: CollectedArtifact[],
  ): Promise<void> {
    const named = new Set(members.map(({ row }) => row.bundle_key));
    const extra: ArrivedFile[] = [];
    this.#extra.set(parent, extra);
    for (const entry of archive.entries.values()) {
      if (named.has(entry.name)) continue;
      const row = { ...parent.row, artifact_type: ARCHIVE_ENTRY, uri: entry.name, bundle_key: entry.name };
      const artifact = { ...parent, row, fileName: lastPart(entry.name), hasId: false };
      try {
        const file = await archive.member(entry, this.hashes, this.#context.compress, false);
        extra.push({ artifact, file, proof: "crc32", contentType: null });
      } catch (error) {
        if (!(error instanceof BadArchive)) throw error;
        this.#lost.push(gap(artifact, "damaged", entry.name));
      }
    }
  }

  #gather(): Fetched {
    const arrived: ArrivedFile[] = [];
    const missing: Gap<MissingReason>[] = [];
    for (const artifact of this.run.artifacts) {
      const result = this.#results.get(artifact);
      if (!result) continue;
      if ("file" in result) arrived.push(result);
      else missing.push(result);
    }
    missing.push(...this.#lost, ...unknownGaps(this.run));
    return {
      arrived: [...arrived, ...this.run.artifacts.flatMap((artifact) => this.#extra.get(artifact) ?? [])],
      missing,
      leftOut: this.#leftOut,
      warnings: this.#warnings,
    };
  }

  /** Rejects when all lanes have ended: the pack is closed then, and nobody must write to it any more. */
  async #inParallel(
    artifacts: CollectedArtifact[],
    work: (artifact: CollectedArtifact) => Promise<void>,
  ): Promise<void> {
    const queue = artifacts.values();
    const lane = async () => {
      for (const artifact of queue) {
        this.#context.signal.throwIfAborted();
        await work(artifact);
      }
    };
    const stop = (error: unknown) => {
      this.#stop.abort(error);
      throw error;
    };
    const lanes = Array.from({ length: PARALLEL }, () => lane().catch(stop));
    await Promise.allSettled(lanes);
    this.#context.signal.throwIfAborted();
  }
}

/** What the list promised without saying what it is. */
function unknownGaps({ unreadableRows, unlistedRuns }: CollectedRun): Gap<MissingReason>[] {
  const rows = Array.from({ length: unreadableRows }, (_, index) => `unreadable-${index + 1}`);
  return [
    ...rows.map(
      (id) => ({ artifact_id: id, artifact_type: "unknown", reason: "unreadable-row", detail: "" }) as const,
    ),
    ...unlistedRuns.map(
      (id) => ({ artifact_id: id, artifact_type: "run", reason: "unlisted-run", detail: "" }) as const,
    ),
  ];
}

function startsLikeZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
}

/** A partial file of a download that never ended (skyvern-api.md §4). */
function isUnfinished({ row }: CollectedArtifact): boolean {
  return artifactType(row.artifact_type).folder === "downloads" && lastPart(row.uri).endsWith(".crdownload");
}
