import { browser } from "wxt/browser";
import type { JobView } from "@/core/jobs/job";
import type { BrowserSide, BundlingHost } from "./bundling-host";
import { copyText } from "./clipboard";
import { createHost, type HostLink } from "./host-link";
import type { HostOrder } from "./messages";

/** Firefox suspends an event page after 30 s without an API call, and its worker and blob URLs with it. */
const BEAT_MS = 10_000;

/** Firefox: the host lives in the event page itself. */
export class LocalLink implements HostLink {
  #host: BundlingHost | null = null;
  #beat: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly side: BrowserSide) {}

  async exists(): Promise<boolean> {
    return this.#host !== null;
  }

  async open(): Promise<void> {
    this.#host ??= createHost(this.side);
    // 10 GiB are the most until this was asked once; then most of the disk. Nobody is prompted.
    await navigator.storage.persist().catch(() => false);
    this.#beat ??= setInterval(() => void browser.runtime.getPlatformInfo(), BEAT_MS);
  }

  /** The host stays with its page; only the beat ends. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    this.#beat = undefined;
  }

  async start(job: JobView, order: HostOrder): Promise<void> {
    this.#host?.start(job, order);
  }

  async cancel(jobId: string): Promise<void> {
    this.#host?.cancel(jobId);
  }

  async pause(jobId: string): Promise<void> {
    this.#host?.pause(jobId);
  }

  async downloadChanged(downloadId: number): Promise<void> {
    this.#host?.downloadChanged(downloadId);
  }

  async copy(text: string): Promise<void> {
    copyText(text);
  }

  async running(): Promise<string[]> {
    return this.#host?.running() ?? [];
  }

  async settled(): Promise<void> {
    await this.#host?.settled();
  }
}
