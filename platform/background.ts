import { type Browser, browser } from "wxt/browser";
import { EVERYTHING, isExportChoice } from "@/core/bundle/presets";
import { BATCH_ACTS, type BatchChoice, isBatchChoice, isBatchRuns } from "@/core/jobs/batch";
import { isOrderId, wishFor } from "@/core/jobs/job";
import { lawful } from "@/core/settings/policy";
import { isExportId, isRunId } from "@/core/skyvern/ids";
import { isFor } from "./address";
import { findAgentRuns } from "./agent-runs";
import {
  cancelDownload,
  downloadState,
  findDownload,
  removeDownload,
  showDownload,
  startDownload,
} from "./downloads";
import type { HostLink } from "./host-link";
import type { JobDesk } from "./job-desk";
import type { JobStore } from "./job-store";
import { forgetKnown } from "./known";
import { contentsOf, listRuns, lookUp } from "./look-up";
import { createMenus } from "./menus";
import type { Ask, AskAnswer, HostCall, HostCallAnswer } from "./messages";
import { openOptions } from "./open-options";
import { loadPageTray, registerPageScripts } from "./page-scripts";
import { applyPolicy, readPolicy } from "./policy";
import { openPreview } from "./run-actions";
import { defaultServer, serverOf } from "./servers";
import { eraseSettings } from "./settings-store";
import type { WatchDesk } from "./watch-desk";

const CHOICE = "choice";
const BATCH_CHOICE = "batch-choice";
/** What a content script may ask; it runs beside a page that we don't trust. */
const FROM_PAGES = new Set([
  "export",
  "cancel",
  "pause",
  "retry",
  "dismiss",
  "show-in-folder",
  "jobs",
  "open-options",
  "choice",
  "set-choice",
  "policy",
  "contents",
  "preview",
  "is-known",
  "watch",
  "unwatch",
  "is-watched",
  "page-tray",
  "export-batch",
  "act-on-batch",
  "batches",
  "batch-choice",
  "set-batch-choice",
]);

/** What is looked at of a sender. */
type Sender = Pick<Browser.runtime.MessageSender, "id" | "url" | "frameId"> & {
  tab?: { id?: number | undefined } | undefined;
};
type Answer = AskAnswer[Ask["type"]] | HostCallAnswer[HostCall["type"]];

/** Answers the messages that reach the background, each by what its sender may do. */
export class MessageDesk {
  constructor(
    private readonly desk: JobDesk,
    private readonly store: JobStore,
    private readonly host: HostLink,
    private readonly watches: WatchDesk,
    /** The job list is read. */
    private readonly loaded: Promise<void>,
    /** Jobs of an earlier life are taken up again. */
    private readonly resumed: Promise<void>,
  ) {}

  /** @returns undefined for messages that are for somebody else, or that their sender may not send */
  receive(message: unknown, sender: Sender): Promise<Answer> | undefined {
    if (isFor<HostCall>(message, "background-host") && isExtensionPage(sender, "offscreen.html")) {
      // Not `resumed`: resuming waits for the host, so the host must not wait for it.
      return this.loaded.then(() => this.#answerHost(message));
    }
    if (!isFor<Ask>(message, "background")) return undefined;
    if (!isSound(message)) return undefined;
    if (isExtensionPage(sender, "")) return this.#ready(message).then(() => this.#answerExtension(message));
    if (message.type === "show-list") return isTopOfTab(sender) ? showList(sender) : undefined;
    const fromPage = isTopOfTab(sender) && FROM_PAGES.has(message.type);
    if (!fromPage) return undefined;
    // It waits for no job: a click is to be answered at once.
    if (message.type === "page-tray") {
      // What a click needs is made meanwhile.
      if (message.near) void this.loaded.then(() => this.desk.expectOrder());
      return loadPageTray(sender.tab?.id);
    }
    return this.#ready(message).then(() => this.#answerPage(message, sender.url ?? ""));
  }

  /** A new order waits for no other. */
  #ready({ type }: Ask): Promise<void> {
    return type === "export" || type === "export-batch" ? this.loaded : this.resumed;
  }

