import * as z from "zod/mini";
import { RunpackError, runpackError } from "./errors";
import { isRetryable, pauseBefore, retryAfter, sleep } from "./retry";

/** How to reach one Skyvern. */
export interface Access {
  /** Origin and optional path, no slash at the end: `https://api.skyvern.com`. */
  apiAddress: string;
  apiKey: string;
}

/** An API document: the served text, which goes into the bundle, and what we understood of it. */
export interface Document<T> {
  text: string;
  value: T;
}

/** Milliseconds to the headers; the content endpoint reads a whole object before its first byte. */
export const HEADERS_TIMEOUT = 120_000;
const DOCUMENT_TIMEOUT = 180_000;
const TRIES = 6;
const KEY_CHECK = "/v1/runs?page=1&page_size=1";

/** What every request has: no cookies, nothing kept in the HTTP cache, and no redirect to carry the key away (skyvern-api.md §1). */
export const REQUEST_INIT = {
  credentials: "omit",
  cache: "no-store",
  redirect: "manual",
  referrerPolicy: "no-referrer",
} as const satisfies RequestInit;

/** An answer that sends the asker on to another address, which nobody follows. Browsers hide its status, Node doesn't. */
export function isRedirect({ type, status }: Response): boolean {
  return type === "opaqueredirect" || (status >= 300 && status < 400);
}

/** How long to wait for a Skyvern that can't be reached. */
export interface Patience {
  ms: number;
  /** Skyvern was reached before: an address that never answered may be a wrong one. */
  known: boolean;
  /** What the browser says of its connection. */
  online: () => boolean;
  onWait: (waiting: boolean) => void;
}

const NO_PATIENCE: Patience = { ms: 0, known: false, online: () => true, onWait: () => {} };
const PROBE_TIMEOUT = 20_000;
const FIRST_PROBE_WAIT = 1000;
const LONGEST_PROBE_WAIT = 10_000;

/** The API of one Skyvern, by one key. */
export class SkyvernClient {
  #reached = false;
  /** The server's clock less ours, in milliseconds. */
  #clockAhead = 0;
  #reconnecting: Promise<boolean> | null = null;

  constructor(
    readonly access: Access,
    private readonly signal: AbortSignal,
    private readonly fetcher: typeof fetch = (...given) => fetch(...given),
    private readonly patience: Patience = NO_PATIENCE,
  ) {}

