import { signal } from "@preact/signals";
import type { JobView } from "@/core/jobs/job";
import type { Server } from "@/core/settings/servers";
import type { HistoryItem } from "@/core/skyvern/history";
import { findMention } from "@/core/skyvern/mention";
import { runPageOf } from "@/core/skyvern/page-url";
import type { AskAnswer, FoundRun } from "@/platform/messages";
import type { Target } from "@/platform/target";
import { t } from "@/platform/words";
import type { FinderSurface } from "./surface";

/** Where a look-up stands. */
export type LookUp = { kind: "nothing" } | { kind: "looking"; id: string } | AskAnswer["look-up"];

/** A run that the user probably means. */
export interface Offer {
  from: "tab" | "clipboard";
  id: string;
  /** What to look up: a link tells its server. */
  text: string;
  /** API address, where it is known. */
  server?: string;
}

/** The list of recent runs. */
export interface RunList {
  items: HistoryItem[];
  /** null: nothing to say. */
  trouble: Exclude<AskAnswer["runs"], { kind: "runs" }> | null;
  loading: boolean;
  page: number;
  more: boolean;
}

const NO_RUNS: RunList = { items: [], trouble: null, loading: true, page: 0, more: false };

/** Everything that a finder shows. What is known is shown at once, and replaced by what the background answers. */
export class FinderState {
  readonly text = signal("");
  readonly found = signal<LookUp>({ kind: "nothing" });
  /** What is shown was known before, and is asked anew. */
  readonly refreshing = signal(false);
  readonly offers = signal<Offer[]>([]);
  readonly jobs = signal<JobView[]>([]);
  readonly runs = signal<RunList>(NO_RUNS);
  readonly search = signal("");
  readonly status = signal<string | null>(null);
  /** Those with a key, and the one whose runs are listed. */
  readonly servers = signal<Server[]>([]);
  readonly server = signal<string | undefined>(undefined);
  /** Words about what could not be done. */
  readonly notice = signal<string | null>(null);
  #knownRuns: FoundRun[] = [];
  #question = 0;
  #listing = 0;

  constructor(readonly surface: FinderSurface) {}

