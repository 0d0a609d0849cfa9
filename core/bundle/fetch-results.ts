import type { CollectedArtifact } from "./artifact-union";
import type { CollectedRun } from "./collected-run";
import { NOT_HASHED } from "./content-hash";
import type { FileOutcome, MissingOutcome, MissingReason, Proof } from "./fetch-context";
import type { StoredFile } from "./file-sink";
import type { Gap, LeftOutReason } from "./gaps";
import { type ExportWarning, warning } from "./warnings";

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
  warnings: ExportWarning[];
}

/** An artifact that the export lacks, as it is reported. */
export function gap<Reason>({ row }: CollectedArtifact, reason: Reason, detail = ""): Gap<Reason> {
  return { artifact_id: row.artifact_id, artifact_type: row.artifact_type, reason, detail };
}

/** Takes down what became of each artifact, in whatever order that is known. */
export class FetchResults {
  readonly #results = new Map<CollectedArtifact, ArrivedFile | Gap<MissingReason>>();
  /** Entries that no row names, by their archive: archives arrive in any order, names must not depend on it. */
  readonly #entries = new Map<CollectedArtifact, ArrivedFile[]>();
  readonly #lost: Gap<MissingReason>[] = [];
  readonly #leftOut = new Map<CollectedArtifact, Gap<LeftOutReason>>();
  readonly #warnings: ExportWarning[] = [];

  /** @param onSettled called for each artifact of the list */
  constructor(private readonly onSettled: () => void) {}

  settle(artifact: CollectedArtifact, outcome: FileOutcome | MissingOutcome): void {
    if (outcome.kind === "missing") {
      this.#results.set(artifact, gap(artifact, outcome.reason, outcome.detail));
    } else {
      const { file, proof, contentType } = outcome;
      if (file.sha256 === NOT_HASHED) throw new Error(`${artifact.id} has no SHA-256`);
      if (outcome.warning) this.warn(warning(outcome.warning, artifact.id));
      this.#results.set(artifact, { artifact, file, proof, contentType });
    }
    this.onSettled();
  }

  addEntry(archive: CollectedArtifact, entry: ArrivedFile): void {
    const entries = this.#entries.get(archive);
    if (entries) entries.push(entry);
    else this.#entries.set(archive, [entry]);
  }

  lose(artifact: CollectedArtifact, reason: MissingReason, detail: string): void {
    this.#lost.push(gap(artifact, reason, detail));
  }

  leaveOut(artifact: CollectedArtifact, reason: LeftOutReason): void {
    this.#leftOut.set(artifact, gap(artifact, reason));
  }

  leavesOut(artifact: CollectedArtifact): boolean {
    return this.#leftOut.has(artifact);
  }

  warn(about: ExportWarning): void {
    this.#warnings.push(about);
  }

  gather(run: CollectedRun): Fetched {
    const arrived: ArrivedFile[] = [];
    const missing: Gap<MissingReason>[] = [];
    for (const artifact of run.artifacts) {
      const result = this.#results.get(artifact);
      if (!result) continue;
      if ("file" in result) arrived.push(result);
      else missing.push(result);
    }
    return {
      arrived: [...arrived, ...run.artifacts.flatMap((artifact) => this.#entries.get(artifact) ?? [])],
      missing: [...missing, ...this.#lost, ...unknownGaps(run)],
      leftOut: [...this.#leftOut.values()],
      warnings: this.#warnings,
    };
  }
}

/** What the API promised without saying what it is. */
export function unknownGaps({ unreadable, unlistedRuns, unreadSources }: CollectedRun): Gap<MissingReason>[] {
  const unknown = (artifact_id: string, artifact_type: string, reason: MissingReason, detail = "") => ({
    artifact_id,
    artifact_type,
    reason,
    detail,
  });
  return [
    ...unreadable.map((where, index) => unknown(`unreadable-${index + 1}`, "entry", "unreadable-row", where)),
    ...unlistedRuns.map((id) => unknown(id, "run", "unlisted-run")),
    ...unreadSources.map(({ path, what }) => unknown(path, "document", "unlisted-source", what)),
  ];
}
