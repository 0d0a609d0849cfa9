import type { TypeAmount } from "@/core/bundle/contents";
import type { ExportChoice } from "@/core/bundle/presets";
import type { BatchAct, BatchChoice, BatchRuns, BatchView } from "@/core/jobs/batch";
import type { ExportMode, JobResult, JobView } from "@/core/jobs/job";
import type { Rule, WatchList } from "@/core/jobs/watch";
import type { StoragePermissions } from "@/core/settings/origin-pattern";
import type { Policy } from "@/core/settings/policy";
import type { HistoryPage, HistoryQuery } from "@/core/skyvern/history";
import type { SisterRunsQuery } from "./agent-runs";
import type { NoAnswer } from "./client";

/**
 * Everything that crosses a context by `runtime.sendMessage`. No message holds the API key, a signed URL or
 * bytes of an artifact.
 */

/**
 * From the content script and the extension's pages to the background. The answer's type is `AskAnswer[type]`.
 * `server` is the API address of the server that is meant. A page of a web UI always means its own, and says
 * none; an extension page that says none means the default. `orderId` becomes the ID of the job or batch: the same
 * order, sent twice, is one.
 */
export type Ask =
  | {
      to: "background";
      type: "export";
      orderId?: string;
      server?: string | undefined;
      runId: string;
      mode: ExportMode;
      choice: ExportChoice;
    }
  | { to: "background"; type: "cancel"; jobId: string }
  | { to: "background"; type: "pause"; jobId: string }
  /** A job that is paused, or has failed, goes on from what it has. */
  | { to: "background"; type: "retry"; jobId: string }
  /** A job that has ended is shown no more on its run's page. */
  | { to: "background"; type: "dismiss"; jobId: string }
  | { to: "background"; type: "show-in-folder"; jobId: string }
  /**
   * Jobs of one run, newest first; without `runId` a page of all, from the job after the one that began at `before`.
   */
  | { to: "background"; type: "jobs"; server?: string | undefined; runId?: string; before?: number }
  /** Exports several runs. */
  | ({ to: "background"; type: "export-batch"; orderId?: string; server?: string } & BatchRuns)
  | { to: "background"; type: "act-on-batch"; batchId: string; act: BatchAct }
  /** Batches that are under way, or whose jobs failed lately, newest first. */
  | { to: "background"; type: "batches"; server?: string }
  /** From a page that shows a list of runs: our part of it is wanted there. */
  | { to: "background"; type: "show-list" }
  /** What an export of all runs of a run's agent would be. */
  | { to: "background"; type: "agent-runs"; server: string; query: SisterRunsQuery; choice: ExportChoice }
  /** The jobs of a batch, oldest first. */
  | { to: "background"; type: "batch-jobs"; batchId: string }
  /** What the user chose last for several runs. */
  | { to: "background"; type: "batch-choice" }
  | { to: "background"; type: "set-batch-choice"; chosen: BatchChoice }
  /** From a page: whether it belongs to one of the user's servers. */
  | { to: "background"; type: "is-known" }
  /** From a page: the script that shows the panel and the jobs is needed there. */
  | { to: "background"; type: "page-tray"; near: boolean }
  | { to: "background"; type: "open-options"; server?: string | undefined }
  /** From the options page: a key of that server works and is stored, so what waits for it may go on. */
  | { to: "background"; type: "settings-saved"; server: string }
  /** From the options page: servers have come, gone or changed their addresses. */
  | { to: "background"; type: "servers-changed" }
  /** What the user chose last. */
  | { to: "background"; type: "choice" }
  /** What an administrator has set of it. */
  | { to: "background"; type: "policy" }
  /** From the popup: what the API knows of the run that a text names. */
  | { to: "background"; type: "look-up"; server?: string | undefined; text: string }
  /** From the extension's pages: the organization's runs, a page at a time. */
  | ({ to: "background"; type: "runs"; server?: string | undefined } & HistoryQuery)
  /** What the run has, for the options panel. */
  | { to: "background"; type: "contents"; server?: string | undefined; runId: string }
  /** Opens the run as a report, without exporting it. */
  | { to: "background"; type: "preview"; server?: string | undefined; runId: string }
  | { to: "background"; type: "set-choice"; choice: ExportChoice }
  /** Exports the run when it has finished. */
  | { to: "background"; type: "watch"; server?: string | undefined; runId: string; choice: ExportChoice }
  | { to: "background"; type: "unwatch"; server?: string | undefined; runId: string }
  /** True where the run is watched. */
  | { to: "background"; type: "is-watched"; server?: string | undefined; runId: string }
  /** From the options page. */
  | { to: "background"; type: "watches" }
  | { to: "background"; type: "set-rule"; rule: RuleInput }
  | { to: "background"; type: "remove-rule"; ruleId: string }
  /** Everything as new: jobs are cancelled, keys and settings forgotten. */
  | { to: "background"; type: "reset" };

/** What the user says of a rule. */
export type RuleInput = Pick<Rule, "id" | "server" | "agentId" | "kind" | "choice" | "folder" | "on">;

