import * as z from "zod/mini";
import { type ExportChoice, isExportChoice } from "../bundle/presets";
import type { SkyvernClient } from "../skyvern/client";
import { runpackError } from "../skyvern/errors";
import { isRunId } from "../skyvern/ids";
import {
  ArtifactList,
  ArtifactRow,
  apiTime,
  isFinalStatus,
  RunDocument,
  TaskDocument,
  WorkflowRunDocument,
} from "../skyvern/schemas";
import type { JobError } from "./job";

/** "Export when finished": one run that is looked at until it has ended and its files have come. */
export interface Watch {
  /** API address. */
  server: string;
  runId: string;
  choice: ExportChoice;
  /** Milliseconds since the epoch. */
  since: number;
  /** What its list of files looked like after the run had ended, and when; null before. */
  seen: { files: string; at: number } | null;
  /** Why it could not be looked at last; null where it could. */
  trouble: JobError | null;
}

/** `failed`: every run that fails from now on; `archive`: every run before Skyvern puts it into cold storage. */
export type RuleKind = "failed" | "archive";

/** Exports runs of one agent by itself. */
export interface Rule {
  id: string;
  server: string;
  agentId: string;
  kind: RuleKind;
  choice: ExportChoice;
  /** Below the folder of all exports; empty: none of its own. */
  folder: string;
  on: boolean;
  /** Milliseconds since the epoch: runs that ended before are no business of a `failed` rule. */
  since: number;
  checkedAt: number;
  /** Runs that it has exported, newest first. */
  done: string[];
  trouble: JobError | null;
}

/** What a watch or a rule did. */
export interface WatchEvent {
  at: number;
  server: string;
  runId: string;
  /** The rule that did it; null for a watched run. */
  ruleId: string | null;
  what: "exported" | "gone" | "gave-up";
}

export interface WatchList {
  watches: Watch[];
  rules: Rule[];
  /** Newest first. */
  events: WatchEvent[];
}

export const NO_WATCHES: WatchList = { watches: [], rules: [], events: [] };
export const MOST_WATCHES = 100;
export const MOST_RULES = 50;
const MOST_EVENTS = 200;
const MOST_DONE = 2000;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Files may come for so long after the end (skyvern-api.md §5). */
const LATE_MS = 5 * MINUTE;
/** A list that stays the same for so long is whole. */
const STABLE_MS = MINUTE;
/** A run that never ends is given up at last. */
const LONGEST_WATCH_MS = 30 * DAY;
/** Archived after 90 days; some days are left for a computer that is off. */
const ARCHIVE_FROM_MS = 75 * DAY;
const ARCHIVED_MS = 90 * DAY;
/** How far back a `failed` rule looks: a run may be long. */
const LOOK_BACK_MS = 7 * DAY;
const RULE_EVERY_MS = 5 * MINUTE;
const PAGE_SIZE = 100;
const MOST_PAGES = 10;

const FAILED = new Set(["failed", "terminated", "timed_out"]);
const AGENT_ID = /\bwpid_[A-Za-z0-9_-]+/;

/** What to do about a watch now. */
export type Verdict =
  | { kind: "wait"; watch: Watch }
  | { kind: "export" }
  | { kind: "gone" }
  | { kind: "give-up" };

/** Looks at a watched run. @throws RunpackError; the signal's reason */
export async function lookAt(watch: Watch, client: SkyvernClient, now: number): Promise<Verdict> {
  const { runId } = watch;
  const run = await endOf(runId, client);
  if (run === null) return { kind: "gone" };
  if (!run.ended) {
    if (now - watch.since > LONGEST_WATCH_MS) return { kind: "give-up" };
    return { kind: "wait", watch: { ...watch, seen: null, trouble: null } };
  }
  if (run.finishedAt !== null && now - run.finishedAt > LATE_MS) return { kind: "export" };
  const files = await filesOf(runId, client);
  const { seen } = watch;
  if (seen?.files === files && now - seen.at >= STABLE_MS) return { kind: "export" };
  const next = seen?.files === files ? seen : { files, at: now };
  return { kind: "wait", watch: { ...watch, seen: next, trouble: null } };
}

/** How a run stands; null where nobody knows it. */
async function endOf(
  runId: string,
  client: SkyvernClient,
): Promise<{ ended: boolean; finishedAt: number | null } | null> {
  const document =
    (await client.document(`/v1/runs/${runId}`, RunDocument)) ??
    (runId.startsWith("wr_")
      ? await client.document(`/v1/workflows/runs/${runId}`, WorkflowRunDocument)
      : await client.document(`/api/v1/tasks/${runId}`, TaskDocument));
  if (!document) return null;
  const { status, finished_at } = document.value;
  return { ended: isFinalStatus(status), finishedAt: apiTime(finished_at) };
}

