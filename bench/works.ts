import { type GeneratedSpec, generatedRun } from "../tests/practice/runs/generated";
import type { World } from "../tests/practice/world";

/** What is exported: one run of the practice server. */
export interface Work {
  name: string;
  /** For people. */
  what: string;
  parts: Part[];
}

/** Equal artifacts; the run is made of one or more such parts. */
interface Part extends Omit<GeneratedSpec, "seed"> {
  /** In place of the generated type. */
  type?: "recording" | "har";
}

const media = (count: number, bytesEach: number, rest: Partial<Part> = {}): Part => ({
  count,
  bytesEach,
  kind: "media",
  ...rest,
});
const text = (count: number, bytesEach: number, rest: Partial<Part> = {}): Part => ({
  count,
  bytesEach,
  kind: "text",
  ...rest,
});

export const WORKS: Work[] = [
  { name: "screenshots", what: "1,000 screenshots of 100 KB", parts: [media(1000, 100_000)] },
  { name: "text", what: "5,000 texts of 10 KB", parts: [text(5000, 10_000)] },
  {
    name: "archives",
    what: "5,000 texts of 10 KB in 500 archives",
    parts: [text(5000, 10_000, { archives: { membersEach: 10 } })],
  },
  {
    name: "recordings",
    what: "10 recordings of 300 MB",
    parts: [media(10, 300_000_000, { type: "recording" })],
  },
  {
    name: "large",
    what: "17 recordings of 300 MB: 5 GB",
    parts: [media(17, 300_000_000, { type: "recording" })],
  },
  {
    name: "huge",
    what: "67 recordings of 300 MB: 20 GB",
    parts: [media(67, 300_000_000, { type: "recording" })],
  },
  {
    name: "mixed",
    what: "800 artifacts, 400 MB: screenshots and texts in archives, a recording, a HAR",
    parts: [
      { count: 798, bytesEach: 276_000, kind: "mixed", archives: { membersEach: 20 } },
      media(1, 120_000_000, { type: "recording" }),
      text(1, 60_000_000, { type: "har" }),
    ],
  },
  { name: "har", what: "one HAR of 300 MB", parts: [text(1, 300_000_000, { type: "har" })] },
  {
    name: "small",
    what: "120 artifacts, 10 MB: screenshots and texts in archives, a recording",
    parts: [
      { count: 119, bytesEach: 50_000, kind: "mixed", archives: { membersEach: 20 } },
      media(1, 4_000_000, { type: "recording" }),
    ],
  },
];

/** A run that was added to the world. */
export interface WorkRun {
  id: string;
  /** The run's own files: archives count as what is in them. */
  files: number;
  bytes: number;
}

/** Adds the run of a work to the world. Archives are made once: a real server doesn't make them at each asking. */
export function addWork(world: World, work: Work): WorkRun {
  const [first, ...others] = work.parts.map((part, at) => ({
    part,
    run: generatedRun(world, { ...part, seed: 500 + at }),
  }));
  if (!first) throw new Error(`${work.name} has no parts`);
  for (const { part, run } of [first, ...others]) {
    for (const artifact of world.artifactsOf(run.id)) {
      if (artifact.body.kind === "lazy") artifact.body = { kind: "bytes", bytes: artifact.body.make() };
      if (part.type) artifact.row.artifact_type = part.type;
      artifact.row.workflow_run_id = first.run.id;
    }
    if (run !== first.run) world.runs.delete(run.id);
  }
  return {
    id: first.run.id,
    files: work.parts.reduce((sum, { count }) => sum + count, 0),
    bytes: work.parts.reduce((sum, { count, bytesEach }) => sum + count * bytesEach, 0),
  };
}
