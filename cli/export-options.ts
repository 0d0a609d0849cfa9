import { readFile } from "node:fs/promises";
import type { ExportOrder } from "@/core/bundle/export-order";
import { DEFAULT_NAME_TEMPLATE, templateProblem } from "@/core/bundle/name-template";
import { EVERYTHING, type ExportChoice, PRESETS, takesNothing } from "@/core/bundle/presets";
import { ARTIFACT_GROUPS, type ArtifactGroup } from "@/core/skyvern/artifact-types";
import { templateProblemText } from "@/core/text/template-text";
import { UsageError } from "./failure";
import type { Given, Options } from "./options";
import { words } from "./words";

const PRESET_IDS = PRESETS.map(({ id }) => id).filter((id) => id !== "pick");
const GROUP_IDS = ARTIFACT_GROUPS.map(({ id }) => id);

/** As in the extension's options. */
const SHORTEST_WORD = 4;

export const EXPORT_OPTIONS: Options = {
  preset: { value: "NAME", help: `What to take along: ${PRESET_IDS.join(", ")}` },
  types: { value: "LIST", help: `Only these, with commas: ${GROUP_IDS.join(", ")}` },
  "share-safe": { help: "Takes the secrets that can be found out of all texts" },
  keep: { value: "LIST", help: "Share-safe: types to take along that can't be searched" },
  "words-file": { value: "FILE", help: "Share-safe: words that must not be in it, one a line" },
  "with-triggered": { help: "With runs that the run started, in folders of their own" },
  name: { value: "TEMPLATE", help: `Name of the bundle, default ${DEFAULT_NAME_TEMPLATE}` },
};

/** What makes an export, but the run. */
export type OrderTemplate = Omit<ExportOrder, "runId">;

/** @throws UsageError */
export async function readOrder(given: Given, version: string): Promise<OrderTemplate> {
  const nameTemplate = given.text("name") ?? DEFAULT_NAME_TEMPLATE;
  const problem = templateProblem(nameTemplate);
  if (problem !== null) throw new UsageError(templateProblemText(words, problem));
  const file = given.text("words-file");
  const taboo = file === undefined ? [] : await wordsIn(file);
  return { mode: "bundle", choice: choiceOf(given), version, words: taboo, nameTemplate };
}

function choiceOf(given: Given): ExportChoice {
  const preset = given.text("preset");
  const types = given.text("types");
  if (preset !== undefined && types !== undefined)
    throw new UsageError("--preset and --types exclude each other.");
  const choice: ExportChoice = {
    ...EVERYTHING,
    ...(types === undefined ? {} : { preset: "pick", groups: groupsOf("types", types) }),
    shareSafe: given.is("share-safe"),
    keep: groupsOf("keep", given.text("keep") ?? ""),
    separateRuns: given.is("with-triggered"),
  };
  if (takesNothing(choice)) throw new UsageError("--types takes at least one type.");
  if (preset === undefined) return choice;
  const known = PRESET_IDS.find((id) => id === preset);
  if (known === undefined)
    throw new UsageError(`There is no preset "${preset}". There are ${PRESET_IDS.join(", ")}.`);
  return { ...choice, preset: known };
}

function groupsOf(option: string, list: string): ArtifactGroup[] {
  const names = list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return names.map((name) => {
    const group = GROUP_IDS.find((id) => id === name);
    if (group === undefined)
      throw new UsageError(`--${option}: there is no "${name}". There are ${GROUP_IDS.join(", ")}.`);
    return group;
  });
}

async function wordsIn(file: string): Promise<string[]> {
  try {
    const lines = (await readFile(file, "utf8")).split(/\r?\n/);
    const taboo = lines.map((line) => line.trim()).filter((line) => line !== "");
    if (taboo.some((word) => word.length < SHORTEST_WORD))
      throw new UsageError(
        `Words of fewer than ${SHORTEST_WORD} letters would take half of every text with them.`,
      );
    return taboo;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `The words file can't be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
