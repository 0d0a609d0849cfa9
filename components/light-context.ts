import { browser } from "wxt/browser";

/**
 * The part of WXT's content script context that ours use, in place of it (wxt.config.ts): it ends when an updated
 * extension starts its own script in the same page.
 */
export class ContentScriptContext {
  readonly #life = new AbortController();
  readonly signal = this.#life.signal;

  constructor(name: string) {
    const started = `${browser.runtime.id}:${name}:started`;
    document.dispatchEvent(new Event(started));
    document.addEventListener(started, () => this.#life.abort(), { once: true });
  }

  onInvalidated(end: () => void): void {
    this.signal.addEventListener("abort", end);
  }
}
