import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inLanes } from "@/core/bundle/lanes";
import type { PackHandle } from "@/core/bundle/pack";
import * as runs from "../../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { MemoryHandle } from "./memory-pack";
import { type Exported, exportFrom, JobDisk } from "./practice-export";

const AT_ONCE = 6;

type Call = "fetch" | "pack write" | "pack flush" | "journal write" | "journal flush";
const CALLS: readonly Call[] = ["fetch", "pack write", "pack flush", "journal write", "journal flush"];

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
    if (call === this.victim && count === this.nth) throw new TypeError(`tortured: ${call} ${count}`);
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

let server: PracticeServer;
let undisturbed: Exported;
/** How often each call is made by an export that nobody tortures. */
let counts: ReadonlyMap<Call, number>;

async function exportWith(torturer: Torturer | null, pack: TorturedHandle, journal: TorturedHandle) {
  pack.torturer = torturer;
  journal.torturer = torturer;
  return exportFrom(
    server,
    { runId: runs.TASK },
    { disk: new JobDisk(pack, journal), onRequest: () => torturer?.call("fetch") },
  );
}

const newDisk = () =>
  [new TorturedHandle(8_000_000, "pack"), new TorturedHandle(500_000, "journal")] as const;

beforeAll(async () => {
  server = await startPracticeServer();
  const counter = new Torturer(null, 0);
  undisturbed = await exportWith(counter, ...newDisk());
  counts = counter.counts;
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
      const count = counts.get(call) ?? 0;
      expect(count).toBeGreaterThan(0);
      const nths = Array.from({ length: count }, (_, index) => index + 1);
      let stopped = 0;
      await inLanes(nths, AT_ONCE, async (nth) => {
        const disk = newDisk();
        const first = await exportWith(new Torturer(call, nth), ...disk).catch(() => null);
        if (!first) stopped++;
        const whole = first ?? (await exportWith(null, ...disk));
        expect(whole.report.counts, `${call} ${nth}`).toEqual(undisturbed.report.counts);
        expect(dataOf(whole), `${call} ${nth}`).toEqual(dataOf(undisturbed));
      });
      // A lost request is asked again by the engine itself; a disk that fails stops the job, which the user hears of.
      if (call === "fetch") expect(stopped).toBe(0);
    },
  );
});