  async #answerExtension(ask: Ask): Promise<Answer> {
    const server = "server" in ask && ask.server !== undefined ? ask.server : null;
    return this.#answer(ask, server ?? (await defaultServer()).apiAddress);
  }

  /** A page means its own server, whatever it says. */
  async #answerPage(ask: Ask, url: string): Promise<Answer> {
    const server = await serverOf(url);
    if (ask.type === "is-known") return server !== null;
    if (!server) throw new Error("a page of no server");
    const { apiAddress } = server;
    if ("jobId" in ask && (await this.store.read(ask.jobId))?.job.server !== apiAddress)
      throw new Error("a job of another server");
    if ("batchId" in ask && (await this.store.ofBatch(ask.batchId))[0]?.server !== apiAddress)
      throw new Error("a batch of another server");
    const own = ask.type === "jobs" || ask.type === "batches" ? { ...ask, server: apiAddress } : ask;
    return this.#answer(own, apiAddress);
  }

  /** What the bundling host may have done for it. */
  async #answerHost(call: HostCall): Promise<HostCallAnswer[HostCall["type"]]> {
    switch (call.type) {
      case "news":
        await this.desk.news(call.job, call.downloadId);
        return null;
      case "will-save":
        await this.store.putBundle(call.jobId, call.bundle);
        return null;
      case "download":
        return startDownload(call.url, call.path, call.insist);
      case "download-state":
        return downloadState(call.downloadId);
      case "cancel-download":
        await cancelDownload(call.downloadId);
        return null;
      case "remove-download":
        await removeDownload(call.downloadId);
        return null;
      case "find-download":
        return findDownload(call.url);
      case "allowed-choice":
        return this.desk.allowedChoice(call.jobId);
    }
  }

  /** The browser has news of a download of ours. */
  async downloadChanged(downloadId: number): Promise<void> {
    await this.loaded;
    if (this.store.active().length === 0 || !(await this.host.exists())) return;
    await this.host.downloadChanged(downloadId);
  }

  async #answer(ask: Ask, server: string): Promise<Answer> {
    switch (ask.type) {
      case "export":
        return this.desk.export(wishFor(server, ask.runId, ask.mode, ask.choice), ask.orderId);
      case "cancel":
        await this.desk.cancel(ask.jobId);
        return null;
      case "pause":
        await this.desk.pause(ask.jobId);
        return null;
      case "retry":
        await this.desk.retry(ask.jobId);
        return null;
      case "dismiss":
        await this.desk.dismiss(ask.jobId);
        return null;
      case "show-in-folder": {
        const id = (await this.store.read(ask.jobId))?.downloadId ?? null;
        return { shown: id !== null && (await showDownload(id)) };
      }
      case "jobs":
        return ask.runId === undefined
          ? this.store.page(ask.server, ask.before)
          : this.store.ofRun(ask.runId, ask.server);
      case "is-known":
        return true;
      case "page-tray":
        return null;
      case "export-batch":
        return this.desk.exportBatch({ ...ask, server }, ask.orderId);
      case "act-on-batch":
        await this.desk.actOnBatch(ask.batchId, ask.act);
        return null;
      case "batches":
        return this.desk.batches(ask.server);
      case "show-list":
        return null;
      case "agent-runs":
        return findAgentRuns(server, ask.query, ask.choice, this.store);
      case "batch-jobs":
        return this.store.ofBatch(ask.batchId);
      case "batch-choice":
        return readBatchChoice();
      case "set-batch-choice":
        await browser.storage.local.set({ [BATCH_CHOICE]: ask.chosen });
        return null;
      case "open-options":
        await openOptions(server);
        return null;
      case "settings-saved":
        await forgetKnown();
        await this.desk.keySaved(server);
        return null;
      case "servers-changed":
        await Promise.all([forgetKnown(), registerPageScripts(), createMenus()]);
        return null;
      case "choice":
        return readChoice();
      case "set-choice":
        // As it was chosen: a policy, which takes seconds right after the browser's start, bends it when it is read.
        await browser.storage.local.set({ [CHOICE]: ask.choice });
        return lawful(ask.choice, await readPolicy());
      case "policy":
        return readPolicy();
      case "look-up":
        return lookUp(ask.text, server);
      case "runs":
        return listRuns(ask, server);
      case "contents":
        return contentsOf(ask.runId, server);
      case "watch":
        await this.watches.watch(server, ask.runId, ask.choice);
        return null;
      case "unwatch":
        await this.watches.unwatch(server, ask.runId);
        return null;
      case "is-watched": {
        const { watches } = await this.watches.list();
        return watches.some((watch) => watch.server === server && watch.runId === ask.runId);
      }
      case "watches":
        return this.watches.list();
      case "set-rule":
        return this.watches.setRule(ask.rule);
      case "remove-rule":
        return this.watches.removeRule(ask.ruleId);
      case "reset":
        for (const { id } of this.store.open()) await this.desk.cancel(id);
        await this.store.clear();
        await Promise.all([
          eraseSettings(),
          browser.storage.local.clear(),
          browser.storage.session.clear(),
          browser.action.setBadgeText({ text: "" }),
        ]);
        await applyPolicy();
        await this.watches.check();
        await Promise.all([registerPageScripts(), createMenus()]);
        return null;
      case "preview":
        await openPreview({ server, id: ask.runId });
        return null;
    }
  }
}