/** A mark of the run's list of files, which changes when a file comes or grows. */
async function filesOf(runId: string, client: SkyvernClient): Promise<string> {
  const list = await client.document(`/v1/runs/${runId}/artifacts`, ArtifactList);
  const rows = (list?.value ?? []).flatMap((row) => {
    const parsed = ArtifactRow.safeParse(row);
    return parsed.success ? [parsed.data] : [];
  });
  const bytes = rows.reduce((sum, { file_size }) => sum + (file_size ?? 0), 0);
  return `${rows.length} ${bytes}`;
}

/** True where it is time to ask for the runs of a rule. */
export function isDue({ on, checkedAt }: Rule, now: number): boolean {
  return on && now - checkedAt >= RULE_EVERY_MS;
}

const AgentRun = z.looseObject({
  workflow_run_id: z.string(),
  status: z.catch(z.nullable(z.string()), null),
  created_at: z.catch(z.nullable(z.string()), null),
  finished_at: z.catch(z.nullable(z.optional(z.string())), null),
});

/** IDs of the runs that the rule is about and has not exported yet, oldest first. @throws RunpackError */
export async function runsFor(rule: Rule, client: SkyvernClient, now: number): Promise<string[]> {
  const [from, to] =
    rule.kind === "failed" ? [rule.since - LOOK_BACK_MS, now] : [now - ARCHIVED_MS, now - ARCHIVE_FROM_MS];
  const found: string[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const query = new URLSearchParams({
      page: String(page),
      page_size: String(PAGE_SIZE),
      created_at_start: new Date(from).toISOString(),
      created_at_end: new Date(to).toISOString(),
    });
    const path = `/v1/workflows/${encodeURIComponent(rule.agentId)}/runs?${query}`;
    const list = await client.document(path, z.array(z.unknown()));
    if (!list) throw runpackError("no-such-run", { about: rule.agentId });
    for (const item of list.value) {
      const run = AgentRun.safeParse(item);
      if (run.success && isFor(rule, run.data)) found.push(run.data.workflow_run_id);
    }
    if (list.value.length < PAGE_SIZE) break;
  }
  return found.filter((id) => !rule.done.includes(id)).reverse();
}

function isFor({ kind, since }: Rule, run: z.infer<typeof AgentRun>): boolean {
  if (!isFinalStatus(run.status)) return false;
  if (kind === "archive") return true;
  const ended = apiTime(run.finished_at) ?? apiTime(run.created_at) ?? 0;
  return FAILED.has(run.status ?? "") && ended >= since;
}

/** The list after a rule exported runs. */
export function noted(list: WatchList, events: readonly WatchEvent[]): WatchList {
  return { ...list, events: [...events, ...list.events].slice(0, MOST_EVENTS) };
}

export function withDone(rule: Rule, runIds: readonly string[], now: number): Rule {
  const done = [...runIds, ...rule.done].slice(0, MOST_DONE);
  return { ...rule, done, checkedAt: now, trouble: null };
}

/** The agent that a text names: its ID, or a link to it. */
export function agentIdIn(text: string): string | null {
  return AGENT_ID.exec(text)?.[0] ?? null;
}

/** A watch list as it may come from storage; what is not sound is left out. */
export function watchListIn(value: unknown): WatchList {
  const { watches, rules, events } = Stored.parse(typeof value === "object" && value !== null ? value : {});
  return {
    watches: watches.flatMap((each) => (isWatch(each) ? [each] : [])),
    rules: rules.flatMap((each) => (isRule(each) ? [each] : [])),
    events: events.flatMap((each) => (isEvent(each) ? [each] : [])),
  };
}

const Choice = z.custom<ExportChoice>(isExportChoice);
const Trouble = z.catch(z.nullable(z.custom<JobError>((value) => typeof value === "object")), null);
const Watched = z.object({
  server: z.string(),
  runId: z.string().check(z.refine(isRunId)),
  choice: Choice,
  since: z.number(),
  seen: z.nullable(z.object({ files: z.string(), at: z.number() })),
  trouble: Trouble,
});
const RuleSchema = z.object({
  id: z.string(),
  server: z.string(),
  agentId: z.string().check(z.refine((id) => agentIdIn(id) === id)),
  kind: z.enum(["failed", "archive"]),
  choice: Choice,
  folder: z.string(),
  on: z.boolean(),
  since: z.number(),
  checkedAt: z.number(),
  done: z.array(z.string()),
  trouble: Trouble,
});
const EventSchema = z.object({
  at: z.number(),
  server: z.string(),
  runId: z.string(),
  ruleId: z.nullable(z.string()),
  what: z.enum(["exported", "gone", "gave-up"]),
});
const many = z.catch(z.array(z.unknown()), []);
const Stored = z.object({ watches: many, rules: many, events: many });

function isWatch(value: unknown): value is Watch {
  return Watched.safeParse(value).success;
}
function isRule(value: unknown): value is Rule {
  return RuleSchema.safeParse(value).success;
}
function isEvent(value: unknown): value is WatchEvent {
  return EventSchema.safeParse(value).success;
}