  /** @returns ends what it began */
  start(): () => void {
    const { background, onTabChanged, asked } = this.surface;
    const stopHearing = background.onJobNews(({ job }) => this.#takeJob(job));
    const stopTab = onTabChanged?.(() => void this.#offerTab());
    if (asked !== "") void this.find(asked);
    const known = this.surface.known().then(({ jobs, histories, runs, servers, chosen }) => {
      this.#knownRuns = runs;
      this.jobs.value = sorted(jobs);
      this.servers.value = servers;
      this.server.value = chosen;
      const items = histories[chosen]?.items;
      if (items && this.runs.value.page === 0) this.runs.value = { ...this.runs.value, items };
    });
    void known.catch(ignore).then(() => {
      void this.list();
      return this.#startWithTab();
    });
    background.ask({ to: "background", type: "jobs" }).then((jobs) => {
      this.jobs.value = sorted(jobs);
    }, ignore);
    void this.#offerCopied();
    return () => {
      stopHearing();
      stopTab?.();
    };
  }

  /**
   * Looks up what a text names; what is known of it is shown meanwhile.
   * @param server API address of the one that is meant where the text doesn't say
   */
  async find(text: string, server?: string): Promise<void> {
    const mention = findMention(text);
    const id = mention?.id;
    this.text.value = text;
    this.notice.value = null;
    if (id === undefined) {
      this.#question++;
      this.refreshing.value = false;
      this.found.value = { kind: "error", message: t("popup_noId") };
      return;
    }
    const question = ++this.#question;
    const meant = server ?? this.server.value;
    const known = this.#knownRuns.find(
      (run) =>
        (run.runId === id || run.requestedId === id) &&
        run.server === meant &&
        !isElsewhere(mention?.page ?? null, run),
    );
    this.found.value = known ?? { kind: "looking", id };
    this.refreshing.value = known !== undefined;
    const answer = await this.#ask(text, server);
    // An answer to an older question is dropped.
    if (question !== this.#question) return;
    this.refreshing.value = false;
    if (answer.kind === "run") this.#knownRuns = [answer, ...this.#knownRuns];
    if (answer.kind === "error" && known) this.notice.value = answer.message;
    else this.found.value = answer;
  }

  /** What is in the box; an empty box means the first offer. */
  findTyped(): void {
    const typed = this.text.value.trim();
    const [offer] = this.offers.value;
    void (typed === "" && offer ? this.find(offer.text, offer.server) : this.find(typed));
  }

  async findPasted(): Promise<void> {
    const text = await this.surface.pasted();
    if (text === null) return;
    if (findMention(text)) await this.find(text.trim());
    else this.notice.value = t("popup_nothingCopied");
  }

  /** The list anew by what is searched for, or its next page. */
  async list(next = false): Promise<void> {
    const listing = ++this.#listing;
    const before = this.runs.value;
    const page = next ? before.page + 1 : 1;
    this.runs.value = { ...before, loading: true, trouble: null };
    const [search, status, server] = [this.search.value, this.status.value, this.server.value];
    const answer = await this.surface.background
      .ask({ to: "background", type: "runs", server, search, status, page })
      .catch((): AskAnswer["runs"] => ({ kind: "error", message: t("popup_noAnswer") }));
    if (listing !== this.#listing) return;
    if (answer.kind === "runs") {
      const items = next ? [...before.items, ...newIn(answer.items, before.items)] : answer.items;
      this.runs.value = { items, trouble: null, loading: false, page, more: answer.more };
    } else {
      this.runs.value = { ...before, trouble: answer, loading: false };
    }
  }

  /** Starts the same export once more. */
  exportAgain({ server, requestedId: runId, together, mode, choice }: JobView): void {
    const { background } = this.surface;
    if (together !== null) {
      const wish = { server, runIds: together, choice, form: "one" as const };
      background.ask({ to: "background", type: "export-batch", ...wish }).then((answer) => {
        if (answer.kind === "job") this.#takeJob(answer.job);
        else if (answer.kind !== "started")
          this.notice.value = answer.kind === "no-key" ? t("popup_noKey") : answer.message;
      }, this.#failed);
      return;
    }
    background.ask({ to: "background", type: "export", server, runId, mode, choice }).then((answer) => {
      if (answer.kind === "started") this.#takeJob(answer.job);
      else this.notice.value = answer.kind === "no-key" ? t("popup_noKey") : answer.message;
    }, this.#failed);
  }

  /** Cancels, pauses or goes on with a job. */
  tell(type: "cancel" | "pause" | "retry", { id: jobId }: JobView): void {
    this.surface.background.ask({ to: "background", type, jobId }).catch(this.#failed);
  }

  showInFolder({ id: jobId }: JobView): void {
    this.surface.background.ask({ to: "background", type: "show-in-folder", jobId }).then(({ shown }) => {
      this.notice.value = shown ? null : t("job_notShown");
    }, this.#failed);
  }

  openOptions(): void {
    const shut = [this.found.value, this.runs.value.trouble].find((each) => each && isShut(each));
    const server = shut && isShut(shut) ? shut.server : undefined;
    this.surface.background
      .ask({ to: "background", type: "open-options", server })
      .then(() => window.close(), this.#failed);
  }

  readonly #failed = (): void => {
    this.notice.value = t("popup_noAnswer");
  };

  #ask(text: string, server?: string): Promise<AskAnswer["look-up"]> {
    return this.surface.background
      .ask({ to: "background", type: "look-up", server, text })
      .catch(() => ({ kind: "error", message: t("popup_noAnswer") }));
  }

  #takeJob(job: JobView): void {
    this.jobs.value = sorted([job, ...this.jobs.value.filter(({ id }) => id !== job.id)]);
  }

  /** The run in front is what the user most likely came for, unless something was asked already. */
  async #startWithTab(): Promise<void> {
    const run = await this.#offerTab();
    if (run && this.#question === 0 && this.text.value === "") await this.find(run.id, run.server);
  }

  async #offerTab(): Promise<Target | null> {
    const run = await this.surface.tabRun().catch(() => null);
    this.#offer("tab", run && { from: "tab", id: run.id, text: run.id, server: run.server });
    return run;
  }

  async #offerCopied(): Promise<void> {
    const copied = findMention((await this.surface.copied()) ?? "");
    this.#offer("clipboard", copied && { from: "clipboard", id: copied.id, text: copied.page ?? copied.id });
  }

  #offer(from: Offer["from"], made: Offer | null): void {
    const others = this.offers.value.filter((offer) => offer.from !== from);
    const all = made === null ? others : [...others, made];
    // The tab's first; the same run once.
    const ordered = all.toSorted((a, b) => Number(a.from === "clipboard") - Number(b.from === "clipboard"));
    this.offers.value = ordered.filter(
      (offer, at) => ordered.findIndex((each) => each.id === offer.id) === at,
    );
  }
}

/** True where the link that was given leads to another Skyvern than the run is on. */
function isElsewhere(link: string | null, run: FoundRun): boolean {
  if (link === null) return false;
  const url = new URL(link);
  return runPageOf(url) !== null && url.origin !== new URL(run.page).origin;
}

function newIn(items: readonly HistoryItem[], known: readonly HistoryItem[]): HistoryItem[] {
  // A run that began meanwhile pushes one over the page's edge.
  const ids = new Set(known.map(({ runId }) => runId));
  return items.filter(({ runId }) => !ids.has(runId));
}

function sorted(jobs: JobView[]): JobView[] {
  return jobs.toSorted((a, b) => b.startedAt - a.startedAt);
}

/** What is known already is shown; what can't be had besides is no error. */
function ignore(): void {}

export type Shut = Extract<AskAnswer["look-up"], { server: string; kind: "no-key" | "no-permission" }>;

/** True where only the options help: no key, or no permission for the server. */
export function isShut(answer: { kind: string }): answer is Shut {
  return answer.kind === "no-key" || answer.kind === "no-permission";
}