  /**
   * A JSON document. Retried on 429, 5xx, resets and bodies cut short.
   * @param path begins with `/`
   * @returns null where the server has no such document: 404, or 400 and 422 (a plain task has no timeline)
   * @throws RunpackError key-refused, unreachable, server, bad-answer; the signal's reason
   */
  async document<T>(
    path: string,
    schema: z.ZodMiniType<T>,
    init: RequestInit = {},
  ): Promise<Document<T> | null> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#try(path, schema, init);
      if (!("error" in outcome)) return outcome.document;
      if (outcome.elsewhere && (await this.reconnected())) attempt = 0;
      if (attempt >= TRIES || !outcome.again) throw outcome.error;
      await sleep(pauseBefore(attempt, outcome.wait, Math.random()), this.signal);
    }
  }

  /**
   * False where the API refuses the key (the cheap check of skyvern-api.md §1). A server in trouble or out of reach
   * has refused nothing: one lost answer must not end a job.
   * @throws the signal's reason
   */
  async acceptsKey(): Promise<boolean> {
    try {
      await this.document(KEY_CHECK, z.unknown());
      return true;
    } catch (error) {
      if (!(error instanceof RunpackError)) throw error;
      return error.code !== "key-refused";
    }
  }

  /**
   * After a request that broke: false at once where Skyvern answers, so that the trouble is that request's own; else
   * waits until it answers again. All who ask wait together.
   * @throws RunpackError unreachable, when patience ends; the signal's reason
   */
  reconnected(): Promise<boolean> {
    this.#reconnecting ??= this.#reconnect().finally(() => {
      this.#reconnecting = null;
    });
    return this.#reconnecting;
  }

  async #reconnect(): Promise<boolean> {
    const { ms, known, online, onWait } = this.patience;
    if (ms === 0 || (!known && !this.#reached && online())) return false;
    if (await this.#answers()) return false;
    onWait(true);
    try {
      // By waits, not by the clock: a computer that slept for an hour has waited for nothing.
      let wait = FIRST_PROBE_WAIT;
      for (let waited = 0; waited < ms; waited += wait) {
        await sleep(wait, this.signal);
        if (await this.#answers()) return true;
        wait = Math.min(wait * 2, LONGEST_PROBE_WAIT);
      }
      throw runpackError("unreachable", { about: this.access.apiAddress });
    } finally {
      onWait(false);
    }
  }

  /** Whatever the answer is, but for a redirect: a network may send every request to its login page. */
  async #answers(): Promise<boolean> {
    try {
      const timeout = AbortSignal.timeout(PROBE_TIMEOUT);
      const response = await this.request(KEY_CHECK, {}, AbortSignal.any([this.signal, timeout]));
      await response.body?.cancel();
      return !isRedirect(response);
    } catch {
      this.signal.throwIfAborted();
      return false;
    }
  }

  /**
   * Asks once whether the API takes the key, and whether it is Skyvern's API at all.
   * @throws RunpackError unreachable, server, bad-answer; the signal's reason
   */
  async checkKey(): Promise<boolean> {
    const outcome = await this.#try(KEY_CHECK, z.array(z.unknown()), {});
    if (!("error" in outcome)) {
      if (outcome.document) return true;
      throw runpackError("bad-answer", { about: this.access.apiAddress });
    }
    if (outcome.error.code === "key-refused") return false;
    throw outcome.error;
  }

  /** One request with the key, to the configured address alone. */
  async request(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("x-api-key", this.access.apiKey);
    const response = await this.fetcher(this.access.apiAddress + path, {
      ...init,
      ...REQUEST_INIT,
      headers,
      signal,
    });
    if (!isRedirect(response)) this.#reached = true;
    const served = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(served)) this.#clockAhead = served - Date.now();
    return response;
  }

  /** The server's time, in milliseconds since the epoch: the times that it tells are to be compared with this one. */
  now(): number {
    return Date.now() + this.#clockAhead;
  }

  async #try<T>(path: string, schema: z.ZodMiniType<T>, init: RequestInit): Promise<Outcome<T>> {
    const { apiAddress: address } = this.access;
    const timeout = AbortSignal.timeout(DOCUMENT_TIMEOUT);
    let text: string;
    try {
      const response = await this.request(path, init, AbortSignal.any([this.signal, timeout]));
      const refusal = refusalOf(response, address, this.now());
      if (refusal) {
        await response.body?.cancel();
        return refusal;
      }
      text = await response.text();
    } catch (cause) {
      this.signal.throwIfAborted();
      const error = runpackError("unreachable", { about: address }, cause);
      return { error, again: true, wait: null, elsewhere: true };
    }
    return read(text, schema, address);
  }
}

type Outcome<T> =
  | { document: Document<T> | null }
  | {
      error: RunpackError;
      again: boolean;
      wait: number | null;
      /** It may not have been Skyvern that was asked: the network is gone, or something in it answered. */
      elsewhere?: boolean;
    };

function refusalOf(response: Response, address: string, now: number): Outcome<never> | null {
  const { status } = response;
  if (isRedirect(response))
    return {
      error: runpackError("bad-answer", { about: address }),
      again: true,
      wait: null,
      elsewhere: true,
    };
  if (status === 401 || status === 403)
    return { error: runpackError("key-refused"), again: false, wait: null };
  if (isRetryable(status)) {
    const wait = retryAfter(response.headers.get("retry-after"), now);
    return { error: runpackError("server"), again: true, wait };
  }
  if (status === 404 || status === 400 || status === 410 || status === 422) return { document: null };
  if (!response.ok)
    return { error: runpackError("bad-answer", { about: address }), again: false, wait: null };
  return null;
}

function read<T>(text: string, schema: z.ZodMiniType<T>, address: string): Outcome<T> {
  try {
    return { document: { text, value: schema.parse(JSON.parse(text)) } };
  } catch (cause) {
    // A list cut off in mid-transfer and a proxy's HTML both end here; both may be gone at the next try.
    return { error: runpackError("bad-answer", { about: address }, cause), again: true, wait: null };
  }
}
