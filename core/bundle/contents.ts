import { textFormatOf } from "../redact/text-format";
import { ARTIFACT_GROUPS, artifactType, isArchiveType } from "../skyvern/artifact-types";
import type { MessageKey } from "../text/words";
import type { CollectedArtifact } from "./artifact-union";
import { isUnfinished } from "./extension";
import { type ChoiceFacts, choiceFacts, type ExportChoice, wants } from "./presets";

/** How much of one artifact type a run has. */
export interface TypeAmount extends ChoiceFacts {
  type: string;
  /** It is text that share-safe can search. */
  searchable: boolean;
  files: number;
  /** Of the files whose size is listed. */
  bytes: number;
  /** Files whose size nobody knows yet. */
  unsized: number;
}

/** What an export would take along. */
export interface ChoiceAmount {
  files: number;
  bytes: number;
  unsized: number;
  /** Files that share-safe would leave out. */
  unsafe: number;
}

/** What a run has, by type; archives are the files in them. What is in cold storage brings no bytes. */
export function amountsOf(artifacts: readonly CollectedArtifact[]): TypeAmount[] {
  const amounts = new Map<string, TypeAmount>();
  for (const artifact of artifacts) {
    const { artifact_type: type, file_size: size, archived } = artifact.row;
    if (isArchiveType(type) || isUnfinished(artifact)) continue;
    const amount = amounts.get(type) ?? noneOf(type);
    amount.files++;
    if (!archived) {
      amount.bytes += size ?? 0;
      if (size === null || size === undefined) amount.unsized++;
    }
    amounts.set(type, amount);
  }
  return [...amounts.values()].sort((a, b) => b.files - a.files);
}

/** What a choice would take of it. */
export function amountFor(choice: ExportChoice, amounts: readonly TypeAmount[]): ChoiceAmount {
  const sum: ChoiceAmount = { files: 0, bytes: 0, unsized: 0, unsafe: 0 };
  for (const amount of amounts) {
    const { group, searchable, files, bytes, unsized } = amount;
    if (!wants(choice, amount)) continue;
    if (choice.shareSafe && !searchable && !choice.keep.includes(group)) {
      sum.unsafe += files;
      continue;
    }
    sum.files += files;
    sum.bytes += bytes;
    sum.unsized += unsized;
  }
  return sum;
}

/** The same by group, those with files alone. */
export function amountsByGroup(
  choice: ExportChoice,
  amounts: readonly TypeAmount[],
): { label: MessageKey; files: number; bytes: number }[] {
  return ARTIFACT_GROUPS.map(({ id, label }) => {
    const own = amounts.filter(({ group }) => group === id);
    const { files, bytes } = amountFor(choice, own);
    return { label, files, bytes };
  }).filter(({ files }) => files > 0);
}

function noneOf(type: string): TypeAmount {
  const facts = { type, ...choiceFacts(type), searchable: isSearchable(type) };
  return { ...facts, files: 0, bytes: 0, unsized: 0 };
}

/** False for types that share-safe leaves out, since nobody can search them for secrets. */
function isSearchable(type: string): boolean {
  const { group, extension } = artifactType(type);
  if (type === "trace") return true;
  if (group === "downloads" || group === "recordings" || group === "screenshots") return false;
  return group !== "other" || textFormatOf(type, `x.${extension ?? ""}`) !== null;
}
