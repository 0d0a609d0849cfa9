import { browser } from "wxt/browser";
import { safeName } from "@/core/bundle/names";
import type { ExportChoice } from "@/core/bundle/presets";
import { isAboutAccess, type JobError, wishFor } from "@/core/jobs/job";
import {
  isDue,
  lookAt,
  MOST_RULES,
  MOST_WATCHES,
  noted,
  type Rule,
  runsFor,
  type Watch,
  type WatchEvent,
  type WatchList,
  watchListIn,
  withDone,
} from "@/core/jobs/watch";
import { SkyvernClient } from "@/core/skyvern/client";
import { RunpackError } from "@/core/skyvern/errors";
import { readAccess } from "./access";
import type { JobDesk } from "./job-desk";
import type { RuleInput } from "./messages";
import { tellNoAccess, tellUser } from "./notifications";
import { t } from "./words";

const KEY = "watch";
const ALARM = "watch-runs";
const TIMEOUT_MS = 30_000;
/** One look at a rule starts so many exports at most; the rest follows at the next. */
const MOST_AT_A_TIME = 20;

/** The runs that are waited for and the rules that export by themselves. There is no alarm without one of them. */
export class WatchDesk {
  #turn: Promise<unknown> = Promise.resolve();
  #checking: Promise<void> | null = null;

  constructor(private readonly desk: Pick<JobDesk, "export">) {}

  async list(): Promise<WatchList> {
    const stored = await browser.storage.local.get(KEY);
    return watchListIn(stored[KEY]);
  }

