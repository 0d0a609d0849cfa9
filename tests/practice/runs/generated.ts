import { generatedSource, slicesOf } from "../bytes";
import type { Run, World } from "../world";
import { writeZip } from "../zip";
import { RunBuilder } from "./builder";
import type { Step } from "./spec";

export interface GeneratedSpec {
  count: number;
  bytesEach: number;
  /** `media` doesn't compress, `text` does; `mixed` alternates. */
  kind: "media" | "text" | "mixed";
  /** Members per archive; without it every artifact is a row of its own. Archives are made anew at each asking. */
  archives?: { membersEach: number } | undefined;
  /** Tells one generated run from another; another seed, other IDs and other bytes. */
  seed?: number;
  title?: string;
}

const PER_STEP = 40;
/** Room for IDs between one generated run and the next. */
const ID_ROOM = 10_000_000n;

/**
 * A completed workflow run of any size, added to the world. Its bytes follow from the seed and are never held: 5 GB
 * cost nothing to have and little to serve.
 */
export function generatedRun(world: World, spec: GeneratedSpec): Run {
  const seed = spec.seed ?? 1;
  const firstId = 4_940_000_000_000_000_000n + BigInt(seed) * ID_ROOM;
  const builder = new RunBuilder(world, {
    id: `wr_${firstId}`,
    title: spec.title ?? `Generated ${seed}`,
    agentId: `wpid_${firstId + 1n}`,
    firstId: firstId + 2n,
    start: "2026-02-15T09:00:00",
    pace: 0.001,
  });
  const block = builder.block({ label: "Generated", block_type: "navigation" });
  const taskId = builder.task(builder.newId("tsk"), "Leave many files", block);
  let step: Step | undefined;
  for (let index = 0; index < spec.count; ) {
    if (!step || index % PER_STEP === 0) step = builder.step(taskId, block);
    if (spec.archives) {
      addArchive(builder, step, spec, seed, index);
      index += spec.archives.membersEach;
    } else {
      addFile(builder, step, spec, seed, index);
      index += 1;
    }
  }
  return builder.finish();
}

function isText(kind: GeneratedSpec["kind"], index: number): boolean {
  return kind === "text" || (kind === "mixed" && index % 2 === 1);
}

const seedOf = (seed: number, index: number): number => seed * 1_000_003 + index;

function addFile(
  builder: RunBuilder,
  step: Step,
  { kind, bytesEach }: GeneratedSpec,
  seed: number,
  index: number,
): void {
  const text = isText(kind, index);
  const body = { kind: "generated", seed: seedOf(seed, index), length: bytesEach, text } as const;
  builder.artifact(text ? "skyvern_log" : "screenshot_llm", body, { step });
}

function addArchive(builder: RunBuilder, step: Step, spec: GeneratedSpec, seed: number, first: number): void {
  const size = Math.min(spec.archives?.membersEach ?? 1, spec.count - first);
  const entries = Array.from({ length: size }, (_, at) => {
    const text = isText(spec.kind, first + at);
    return {
      index: first + at,
      text,
      name: `${text ? "skyvern_log" : "screenshot_llm"}_${at}.${text ? "log" : "png"}`,
    };
  });
  const make = (): Buffer =>
    writeZip(
      entries.map(({ index, text, name }) => ({
        name,
        data: Buffer.concat([...slicesOf(generatedSource(seedOf(seed, index), spec.bytesEach, text))]),
        method: text ? "deflated" : "stored",
      })),
    );
  const archive = builder.artifact("step_archive", { kind: "lazy", make }, { step });
  const { artifact_id: archiveId, uri, created_at } = archive.row;
  for (const { text, name } of entries) {
    const row = { uri, bundle_key: name, file_size: spec.bytesEach, created_at, modified_at: created_at };
    builder.artifact(
      text ? "skyvern_log" : "screenshot_llm",
      { kind: "member", archiveId, key: name },
      { step, row },
    );
  }
}
