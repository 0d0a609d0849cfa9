import { type Browser, browser } from "wxt/browser";
import type { JobView } from "@/core/jobs/job";
import { type BrowserSide, BundlingHost } from "./bundling-host";
import { copyText } from "./clipboard";
import type { HostAsk, HostOrder } from "./messages";
import { startWorker } from "./start-worker";
import type { FromWorker, ToWorker } from "./worker-protocol";

/** The background's way to the bundling host, wherever that lives. */
export interface HostLink {
  /** True while a host may hold jobs; asking it must not create one. */
  exists(): Promise<boolean>;
  open(): Promise<void>;
  close(): Promise<void>;
  start(job: JobView, order: HostOrder): Promise<void>;
  cancel(jobId: string): Promise<void>;
  pause(jobId: string): Promise<void>;
  downloadChanged(downloadId: number): Promise<void>;
  /** Puts a text into the clipboard, which a service worker has no way to. */
  copy(text: string): Promise<void>;
  /** IDs of the jobs that the host holds. */
  running(): Promise<string[]>;
  /** Resolves when nothing of the jobs that have ended is left to remove. */
  settled(): Promise<void>;
}

const RECONNECT_MS = 500;

/** The Chrome APIs that webextension-polyfill has no types for. */
declare const chrome: {
  offscreen: {
    createDocument(options: { url: string; reasons: string[]; justification: string }): Promise<void>;
    closeDocument(): Promise<void>;
  };
  runtime: { getContexts(filter: { contextTypes: string[] }): Promise<unknown[]> };
};

const HOST_PORT = "host";

/** The end of the host's line to the background, which breaks when the host is gone. */
export function isHostPort({ name, sender }: Browser.runtime.Port): boolean {
  return name === HOST_PORT && sender?.id === browser.runtime.id && sender.tab === undefined;
}

/** Keeps a line open to the background, which starts anew now and then. @param busy there are jobs */
export function stayConnected(busy: () => boolean): void {
  const port = browser.runtime.connect({ name: HOST_PORT });
  port.onDisconnect.addListener(() => {
    setTimeout(() => {
      // An idle host wakes nobody: it is about to be closed.
      if (busy()) stayConnected(busy);
    }, RECONNECT_MS);
  });
}

/** Makes a host with its worker. */
export function createHost(side: BrowserSide): BundlingHost {
  const start = () => {
    const started = startWorker("export-worker");
    // An error that nobody caught: what the worker still knows can't be trusted. The next job gets a new one.
    started.addEventListener("error", () => {
      started.terminate();
      worker = null;
      host.workerFailed();
    });
    started.addEventListener("message", (event: MessageEvent<FromWorker>) => host.fromWorker(event.data));
    return started;
  };
  // At once: a host is made for a job, which is on its way.
  let worker: Worker | null = start();
  const host: BundlingHost = new BundlingHost(side, (message: ToWorker) => {
    worker ??= start();
    worker.postMessage(message);
  });
  return host;
}

/** What a host answers to a message of the background. */
export async function answerAsHost(host: BundlingHost, message: HostAsk): Promise<null | string[]> {
  switch (message.type) {
    case "start":
      host.start(message.job, message.order);
      return null;
    case "cancel":
      host.cancel(message.jobId);
      return null;
    case "pause":
      host.pause(message.jobId);
      return null;
    case "download-changed":
      host.downloadChanged(message.downloadId);
      return null;
    case "copy":
      copyText(message.text);
      return null;
    case "running":
      return host.running();
    case "settled":
      await host.settled();
      return null;
  }
}

/** Chrome: the offscreen document, made when a job starts and closed when none is left. */
export class OffscreenLink implements HostLink {
  #opening: Promise<void> | null = null;

  async exists(): Promise<boolean> {
    return (await chrome.runtime.getContexts({ contextTypes: ["OFFSCREEN_DOCUMENT"] })).length > 0;
  }

  async open(): Promise<void> {
    this.#opening ??= this.#create().finally(() => {
      this.#opening = null;
    });
    await this.#opening;
  }

  async close(): Promise<void> {
    if (await this.exists()) await chrome.offscreen.closeDocument();
  }

  async start(job: JobView, order: HostOrder): Promise<void> {
    await this.#send({ to: "host", type: "start", job, order });
  }

  async cancel(jobId: string): Promise<void> {
    await this.#send({ to: "host", type: "cancel", jobId });
  }

  async pause(jobId: string): Promise<void> {
    await this.#send({ to: "host", type: "pause", jobId });
  }

  async downloadChanged(downloadId: number): Promise<void> {
    await this.#send({ to: "host", type: "download-changed", downloadId });
  }

  async copy(text: string): Promise<void> {
    await this.#send({ to: "host", type: "copy", text });
  }

  async running(): Promise<string[]> {
    const answer = await this.#send({ to: "host", type: "running" });
    return Array.isArray(answer) ? answer.filter((id) => typeof id === "string") : [];
  }

  async settled(): Promise<void> {
    await this.#send({ to: "host", type: "settled" });
  }

  #send(message: HostAsk): Promise<unknown> {
    return browser.runtime.sendMessage(message);
  }

  async #create(): Promise<void> {
    if (await this.exists()) return;
    await chrome.offscreen.createDocument({
      url: "/offscreen.html",
      reasons: ["BLOBS", "CLIPBOARD"],
      justification:
        "Fetches a run's files into the private file system, makes the blob URL of the ZIP, and copies run IDs.",
    });
  }
}
