import { ARTIFACT_GROUPS, type ArtifactGroup, artifactType } from "../skyvern/artifact-types";
import type { MessageKey } from "../text/words";

/** What an export takes along. One row a preset; the panel shows them in this order. */
export const PRESETS = [
  { id: "everything", label: "preset_everything", hint: "preset_everythingHint" },
  { id: "debug", label: "preset_debug", hint: "preset_debugHint" },
  { id: "media", label: "preset_media", hint: "preset_mediaHint" },
  { id: "downloads", label: "preset_downloads", hint: "preset_downloadsHint" },
  { id: "pick", label: "preset_pick", hint: "preset_pickHint" },
] as const satisfies readonly { id: string; label: MessageKey; hint: MessageKey }[];

export type PresetId = (typeof PRESETS)[number]["id"];

/** What the user wants of a run. */
export interface ExportChoice {
  preset: PresetId;
  /** What "Pick types" takes along; the other presets know by themselves. */
  groups: ArtifactGroup[];
  /** Secrets out of texts; what can't be read for them stays out (redaction.md). */
  shareSafe: boolean;
  /** Share-safe: pixels and documents that the user ticked all the same. */
  keep: ArtifactGroup[];
  /** Runs that a trigger block started come along, in folders of their own. */
  separateRuns: boolean;
}

export const EVERYTHING: ExportChoice = {
  preset: "everything",
  groups: [],
  shareSafe: false,
  keep: [],
  separateRuns: false,
};

const DEBUG_TYPES = new Set(["llm_prompt", "llm_response", "llm_response_parsed", "har"]);

/** True for the ID of a preset that exists. */
function isPresetId(value: unknown): value is PresetId {
  return PRESETS.some((preset) => preset.id === value);
}

/** True for a choice as it may come from storage or a message. */
export function isExportChoice(value: unknown): value is ExportChoice {
  if (typeof value !== "object" || value === null) return false;
  if (!("preset" in value && "groups" in value && "shareSafe" in value)) return false;
  if (!("keep" in value && "separateRuns" in value)) return false;
  const { preset, groups, shareSafe, keep, separateRuns } = value;
  const switches = typeof shareSafe === "boolean" && typeof separateRuns === "boolean";
  return isPresetId(preset) && isGroups(groups) && isGroups(keep) && switches;
}

/** What a choice goes by: facts of an artifact type, for surfaces that don't have the table of types. */
export interface ChoiceFacts {
  group: ArtifactGroup;
  /** Part of "Debug essentials". */
  essential: boolean;
}

/** The facts of a type, from the table. */
export function choiceFacts(type: string): ChoiceFacts {
  const { group } = artifactType(type);
  return { group, essential: group === "screenshots" || group === "logs" || DEBUG_TYPES.has(type) };
}

/** True where the choice takes artifacts with these facts along. */
export function wants(
  { preset, groups }: Pick<ExportChoice, "preset" | "groups">,
  { group, essential }: ChoiceFacts,
): boolean {
  switch (preset) {
    case "everything":
      return true;
    case "debug":
      return essential;
    case "media":
      return group === "recordings" || group === "screenshots";
    case "downloads":
      return group === "downloads";
    case "pick":
      return groups.includes(group);
  }
}

/** True where the choice takes artifacts of this type along. */
export function wantsType(choice: Pick<ExportChoice, "preset" | "groups">, type: string): boolean {
  return wants(choice, choiceFacts(type));
}

/** Groups whose pixels and documents nobody can search for secrets; downloads count as such, whatever their format. */
export const NEVER_SEARCHED: ReadonlySet<ArtifactGroup> = new Set(["recordings", "screenshots", "downloads"]);

/** True where share-safe leaves artifacts of this type out unseen: they need not be fetched for it. */
export function leavesOutUnseen({ shareSafe, keep }: ExportChoice, type: string): boolean {
  const { group } = artifactType(type);
  return shareSafe && NEVER_SEARCHED.has(group) && !keep.includes(group);
}

/** True for "Pick types" with nothing ticked. */
export function takesNothing({ preset, groups }: ExportChoice): boolean {
  return preset === "pick" && groups.length === 0;
}

/** Two choices that give the same export. */
export function sameChoice(a: ExportChoice, b: ExportChoice): boolean {
  const key = ({ preset, groups, shareSafe, keep, separateRuns }: ExportChoice) =>
    JSON.stringify([
      preset,
      preset === "pick" ? groups.toSorted() : [],
      shareSafe,
      shareSafe ? keep.toSorted() : [],
      separateRuns,
    ]);
  return key(a) === key(b);
}

function isGroups(value: unknown): value is ArtifactGroup[] {
  return Array.isArray(value) && value.every((each) => ARTIFACT_GROUPS.some(({ id }) => id === each));
}
