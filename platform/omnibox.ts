import { type Browser, browser } from "wxt/browser";
import { type HistoryItem, type HistoryQuery, SHORTEST_SEARCH } from "@/core/skyvern/history";
import { findMention } from "@/core/skyvern/mention";
import { statusText } from "@/core/text/status-text";
import { escapeXml, runSuggestion, type Suggestion } from "@/core/text/suggestion";
import { openFinder } from "./finder-window";
import { readKnown } from "./known";
import { listRuns } from "./look-up";
import { type RunActions, showRun } from "./run-actions";
import { defaultServer } from "./servers";
import { isTarget, type Target, targetIn } from "./target";
import { t, words } from "./words";

type Disposition = `${Browser.omnibox.OnInputEnteredDisposition}`;

/** Chosen by the arrows, this exports; Alt+Enter does the same on any row. */
const EXPORT = "export ";
const NEWEST: HistoryQuery = { search: "", status: null, page: 1 };
const MOST = 5;
const PAUSE_MS = 200;
/** Firefox shows descriptions as they are. */
const MARKUP = !import.meta.env.FIREFOX;

/** The keyword `sky` in the address bar: an ID, a link or a title; Enter opens the run, Alt+Enter exports it. */
export function listenToOmnibox(actions: RunActions): void {
  let asked = 0;
  browser.omnibox.onInputStarted.addListener(() => {
    void browser.omnibox.setDefaultSuggestion({ description: t("omnibox_start") });
    // Ready for what is typed next.
    void defaultServer().then(({ apiAddress }) => listRuns(NEWEST, apiAddress));
  });
  browser.omnibox.onInputChanged.addListener((text, suggest) => {
    const question = ++asked;
    void browser.omnibox.setDefaultSuggestion(defaultFor(text));
    void suggestRuns(text, suggest, () => question === asked);
  });
  browser.omnibox.onInputEntered.addListener((text, disposition) => {
    asked++;
    void entered(text, disposition, actions);
  });
}

function defaultFor(text: string): { description: string } {
  const id = findMention(text)?.id;
  const plain = id === undefined ? `${t("omnibox_search")} ${text.trim()}` : `${t("omnibox_open")} ${id}`;
  const description = text.trim() === "" ? t("omnibox_start") : plain;
  return { description: MARKUP ? escapeXml(description) : description };
}

/** What is known at once, then what the API finds; `isCurrent` turns false when more is typed. */
async function suggestRuns(
  text: string,
  suggest: (rows: Suggestion[]) => void,
  isCurrent: () => boolean,
): Promise<void> {
  const typed = text.trim();
  const { histories, chosen } = await readKnown();
  const known = (histories[chosen]?.items ?? []).filter((run) => matches(run, typed));
  if (!isCurrent()) return;
  suggest(rowsOf(known, typed));
  if (typed.length < SHORTEST_SEARCH || findMention(typed)) return;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  if (!isCurrent()) return;
  const found = await listRuns({ ...NEWEST, search: typed }, chosen);
  if (found.kind === "runs" && isCurrent()) suggest(rowsOf(found.items, typed));
}

function rowsOf(runs: readonly HistoryItem[], typed: string): Suggestion[] {
  const id = findMention(typed)?.id;
  const named = id === undefined ? [] : [plainItem(id)];
  const shown = [...named, ...runs.filter(({ runId }) => runId !== id)]
    .slice(0, MOST)
    .map((run) => ({ ...run, status: run.status && statusText(words, run.status) }));
  const [first] = shown;
  const rows = shown.map((run) => runSuggestion(run, t("omnibox_open"), typed, MARKUP));
  if (!first) return rows;
  const row = runSuggestion(first, t("omnibox_export"), typed, MARKUP);
  return [...rows.slice(0, 1), { ...row, content: EXPORT + row.content }, ...rows.slice(1)];
}

function plainItem(runId: string): HistoryItem {
  return { runId, title: null, status: null, createdAt: null, startedAt: null, finishedAt: null };
}

function matches({ runId, title }: HistoryItem, typed: string): boolean {
  return `${runId} ${title ?? ""}`.toLowerCase().includes(typed.toLowerCase());
}

async function entered(text: string, disposition: Disposition, actions: RunActions): Promise<void> {
  const exports = text.startsWith(EXPORT) || disposition !== "currentTab";
  const typed = text.startsWith(EXPORT) ? text.slice(EXPORT.length) : text;
  const named = (await targetIn(typed)) ?? (await firstNamed(typed));
  if (!isTarget(named)) await openFinder(typed);
  else if (exports) await actions.export(named, "bundle");
  else await showRun(named);
}

/** A title alone: the newest run that has it. */
async function firstNamed(typed: string): Promise<Target | null> {
  if (typed.trim().length < SHORTEST_SEARCH) return null;
  const { apiAddress: server } = await defaultServer();
  const found = await listRuns({ ...NEWEST, search: typed }, server);
  const [first] = found.kind === "runs" ? found.items : [];
  return first ? { server, id: first.runId } : null;
}
