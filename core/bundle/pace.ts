import { sleep } from "../skyvern/retry";

/** Answers to requests that were under way already say the same once more. */
const ECHO_MS = 1000;

/**
 * How fast a job asks for files. The server asks for less by 429: then nobody asks for as long as it wants, and half
 * as many as before ask at once after that; with each round that is served, one more.
 */
export class Pace {
  #pauseUntil = 0;
  #echoUntil = 0;
  #most = Number.POSITIVE_INFINITY;
  #asking = 0;
  #waiting: (() => void)[] = [];

  /** @param ms the pause that the server wants, from now */
  slowDown(ms: number): void {
    const now = Date.now();
    if (now >= this.#echoUntil) this.#most = Math.max(1, Math.floor(Math.min(this.#most, this.#asking) / 2));
    this.#echoUntil = Math.max(this.#echoUntil, now + Math.max(ms, ECHO_MS));
    this.#pauseUntil = Math.max(this.#pauseUntil, now + ms);
  }

  /** Waits for a turn, to be given back by `leave`. @throws the signal's reason */
  async enter(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const pause = this.#pauseUntil - Date.now();
      if (pause > 0) await sleep(pause, signal);
      else if (this.#asking < this.#most) break;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#asking++;
  }

  /** @param served the server gave what it was asked for */
  leave(served: boolean): void {
    this.#asking--;
    if (served) this.#most += 1 / this.#most;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
