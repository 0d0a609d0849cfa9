import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ContentHash, HashState } from "@/core/bundle/content-hash";
import type { Deflation, TakeDeflated } from "@/core/bundle/deflate";
import { type ArchivedBytes, LocalWork, type PlainFacts, WorkLost } from "@/core/bundle/file-work";
import { inLanes } from "@/core/bundle/lanes";
import type { PackHandle } from "@/core/bundle/pack";
import { generatedRun } from "../../practice/runs/generated";
import * as runs from "../../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { MemoryHandle } from "./memory-pack";
import { type Exported, exportFrom, JobDisk } from "./practice-export";

const AT_ONCE = 6;

type Call = "fetch" | "work" | "pack write" | "pack flush" | "journal write" | "journal flush";
const CALLS: readonly Call[] = [
  "fetch",
  "work",
  "pack write",
  "pack flush",
  "journal write",
  "journal flush",
];
/** What the engine makes good by itself: a request is asked again, a lost thread's work is done again. */
const MENDED: readonly Call[] = ["fetch", "work"];

/** Counts calls that may fail, and makes the nth of one kind fail. */
class Torturer {
  readonly counts = new Map<Call, number>(CALLS.map((call) => [call, 0]));

  constructor(
    readonly victim: Call | null,
    readonly nth: number,
  ) {}

  call(call: Call): void {
    const count = (this.counts.get(call) ?? 0) + 1;
    this.counts.set(call, count);
    if (call !== this.victim || count !== this.nth) return;
    const what = `tortured: ${call} ${count}`;
    throw call === "work" ? new WorkLost(what) : new TypeError(what);
  }
}

/** A file whose writes and flushes fail as the torturer wants. */
class TorturedHandle extends MemoryHandle implements PackHandle {
  torturer: Torturer | null = null;

  constructor(
    room: number,
    private readonly name: "pack" | "journal",
  ) {
    super(room);
  }

  override write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number {
    this.torturer?.call(`${this.name} write`);
    return super.write(bytes, options);
  }

  override flush(): void {
    this.torturer?.call(`${this.name} flush`);
  }
}

/** What threads do with files, any of which may end. */
class TorturedWork extends LocalWork {
  constructor(private readonly call: () => void) {
    super();
  }

  override async start(state?: HashState | null, sha?: boolean): Promise<ContentHash> {
    this.call();
    const hash = await super.start(state, sha);
    return {
      update: async (bytes) => {
        this.call();
        await hash.update(bytes);
      },
      finish: async () => {
        this.call();
        return hash.finish();
      },
      save: async () => {
        this.call();
        return hash.save();
      },
    };
  }

  override async deflate(take: TakeDeflated): Promise<Deflation> {
    this.call();
    const deflation = await super.deflate(take);
    return {
      write: async (bytes) => {
        this.call();
        await deflation.write(bytes);
      },
      finish: async () => {
        this.call();
        await deflation.finish();
      },
    };
  }

  override async read(files: readonly ArchivedBytes[]): Promise<(PlainFacts | null)[]> {
    this.call();
    return super.read(files);
  }
}

let server: PracticeServer;

async function exportWith(
  runId: string,
  torturer: Torturer | null,
  pack: TorturedHandle,
  journal: TorturedHandle,
) {
  pack.torturer = torturer;
  journal.torturer = torturer;
  return exportFrom(
    server,
    { runId },
    {
      disk: new JobDisk(pack, journal),
      onRequest: () => torturer?.call("fetch"),
      work: new TorturedWork(() => torturer?.call("work")),
    },
  );
}

const newDisk = () =>
  [new TorturedHandle(6_000_000, "pack"), new TorturedHandle(500_000, "journal")] as const;

/** A run with a big text in an archive: what is hashed, inflated and deflated by threads of their own. */
let bigText: string;

beforeAll(async () => {
  server = await startPracticeServer();
  const text = { count: 1, bytesEach: 1_100_000, kind: "text" } as const;
  bigText = generatedRun(server.world, { ...text, archives: { membersEach: 1 } }).id;
});
afterAll(() => server.close());

const dataOf = ({ files }: Exported): Map<string, string> =>
  new Map(
    [...files]
      .filter(([path]) => path.startsWith("data/"))
      .map(([path, bytes]) => [path, bytes.toString("latin1")]),
  );

describe("one call that fails once", () => {
  test.each(CALLS)(
    "%s: the bundle is whole, or the next try makes it whole",
    { timeout: 240_000 },
    async (call) => {
      const run = call === "work" ? bigText : runs.TASK;
      const counter = new Torturer(null, 0);
      const undisturbed = await exportWith(run, counter, ...newDisk());
      const count = counter.counts.get(call) ?? 0;
      expect(count).toBeGreaterThan(0);
      const nths = Array.from({ length: count }, (_, index) => index + 1);
      let stopped = 0;
      await inLanes(nths, AT_ONCE, async (nth) => {
        const disk = newDisk();
        const first = await exportWith(run, new Torturer(call, nth), ...disk).catch(() => null);
        if (!first) stopped++;
        const whole = first ?? (await exportWith(run, null, ...disk));
        expect(whole.report.counts, `${call} ${nth}`).toEqual(undisturbed.report.counts);
        expect(dataOf(whole), `${call} ${nth}`).toEqual(dataOf(undisturbed));
      });
      // A disk that fails stops the job, which the user hears of.
      if (MENDED.includes(call)) expect(stopped).toBe(0);
    },
  );
});