export interface AskAnswer {
  /** `no-key`: nothing started; options were opened and the export goes on once a key is saved. */
  export: { kind: "started"; job: JobView } | { kind: "no-key" } | { kind: "refused"; message: string };
  cancel: null;
  pause: null;
  retry: null;
  dismiss: null;
  "show-in-folder": { shown: boolean };
  jobs: JobView[];
  /** `job`: one job for all of them. `started` also where the batch runs already. */
  "export-batch":
    | { kind: "started"; batch: BatchView }
    | { kind: "job"; job: JobView }
    | { kind: "no-key" }
    | { kind: "refused"; message: string };
  "act-on-batch": null;
  batches: BatchView[];
  "show-list": null;
  /**
   * `exported`: held by an earlier export, which wrote `exportedBytes`, and unchanged since; `size`: of the others, null
   * where nobody knows.
   */
  "agent-runs":
    | {
        kind: "runs";
        fresh: string[];
        exported: string[];
        exportedBytes: number;
        cut: boolean;
        size: { bytes: number; unsized: number } | null;
      }
    | { kind: "no-key" }
    | { kind: "error"; message: string };
  "batch-jobs": JobView[];
  "batch-choice": BatchChoice;
  "set-batch-choice": null;
  "open-options": null;
  "is-known": boolean;
  "page-tray": null;
  "settings-saved": null;
  "servers-changed": null;
  choice: ExportChoice;
  policy: Policy;
  "look-up": FoundRun | NoAnswer;
  runs: ({ kind: "runs" } & HistoryPage) | NoAnswer;
  /** `free`: bytes that the disk has room for; null where nobody knows. */
  contents:
    | {
        kind: "amounts";
        amounts: TypeAmount[];
        free: number | null;
        separateRuns: number;
        /** The run has not ended. */
        running: boolean;
      }
    | { kind: "unknown" };
  preview: null;
  /** As far as the policy allows it. */
  "set-choice": ExportChoice;
  watch: null;
  unwatch: null;
  "is-watched": boolean;
  watches: WatchList;
  "set-rule": WatchList;
  "remove-rule": WatchList;
  reset: null;
}

/** A run, or a browser session, as a look-up found it. Times are milliseconds since the epoch. */
export interface FoundRun {
  kind: "run";
  /** API address of the server that has it. */
  server: string;
  /** The canonical ID (skyvern-api.md §2). */
  runId: string;
  /** As it was asked for. */
  requestedId: string;
  title: string | null;
  status: string | null;
  createdAt: number | null;
  startedAt: number | null;
  finishedAt: number | null;
  failureReason: string | null;
  /** Its page in the web UI. */
  page: string;
  amounts: TypeAmount[];
  /** How many runs its trigger blocks started, or ran in the session. */
  separateRuns: number;
  /** It has not ended. */
  running: boolean;
}

/** From the background to a run page: which run do you show? The answer is its ID, or null. */
export interface PageAsk {
  to: "page";
  type: "shown-run";
}

/** From the background to every surface that may show the job. */
export interface JobNews {
  to: "surfaces";
  type: "job";
  job: JobView;
}

/** The same of a batch, whenever one of its jobs changes. */
export interface BatchNews {
  to: "surfaces";
  type: "batch";
  batch: BatchView;
}

/** What the background asks of the bundling host. */
export type HostAsk =
  | { to: "host"; type: "start"; job: JobView; order: HostOrder }
  | { to: "host"; type: "cancel"; jobId: string }
  | { to: "host"; type: "pause"; jobId: string }
  | { to: "host"; type: "download-changed"; downloadId: number }
  | { to: "host"; type: "copy"; text: string }
  | { to: "host"; type: "running" }
  | { to: "host"; type: "settled" };

export interface HostOrder extends StoragePermissions {
  version: string;
  /** Of `public/_locales`: what people read in an export is in the user's language. */
  language: string;
  /** How numbers and times are written. */
  locale: string;
  /** The job was under way before: it has reached Skyvern, and waits where that can't be reached now. */
  again: boolean;
  /** How many jobs may work at once. */
  atOnce: number;
}

/** What the bundling host asks of the background, which alone has the downloads API. */
export type HostCall =
  | { to: "background-host"; type: "news"; job: JobView; downloadId: number | null }
  | { to: "background-host"; type: "will-save"; jobId: string; bundle: OrderedBundle }
  | { to: "background-host"; type: "download"; url: string; path: string; insist: boolean }
  | { to: "background-host"; type: "download-state"; downloadId: number }
  | { to: "background-host"; type: "cancel-download"; downloadId: number }
  | { to: "background-host"; type: "remove-download"; downloadId: number }
  | { to: "background-host"; type: "find-download"; url: string }
  /** What of the job's choice an administrator allows; in the first seconds of a browser nobody knows yet. */
  | { to: "background-host"; type: "allowed-choice"; jobId: string };

export interface HostCallAnswer {
  news: null;
  "will-save": null;
  download: { downloadId: number } | { error: string };
  "download-state": DownloadState | null;
  "cancel-download": null;
  "remove-download": null;
  "find-download": number | null;
  "allowed-choice": ExportChoice;
}

/** A bundle that the browser is told to save: all that there is to know once it is saved. */
export interface OrderedBundle {
  /** Of its blob: no other download has it. */
  url: string;
  bytes: number;
  /** `savedAs` as ordered. */
  result: JobResult;
}

/** A download as the browser sees it; `size` in bytes. */
export interface DownloadState {
  state: "in_progress" | "interrupted" | "complete";
  received: number;
  size: number;
  error: string | null;
  fileName: string;
  /** The browser asks the user whether to keep the file. */
  held: boolean;
}
