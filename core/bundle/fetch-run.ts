import { artifactType, growsWhileRunning } from "../skyvern/artifact-types";
import { runpackError } from "../skyvern/errors";
import { sleep } from "../skyvern/retry";
import { apiTime } from "../skyvern/schemas";
import { type ArchiveGroup, groupArchives } from "./archive";
import type { CollectedArtifact } from "./artifact-union";
import { BigFiles, type BigKind } from "./big-files";
import { type CollectedRun, withChildren } from "./collected-run";
import type { ExportOrder, ExportTools } from "./export-order";
import { isUnfinished } from "./extension";
import { fetchArchive, outOfArchive } from "./fetch-archive";
import { fetchArtifact } from "./fetch-artifact";
import type { FetchContext } from "./fetch-context";
import { type Fetched, FetchResults } from "./fetch-results";
import type { ExpectedEntry } from "./file-sink";
import { inLanes } from "./lanes";
import { Pace } from "./pace";
import { placeRuns } from "./place";
import { leavesOutUnseen, wantsType } from "./presets";

/**
 * Downloads at once: a browser opens 6 connections to a host on HTTP/1.1, and the others keep these busy while files
 * are hashed and written. 24 took 1.92 s for 1,000 files on loopback, 16 took 2.1 s, 12 took 2.3 s, 32 no less.
 */
const PARALLEL = 24;
/** These many bytes keep a connection for seconds. */
const BIG_FILE = 4 * 1024 * 1024;
/** Between asking for files that are not there yet: about two minutes in all (skyvern-api.md §5). */
const NOT_YET_WAITS = [1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000];
const NOT_YET_MS = 120_000;

/** What is fetched as one: a file, or an archive with its members. */
type Task = CollectedArtifact | ArchiveGroup;

/** Fetches what the preset wants, archives once. @throws RunpackError; PackFull; the signal's reason */
export function fetchRun(run: CollectedRun, order: ExportOrder, tools: ExportTools): Promise<Fetched> {
  return new Fetching(run, order, tools).fetchAll();
}

class Fetching {
  /** With what belongs to the runs that come along. */
  readonly run: CollectedRun;
  readonly #results: FetchResults;
  readonly #context: FetchContext;
  /** Ends the downloads that are under way when one of them fails for good. */
  readonly #stop = new AbortController();
  readonly #tasks: Task[] = [];
  readonly #everything: boolean;
  #notYet: Task[] = [];
  #notYetSince: number | null = null;