async function readChoice(): Promise<AskAnswer["choice"]> {
  const stored = await browser.storage.local.get(CHOICE);
  const choice: unknown = stored[CHOICE];
  return lawful(isExportChoice(choice) ? choice : EVERYTHING, await readPolicy());
}

/** Lists of runs have a script of their own, so that no other page has to load it. */
async function showList({ tab, url }: Sender): Promise<null> {
  if (tab?.id === undefined || !(await serverOf(url ?? ""))) return null;
  await browser.scripting.executeScript({ target: { tabId: tab.id }, files: ["/run-list.js"] });
  return null;
}

async function readBatchChoice(): Promise<BatchChoice> {
  const stored = await browser.storage.local.get(BATCH_CHOICE);
  const chosen: unknown = stored[BATCH_CHOICE];
  const { choice, form }: BatchChoice = isBatchChoice(chosen) ? chosen : { choice: EVERYTHING, form: "each" };
  return { choice: lawful(choice, await readPolicy()), form };
}

/** The run ID and the preset come from beside a page, so they are checked here once more. */
function isSound(ask: Ask): boolean {
  if ("orderId" in ask && ask.orderId !== undefined && !isOrderId(ask.orderId)) return false;
  if (ask.type === "export")
    return (
      isExportId(ask.runId) && isExportChoice(ask.choice) && (ask.mode === "bundle" || ask.mode === "folder")
    );
  if (ask.type === "export-batch") return isBatchRuns(ask);
  if (ask.type === "act-on-batch") return BATCH_ACTS.includes(ask.act) && typeof ask.batchId === "string";
  if (ask.type === "set-batch-choice") return isBatchChoice(ask.chosen);
  if (ask.type === "set-choice") return isExportChoice(ask.choice);
  if (ask.type === "watch") return isRunId(ask.runId) && isExportChoice(ask.choice);
  if (ask.type === "contents" || ask.type === "preview") return isExportId(ask.runId);
  return true;
}

function isExtensionPage(sender: Sender, path: string): boolean {
  return (
    sender.id === browser.runtime.id && (sender.url ?? "").startsWith(`${browser.runtime.getURL("/")}${path}`)
  );
}

function isTopOfTab(sender: Sender): boolean {
  return sender.id === browser.runtime.id && sender.tab !== undefined && sender.frameId === 0;
}
