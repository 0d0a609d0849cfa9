import { inLanes } from "@/core/bundle/lanes";
import { SkyvernClient } from "@/core/skyvern/client";
import { ACCESS_OPTIONS } from "../access";
import { FILTER_OPTIONS, readFilter } from "../archive-options";
import { arePagesOf, writeArchivePages } from "../archive-pages";
import { archiveRun } from "../archive-run";
import type { Catalogue, CatalogueEntry } from "../catalogue/catalogue";
import { CATALOGUE_OPTIONS, openCatalogue } from "../catalogue/open-catalogue";
import type { Command, Context } from "../command";
import { EXIT, type ExitCode, heaviest } from "../exit-codes";
import type { ExportHost } from "../export-bundle";
import { EXPORT_OPTIONS, type OrderTemplate, readOrder } from "../export-options";
import { failureOf } from "../failure";
import { HOST_OPTIONS, openHost } from "../host";
import { type ListedRun, listRuns, readFingerprint } from "../list-runs";
import type { Given } from "../options";
import { failedEvent, savedEvent, savedLines } from "../saved-lines";
import { words } from "../words";
import { HeldElsewhere } from "../work-files";
import { runIdsOf } from "./export";

export const archiveCommand: Command = {
  name: "archive",
  usage: "archive [<run>… | --agent wpid_… --since TIME --status LIST] --out DIR",
  summary: "Exports all runs that are not archived yet, or have changed; what is there already is left alone",
  options: {
    ...FILTER_OPTIONS,
    from: { value: "FILE", help: "Reads run IDs or links from a file, one a line; - is standard input" },
    ...HOST_OPTIONS,
    ...CATALOGUE_OPTIONS,
    parallel: { value: "N", help: "Runs at once, default 2" },
    again: { help: "Exports what is archived already as well" },
    ...ACCESS_OPTIONS,
    ...EXPORT_OPTIONS,
  },

  async run(given, context) {
    const lanes = given.number("parallel", { least: 1, most: 16, otherwise: 2 });
    const order = await readOrder(given, context.version);
    const host = await openHost(given, context);
    const catalogue = await openCatalogue(given, context.environment, host.destination);
    try {
      const archiving = new Archiving(order, host, catalogue, context, given.is("again"));
      const client = new SkyvernClient(host.access, context.signal, host.fetcher);
      for await (const run of wantedRuns(given, client)) archiving.add(run);
      return await archiving.work(lanes);
    } finally {
      await catalogue.close();
    }
  },
};

/** Those that are named, else those that the filter finds. @throws UsageError; RunpackError */
async function* wantedRuns(given: Given, client: SkyvernClient): AsyncGenerator<ListedRun> {
  const filter = readFilter(given, Date.now());
  if (given.words.length === 0 && given.text("from") === undefined) {
    yield* listRuns(client, filter);
    return;
  }
  for (const id of await runIdsOf(given))
    yield { id, fingerprint: await readFingerprint(client, id), ended: true };
}

class Archiving {
  readonly #runs: ListedRun[] = [];
  readonly #codes: ExitCode[] = [];
  /** When the latest of what was there already was archived, in milliseconds since the epoch. */
  #newestKept = 0;
  readonly #sums = { saved: 0, kept: 0, partial: 0, failed: 0, running: 0 };

  constructor(
    private readonly order: OrderTemplate,
    private readonly host: ExportHost,
    private readonly catalogue: Catalogue,
    private readonly context: Context,
    private readonly again: boolean,
  ) {}

  /** A run that has not ended comes the next time. */
  add(run: ListedRun): void {
    if (run.ended) this.#runs.push(run);
    else this.#sums.running++;
    this.context.output.bar(0, `${words.count("count_runs", this.#runs.length)} listed`);
  }

  async work(lanes: number): Promise<ExitCode> {
    const { output, signal } = this.context;
    try {
      await inLanes(this.#runs, lanes, (run) => this.#one(run));
    } finally {
      // What is there is told, whatever ended it.
      if (this.#sums.saved > 0) await this.#writePages();
    }
    signal.throwIfAborted();
    const { saved, kept, partial, failed, running } = this.#sums;
    if (saved === 0 && kept > 0 && !(await arePagesOf(this.host.destination, this.#newestKept)))
      await this.#writePages();
    const parts = [
      `${words.number(saved)} archived`,
      `${words.number(kept)} were there already`,
      ...(partial > 0 ? [`${words.number(partial)} have gaps`] : []),
      ...(running > 0 ? [`${words.number(running)} still running: they come the next time`] : []),
      ...(failed > 0 ? [`${words.number(failed)} failed`] : []),
    ];
    output.tell(`${this.host.destination.address}: ${parts.join(", ")}`, {
      event: "archived",
      ...this.#sums,
    });
    return heaviest(this.#codes);
  }

  #writePages(): Promise<void> {
    return writeArchivePages(this.catalogue, this.host.destination, this.context.version);
  }

  async #one(run: ListedRun): Promise<void> {
    const { output, signal } = this.context;
    signal.throwIfAborted();
    try {
      const archived = await archiveRun(
        run,
        this.order,
        this.host,
        this.catalogue,
        this.#news(run),
        this.again,
      );
      const missing = archived.kind === "kept" ? archived.entry.missing : archived.bundle.result.missing;
      this.#sums[archived.kind]++;
      if (missing > 0) this.#sums.partial++;
      this.#codes.push(missing > 0 ? EXIT.partial : EXIT.whole);
      const { address } = this.host.destination;
      if (archived.kind === "saved")
        output.tell(savedLines(archived.bundle, address), savedEvent(archived.bundle, address));
      else this.#kept(run, archived.entry);
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error);
      this.#sums.failed++;
      this.#codes.push(failure.exitCode);
      output.fail(`${run.id}: ${failure.message}`, failedEvent(run.id, failure));
      // What the next run would meet too ends it all.
      const ofAll = failure.exitCode === EXIT.key || failure.exitCode === EXIT.destination;
      if (ofAll && !(error instanceof HeldElsewhere)) throw error;
    }
  }

  #kept({ id }: ListedRun, { bundle, gaps, exportedAt }: CatalogueEntry): void {
    const { output } = this.context;
    this.#newestKept = Math.max(this.#newestKept, exportedAt);
    output.event({ event: "kept", run_id: id, bundle, gaps });
  }

  #news(run: ListedRun) {
    const { output } = this.context;
    return {
      listed: ({ runId, title }: { runId: string; title: string | null }) =>
        output.event({ event: "listed", run_id: runId, title }),
      progress: (progress: Parameters<typeof output.progress>[1], note: string | null) => {
        if (output.json) return output.progress(run.id, progress, note);
        const done = this.#sums.saved + this.#sums.kept + this.#sums.failed;
        const told = `${words.number(done)} of ${words.count("count_runs", this.#runs.length)}`;
        output.bar(done / Math.max(this.#runs.length, 1), note === null ? told : `${told} · ${note}`);
      },
    };
  }
}