  constructor(
    run: CollectedRun,
    private readonly order: ExportOrder,
    private readonly tools: ExportTools,
  ) {
    this.run = { ...run, ...together(run) };
    this.#everything = order.choice.preset === "everything";
    this.#results = new FetchResults(() => {
      tools.meter.filesDone++;
    });
    this.#context = {
      client: tools.client,
      fetcher: tools.fetcher,
      pack: tools.pack,
      journal: tools.journal,
      work: tools.work,
      signal: AbortSignal.any([tools.signal, this.#stop.signal]),
      settling: this.run.settling,
      running: this.run.running,
      takenApart: false,
      compress: order.mode === "bundle",
      expectedAt: expectedEntries(run, order),
      mayFetch: tools.mayFetch,
      onBytes: (count) => tools.meter.addBytes(count),
      pace: new Pace(),
      connections: tools.connections,
      bigFiles: new BigFiles(),
      activity: tools.activity,
    };
    this.#sort();
  }

  async fetchAll(): Promise<Fetched> {
    this.#expect();
    // The biggest first: a recording that starts last would have the link to itself at the end.
    await this.#fetch(this.#tasks.toSorted((a, b) => listedSize(b) - listedSize(a)));
    await this.#untilThere();
    return this.#results.gather(this.run);
  }

  #wants({ row }: CollectedArtifact): boolean {
    return wantsType(this.order.choice, row.artifact_type);
  }

  #sort(): void {
    const groups = groupArchives(this.run.artifacts);
    const archives = new Set(groups.flatMap(({ rows }) => rows));
    const singles = new Set<CollectedArtifact>();
    for (const artifact of this.run.artifacts) {
      if (archives.has(artifact)) continue;
      if (!this.#wants(artifact)) this.#results.leaveOut(artifact, "preset");
      else if (isUnfinished(artifact)) this.#results.leaveOut(artifact, "unfinished-download");
      else if (leavesOutUnseen(this.order.choice, artifact.row.artifact_type))
        this.#results.leaveOut(artifact, "share-safe");
      else singles.add(artifact);
    }
    for (const { rows, members } of groups) {
      const wanted = members.filter((member) => this.#wants(member));
      for (const member of wanted) singles.delete(member);
      const task = { rows, members: wanted };
      if (this.#filesOf(task) > 0 || this.#everything) this.#tasks.push(task);
    }
    this.#tasks.push(...singles);
  }

  /** How many files a task brings. */
  #filesOf(task: Task): number {
    if (!("rows" in task)) return 1;
    return task.members.filter((member) => !this.#results.leavesOut(member)).length;
  }

  #expect(): void {
    const sizes = this.#tasks.map(rowOf).map((row) => row?.file_size ?? null);
    const known = sizes.filter((size) => size !== null);
    const total = sum(known);
    const files = sum(this.#tasks.map((task) => this.#filesOf(task)));
    // Half of the sizes unknown is no total to show.
    this.tools.meter.expect(files, known.length * 2 >= sizes.length && total > 0 ? total : null);
    // Listed sizes go stale for what is rewritten (skyvern-api.md §5): these must not stop an export.
    const sure = this.#tasks.map(rowOf).filter((row) => row && !growsWhileRunning(row.artifact_type));
    const { freeBytes } = this.tools;
    if (freeBytes !== null && sum(sure.map((row) => row?.file_size ?? 0)) > freeBytes)
      throw runpackError("no-space");
  }

  /** Fetches tasks, then the members that archives didn't give. */
  async #fetch(tasks: readonly Task[]): Promise<void> {
    const later: CollectedArtifact[] = [];
    await this.#inParallel(tasks, async (task) => {
      if (!("rows" in task)) return this.#fetchOne(task);
      const left = await fetchArchive(task, this.#context, this.#results, this.#everything);
      if (left) later.push(...left);
      else this.#later(task);
    });
    await this.#inParallel(later, (artifact) => this.#fetchOne(artifact));
  }

  async #fetchOne(artifact: CollectedArtifact): Promise<void> {
    const kept = this.#context.journal.find(artifact.id);
    if (kept) {
      this.#context.onBytes(kept.file.size);
      this.#results.settle(artifact, kept);
      return;
    }
    const fetched = await fetchArtifact(artifact, this.#context);
    const outcome = fetched.kind === "file" ? await outOfArchive(artifact, fetched, this.#context) : fetched;
    if (outcome.kind === "not-yet") return this.#later(artifact);
    // What still grows is fetched anew when the job goes on: the run may have ended meanwhile.
    const grows = this.#context.running && growsWhileRunning(artifact.row.artifact_type);
    if (outcome.kind === "file" && !grows) this.#context.journal.note(artifact.id, outcome);
    this.#results.settle(artifact, outcome);
  }

  #later(task: Task): void {
    this.#notYetSince ??= Date.now();
    this.#notYet.push(task);
  }

  /** Waits for the files that are not there yet, all together, when nothing else is left to do. */
  async #untilThere(): Promise<void> {
    for (const wait of NOT_YET_WAITS) {
      const left = NOT_YET_MS - (Date.now() - (this.#notYetSince ?? 0));
      if (this.#notYet.length === 0 || left <= 0) break;
      this.tools.onWaiting(sum(this.#notYet.map((task) => this.#filesOf(task))));
      await sleep(Math.min(wait, left), this.#context.signal);
      await this.#fetch(this.#notYet.splice(0));
    }
    this.tools.onWaiting(0);
    this.#context.settling = false;
    await this.#fetch(this.#notYet.splice(0));
  }

  #kindOf(task: Task): BigKind {
    const text = artifactType(rowOf(task)?.artifact_type ?? "").text;
    return this.#context.compress && text ? "deflated" : "stored";
  }

  /** Rejects when all lanes have ended: the pack is closed then, and nobody must write to it any more. */
  async #inParallel<Work extends Task>(
    work: readonly Work[],
    doOne: (work: Work) => Promise<void>,
  ): Promise<void> {
    const one = async (each: Work) => {
      this.#context.signal.throwIfAborted();
      await doOne(each).catch((error: unknown) => {
        this.#stop.abort(error);
        throw error;
      });
    };
    const { bigFiles } = this.#context;
    const isBig = (each: Work) => listedSize(each) >= BIG_FILE;
    const bigs = (kind: BigKind) =>
      inLanes(
        work.filter((each) => isBig(each) && this.#kindOf(each) === kind),
        BigFiles.most,
        (each) => bigFiles.inTurn(kind, listedSize(each), () => one(each)),
      );
    const lanes = await Promise.allSettled([
      bigs("stored"),
      bigs("deflated"),
      inLanes(
        work.filter((each) => !isBig(each)),
        PARALLEL,
        one,
      ),
    ]);
    for (const ended of lanes) if (ended.status === "rejected") throw ended.reason;
  }
}

/** What a run and those that come along with it have, each artifact once. */
function together(run: CollectedRun) {
  const runs = withChildren(run);
  const byId = new Map<string, CollectedArtifact>();
  // The outermost counts: a session's recording may be listed by its runs too.
  for (const artifact of runs.flatMap(({ artifacts }) => artifacts))
    if (!byId.has(artifact.id)) byId.set(artifact.id, artifact);
  return {
    artifacts: [...byId.values()],
    unreadable: runs.flatMap(({ unreadable }) => unreadable),
    unlistedRuns: runs.flatMap(({ unlistedRuns }) => unlistedRuns),
    unreadSources: runs.flatMap(({ unreadSources }) => unreadSources),
    settling: runs.some(({ settling }) => settling),
    running: runs.some(({ running }) => running),
  };
}

/** What is deflated or stored small gets its header at once, under the name that it is going to have. */
function expectedEntries(
  run: CollectedRun,
  { mode, choice }: ExportOrder,
): (artifact: CollectedArtifact) => ExpectedEntry | null {
  if (mode !== "bundle" || choice.shareSafe) return () => null;
  const bare = { head: new Uint8Array(0), contentType: null };
  const { artifacts } = together(run);
  const paths = placeRuns(
    run,
    artifacts.map((artifact) => ({ artifact, ...bare })),
  );
  const byArtifact = new Map(artifacts.map((artifact, index) => [artifact, paths[index]]));
  return (artifact) => {
    const path = byArtifact.get(artifact);
    const modified = apiTime(artifact.row.created_at);
    return path === undefined || modified === null ? null : { path: `${run.runId}/data/${path}`, modified };
  };
}

function rowOf(task: Task): CollectedArtifact["row"] | undefined {
  return ("rows" in task ? task.rows[0] : task)?.row;
}

function listedSize(task: Task): number {
  return rowOf(task)?.file_size ?? 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
