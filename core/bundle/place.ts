import { artifactType } from "../skyvern/artifact-types";
import type { CollectedArtifact } from "./artifact-union";
import { type CollectedRun, withChildren } from "./collected-run";
import { type Arrived, extensionFor, lastPart } from "./extension";
import { extensionOf, safeName, TakenPaths } from "./names";
import { isOfSteps, RunOrder } from "./run-order";
import type { TimelineBlock } from "./timeline";

const NOTHING = new Uint8Array(0);

/**
 * Where everything of a run and of those that come along with it stands below `data/`; each of these has a folder of
 * its own.
 * @returns paths of what arrived, in its order
 */
export function placeRuns(run: CollectedRun, arrived: readonly Arrived[]): string[] {
  const runs = withChildren(run);
  if (runs.length === 1) return placeArtifacts(run, arrived);
  const owners = new Map(
    runs.toReversed().flatMap((each) => each.artifacts.map(({ id }) => [id, each] as const)),
  );
  const paths = new Map<Arrived, string>();
  for (const each of runs) {
    // An entry of an archive goes where its archive belongs; its ID begins with that.
    const own = arrived.filter(
      ({ artifact: { id } }) => (owners.get(id) ?? owners.get(id.split(":", 1)[0] ?? "")) === each,
    );
    const placed = placeArtifacts(each, own);
    own.forEach((file, index) => {
      paths.set(file, runFolder(run, each) + (placed[index] ?? file.artifact.id));
    });
  }
  return arrived.map((file) => paths.get(file) ?? file.artifact.id);
}

/** The folder of a run below `data/`, with a slash at its end; none for the run that was asked for. */
export function runFolder(root: CollectedRun, run: CollectedRun): string {
  return run === root ? "" : `runs/${safeName(run.runId, "run")}/`;
}

/**
 * Where each artifact stands below `data/`, in the order of the run. Depends on the API's answers alone: what
 * did not arrive, or is left out, keeps its number, so that the same run gives the same names in every export.
 * @param arrived with entries of archives that no row names
 * @returns paths of what arrived, in its order
 */
export function placeArtifacts(run: CollectedRun, arrived: readonly Arrived[]): string[] {
  const byArtifact = new Map(arrived.map((file) => [file.artifact, file]));
  const steps = stepPlaces(run);
  const taken = new TakenPaths();
  const paths = new Map<CollectedArtifact, string>();
  for (const artifact of new Set([...run.artifacts, ...byArtifact.keys()])) {
    const file = byArtifact.get(artifact) ?? { artifact, head: NOTHING, contentType: null };
    const { folder } = artifactType(artifact.row.artifact_type);
    const place = steps.get(artifact);
    paths.set(artifact, taken.claim(place ? `${place}-${typedName(file)}` : `${folder}/${fileName(file)}`));
  }
  return arrived.map(({ artifact }) => paths.get(artifact) ?? artifact.id);
}

function typedName(file: Arrived): string {
  const stem = safeName(file.artifact.row.artifact_type, "artifact");
  return `${stem}.${extensionFor(file)}`;
}

function fileName(file: Arrived): string {
  const { row, fileName: original, hasId } = file.artifact;
  const { folder } = artifactType(row.artifact_type);
  if (folder === "downloads" || folder === "code" || !hasId) {
    const name = safeName(original ?? lastPart(row.uri), "");
    if (name !== "") return original === null ? withExtension(name, file) : name;
  }
  return typedName(file);
}

/**
 * A name that a server made up gets an ending where it has none, as the server gave it: `a.lnk_` was `a.lnk`. One that
 * a person gave stays as it is.
 */
function withExtension(name: string, file: Arrived): string {
  const given = extensionOf(name) ?? extensionOf(lastPart(file.artifact.row.uri));
  return given === null ? safeName(`${name}.${extensionFor(file)}`, typedName(file)) : name;
}

/** `steps/01-<block label>/01-<step>/001` for everything that stands in `steps/`. */
function stepPlaces(run: CollectedRun): Map<CollectedArtifact, string> {
  const order = new RunOrder(run);
  const groups = new Map<string, CollectedArtifact[]>();
  const blocks = new Map<number, Set<string>>();
  for (const artifact of run.artifacts.filter(isOfSteps)) {
    const { block, stepId, thoughtId } = order.belongingOf(artifact);
    // A blank can't stand in an ID.
    const part = stepId ?? (thoughtId ? `thought ${thoughtId}` : "");
    const key = `${block} ${part}`;
    const group = groups.get(key);
    if (group) group.push(artifact);
    else groups.set(key, [artifact]);
    blocks.set(block, (blocks.get(block) ?? new Set()).add(part));
  }
  const places = new Map<CollectedArtifact, string>();
  for (const [index, parts] of blocks) {
    const membersOf = (part: string) => groups.get(`${index} ${part}`) ?? [];
    const stepIds = order.sortSteps(
      [...parts].filter((part) => part !== ""),
      membersOf,
    );
    const folder = blockFolder(run.blocks, index);
    stepIds.forEach((part, position) => {
      const step = `${folder}/${number(position + 1)}-${safeName(part.replace(" ", "-"), "step")}`;
      numberFiles(places, step, order.sortWithin(membersOf(part)));
    });
    numberFiles(places, index < 0 ? "steps/other" : folder, order.sortWithin(membersOf("")));
  }
  return places;
}

function numberFiles(
  places: Map<CollectedArtifact, string>,
  folder: string,
  artifacts: readonly CollectedArtifact[],
): void {
  artifacts.forEach((artifact, index) => {
    places.set(artifact, `${folder}/${String(index + 1).padStart(3, "0")}`);
  });
}

/** `steps/03-label`, in a loop `steps/03-label[2]`; plain tasks have no blocks. */
function blockFolder(blocks: readonly TimelineBlock[], index: number): string {
  const block = blocks[index]?.block;
  if (!block) return "steps";
  const label = safeName(block.label ?? block.block_type ?? "block", "block");
  const round = typeof block.current_index === "number" ? `[${block.current_index}]` : "";
  return `steps/${number(index + 1)}-${label}${round}`;
}

function number(count: number): string {
  return String(count).padStart(2, "0");
}