  async watch(server: string, runId: string, choice: ExportChoice): Promise<WatchList> {
    const watch: Watch = { server, runId, choice, since: Date.now(), seen: null, trouble: null };
    return this.#change((list) => ({
      ...list,
      watches: [watch, ...list.watches.filter((each) => !isSame(each, watch))].slice(0, MOST_WATCHES),
    }));
  }

  async unwatch(server: string, runId: string): Promise<WatchList> {
    return this.#change((list) => ({
      ...list,
      watches: list.watches.filter((each) => !isSame(each, { server, runId })),
    }));
  }

  /** Adds a rule, or changes what the user may change of one. */
  async setRule(given: RuleInput): Promise<WatchList> {
    const folder = given.folder.trim() === "" ? "" : safeName(given.folder, "runs");
    const list = await this.#change((before) => {
      const known = before.rules.find(({ id }) => id === given.id);
      const rule: Rule = known
        ? { ...known, ...given, folder }
        : { ...given, folder, since: Date.now(), checkedAt: 0, done: [], trouble: null };
      return {
        ...before,
        rules: [...before.rules.filter(({ id }) => id !== given.id), rule].slice(-MOST_RULES),
      };
    });
    void this.check();
    return list;
  }

  async removeRule(id: string): Promise<WatchList> {
    return this.#change((list) => ({ ...list, rules: list.rules.filter((rule) => rule.id !== id) }));
  }

  /** At every start of the background, and at every alarm: after a sleep the first one catches up. */
  check(): Promise<void> {
    this.#checking ??= this.#checkAll().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #checkAll(): Promise<void> {
    const { watches, rules } = await this.list();
    const now = Date.now();
    for (const watch of watches) await this.#checkWatch(watch, now);
    for (const rule of rules) if (isDue(rule, now)) await this.#checkRule(rule, now);
    await this.#setAlarm();
  }

  async #checkWatch(watch: Watch, now: number): Promise<void> {
    const { server, runId, choice } = watch;
    const verdict = await this.#asking(server, watch.trouble, (client) => lookAt(watch, client, now));
    if ("trouble" in verdict) return this.#update(watch, { ...watch, trouble: verdict.trouble });
    switch (verdict.kind) {
      case "wait":
        return this.#update(watch, verdict.watch);
      case "export": {
        const answer = await this.desk.export(wishFor(server, runId, "bundle", choice));
        if (answer.kind === "started") await this.#end(watch, "exported");
        return;
      }
      case "gone":
        return this.#end(watch, "gone");
      case "give-up":
        return this.#end(watch, "gave-up");
    }
  }

  async #checkRule(rule: Rule, now: number): Promise<void> {
    const { server, choice, folder } = rule;
    const found = await this.#asking(server, rule.trouble, (client) => runsFor(rule, client, now));
    if ("trouble" in found) return this.#updateRule({ ...rule, checkedAt: now, trouble: found.trouble }, []);
    const started: string[] = [];
    for (const runId of found.slice(0, MOST_AT_A_TIME)) {
      const answer = await this.desk.export({ ...wishFor(server, runId, "bundle", choice), folder });
      if (answer.kind !== "started") break;
      started.push(runId);
    }
    const events = started.map(
      (runId): WatchEvent => ({ at: now, server, runId, ruleId: rule.id, what: "exported" }),
    );
    await this.#updateRule(withDone(rule, started, now), events);
  }

  /** What the API says, or why it says nothing; a key that is refused is told once. */
  async #asking<T extends object>(
    server: string,
    before: JobError | null,
    ask: (client: SkyvernClient) => Promise<T>,
  ): Promise<T | { trouble: JobError }> {
    const access = await readAccess(server);
    try {
      if (access.apiKey === "") throw new RunpackError("no-key");
      return await ask(new SkyvernClient(access, AbortSignal.timeout(TIMEOUT_MS)));
    } catch (error) {
      const trouble: JobError =
        error instanceof RunpackError ? error.view : { code: "unreachable", about: access.apiAddress };
      if (isAboutAccess(trouble) && before?.code !== trouble.code) await tellNoAccess(server, trouble);
      return { trouble };
    }
  }

  async #update(watch: Watch, now: Watch): Promise<void> {
    await this.#change((list) => ({
      ...list,
      watches: list.watches.map((each) => (isSame(each, watch) ? now : each)),
    }));
  }

  async #end(watch: Watch, what: WatchEvent["what"]): Promise<void> {
    const { server, runId } = watch;
    await this.#change((list) =>
      noted({ ...list, watches: list.watches.filter((each) => !isSame(each, watch)) }, [
        { at: Date.now(), server, runId, ruleId: null, what },
      ]),
    );
    if (what !== "exported")
      await tellUser(`watch:${runId}`, runId, t(what === "gone" ? "watch_gone" : "watch_gaveUp"));
  }

  /** A rule that was changed or removed meanwhile keeps what the user said. */
  async #updateRule(now: Rule, events: readonly WatchEvent[]): Promise<void> {
    const { done, checkedAt, trouble } = now;
    await this.#change((list) =>
      noted(
        {
          ...list,
          rules: list.rules.map((each) =>
            each.id === now.id ? { ...each, done, checkedAt, trouble } : each,
          ),
        },
        events,
      ),
    );
  }

  /** One change after the other: each reads what the last one wrote. */
  #change(change: (list: WatchList) => WatchList): Promise<WatchList> {
    const turn = this.#turn.then(async () => {
      const list = change(await this.list());
      await browser.storage.local.set({ [KEY]: list });
      await this.#setAlarm();
      return list;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #setAlarm(): Promise<void> {
    const { watches, rules } = await this.list();
    const minutes = watches.length > 0 ? 1 : rules.some(({ on }) => on) ? 5 : null;
    if (minutes === null) {
      await browser.alarms.clear(ALARM);
      return;
    }
    const alarm = await browser.alarms.get(ALARM);
    // Made anew, it would begin to wait anew.
    if (alarm?.periodInMinutes !== minutes) await browser.alarms.create(ALARM, { periodInMinutes: minutes });
  }
}

function isSame(a: Pick<Watch, "server" | "runId">, b: Pick<Watch, "server" | "runId">): boolean {
  return a.server === b.server && a.runId === b.runId;
}
