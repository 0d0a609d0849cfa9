import { retryAfter, sleep } from "@/core/skyvern/retry";

/** What a 429 without `Retry-After` asks for, in milliseconds. */
const DEFAULT_WAIT = 1000;

/** The time until which nobody asks Skyvern, whoever was told so. */
export interface SharedPause {
  /** @param ms from now */
  extend(ms: number): void;
  /** Milliseconds left; 0 where there is no pause. */
  left(): number;
}

/** The pause of one process. */
export class LocalPause implements SharedPause {
  #until = 0;

  extend(ms: number): void {
    this.#until = Math.max(this.#until, Date.now() + ms);
  }

  left(): number {
    return Math.max(this.#until - Date.now(), 0);
  }
}

/** `fetch` that holds every request to the API while a 429 is in force, for all exports that share the pause. */
export function politeFetch(fetcher: typeof fetch, pause: SharedPause, apiOrigin: string): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const ours = new URL(url).origin === apiOrigin;
    const signal = init?.signal ?? new AbortController().signal;
    for (let left = ours ? pause.left() : 0; left > 0; left = pause.left()) await sleep(left, signal);
    const response = await fetcher(input, init);
    if (ours && response.status === 429)
      pause.extend(retryAfter(response.headers.get("retry-after"), Date.now()) ?? DEFAULT_WAIT);
    return response;
  };
}
