import { type Browser, browser } from "wxt/browser";
import { EVERYTHING, isExportChoice } from "@/core/bundle/presets";
import { isOfRun } from "@/core/jobs/job";
import { isRunId } from "@/core/skyvern/ids";
import { isFor } from "./address";
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
import { contentsOf, lookUp } from "./look-up";
import type { Ask, AskAnswer, HostCall, HostCallAnswer } from "./messages";

const PAGE_ORIGIN = "https://app.skyvern.com";
const CHOICE = "choice";
/** What a content script may ask; it runs beside a page that we don't trust. */
const FROM_PAGES = new Set([
  "export",
  "cancel",
  "pause",
  "retry",
  "show-in-folder",
  "jobs",
  "open-options",
  "choice",
  "set-choice",
  "contents",
  "preview",
]);

type Sender = Browser.runtime.MessageSender;
type Answer = AskAnswer[Ask["type"]] | HostCallAnswer[HostCall["type"]];

/** Answers the messages that reach the background, each by what its sender may do. */
export class MessageDesk {
  constructor(
    private readonly desk: JobDesk,
    private readonly store: JobStore,
    private readonly host: HostLink,
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
    const allowed = isExtensionPage(sender, "") || (isSkyvernPage(sender) && FROM_PAGES.has(message.type));
    return allowed && isSound(message) ? this.resumed.then(() => this.#answer(message)) : undefined;
  }

  /** What the bundling host may have done for it. */
  async #answerHost(call: HostCall): Promise<HostCallAnswer[HostCall["type"]]> {
    switch (call.type) {
      case "news":
        await this.desk.news(call.job, call.downloadId);
        return null;
      case "download":
        return startDownload(call.url, call.path);
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
    }
  }

  /** The browser has news of a download of ours. */
  async downloadChanged(downloadId: number): Promise<void> {
    await this.loaded;
    if (this.store.active().length === 0 || !(await this.host.exists())) return;
    await this.host.downloadChanged(downloadId);
  }

  async #answer(ask: Ask): Promise<Answer> {
    switch (ask.type) {
      case "export":
        return this.desk.export({ requestedId: ask.runId, mode: ask.mode, choice: ask.choice });
      case "cancel":
        await this.desk.cancel(ask.jobId);
        return null;
      case "pause":
        await this.desk.pause(ask.jobId);
        return null;
      case "retry":
        await this.desk.retry(ask.jobId);
        return null;
      case "show-in-folder": {
        const id = this.store.find(ask.jobId)?.downloadId ?? null;
        return { shown: id !== null && (await showDownload(id)) };
      }
      case "jobs":
        return this.store.all().filter((job) => ask.runId === undefined || isOfRun(job, ask.runId));
      case "open-options":
        await browser.runtime.openOptionsPage();
        return null;
      case "settings-saved":
        await this.desk.keySaved();
        return null;
      case "choice":
        return readChoice();
      case "set-choice":
        await browser.storage.local.set({ [CHOICE]: ask.choice });
        return null;
      case "look-up":
        return lookUp(ask.text);
      case "contents":
        return contentsOf(ask.runId);
      case "preview":
        await browser.tabs.create({ url: `${browser.runtime.getURL("/report.html")}?run=${ask.runId}` });
        return null;
    }
  }
}

async function readChoice(): Promise<AskAnswer["choice"]> {
  const stored = await browser.storage.local.get(CHOICE);
  const choice: unknown = stored[CHOICE];
  return isExportChoice(choice) ? choice : EVERYTHING;
}

/** The run ID and the preset come from beside a page, so they are checked here once more. */
function isSound(ask: Ask): boolean {
  if (ask.type === "export")
    return (
      isRunId(ask.runId) && isExportChoice(ask.choice) && (ask.mode === "bundle" || ask.mode === "folder")
    );
  if (ask.type === "set-choice") return isExportChoice(ask.choice);
  if (ask.type === "contents" || ask.type === "preview") return isRunId(ask.runId);
  return true;
}

function isExtensionPage(sender: Sender, path: string): boolean {
  return (
    sender.id === browser.runtime.id && (sender.url ?? "").startsWith(`${browser.runtime.getURL("/")}${path}`)
  );
}

function isSkyvernPage(sender: Sender): boolean {
  const ours = sender.id === browser.runtime.id && sender.tab !== undefined && sender.frameId === 0;
  return ours && URL.canParse(sender.url ?? "") && new URL(sender.url ?? "").origin === PAGE_ORIGIN;
}
