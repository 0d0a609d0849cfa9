import { vi } from "vitest";

export const API = "https://api.test";
export const KEY = "key.of.tests";

/** One request as the product made it. */
export interface Asked {
  url: URL;
  headers: Headers;
  init: RequestInit;
  signal: AbortSignal;
}

export type Answer = (asked: Asked) => Response | Promise<Response>;

/** A `fetch` that answers by a script; what has no line in it is 404. */
export class ScriptedFetcher {
  readonly asked: Asked[] = [];
  readonly #script = new Map<string, Answer[]>();

  /**
   * @param address a path of the API, or a whole URL; without a query it stands for every query
   * @param answers one a request, in turn; the last one stays
   */
  on(address: string, ...answers: Answer[]): this {
    this.#script.set(new URL(address, API).href, answers);
    return this;
  }

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const url = new URL(String(input));
    const signal = init.signal ?? new AbortController().signal;
    const asked = { url, headers: new Headers(init.headers), init, signal };
    this.asked.push(asked);
    signal.throwIfAborted();
    const answers = this.#script.get(url.href) ?? this.#script.get(url.origin + url.pathname) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer ? answer(asked) : notFound(asked);
  };

  /** What was asked for, in order: paths at the API, whole URLs elsewhere. */
  get paths(): string[] {
    return this.asked.map(({ url }) => (url.origin === API ? url.pathname + url.search : url.href));
  }

  /** The requests of one path, whatever their query. */
  to(path: string): Asked[] {
    return this.asked.filter(({ url }) => url.pathname === path);
  }
}

export const json =
  (value: unknown, status = 200, headers: HeadersInit = {}): Answer =>
  () =>
    new Response(JSON.stringify(value), {
      status,
      headers: { "content-type": "application/json", ...headers },
    });

export const text =
  (body: string, status = 200, headers: HeadersInit = {}): Answer =>
  () =>
    new Response(body, { status, headers: { "content-type": "application/json", ...headers } });

export const notFound: Answer = json({ detail: "Not found" }, 404);
export const refused: Answer = json({ detail: "Invalid credentials" }, 403);
export const loginPage: Answer = text("<h1>Wi-Fi</h1>", 200, { "content-type": "text/html" });

/** The connection breaks before an answer. */
export const reset: Answer = () => Promise.reject(new TypeError("fetch failed"));

/** As browsers show a redirect that they were told not to follow; Node shows it as it is. */
export const redirect: Answer = () => {
  const response = Response.error();
  Object.defineProperty(response, "type", { value: "opaqueredirect" });
  return response;
};

/** No answer until the asker gives up. */
export const silent: Answer = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

export interface Served {
  /** Bytes after which the body breaks or stalls. */
  until?: number;
  ending?: "break" | "stall" | "end";
  /** Answer a Range with 206. */
  ranges?: boolean;
  /** The total that a 206 tells, where it is not the true one. */
  total?: number;
  contentLength?: boolean;
  headers?: Record<string, string>;
}

const CHUNK = 256 * 1024;

/** A file, whole, cut short or stalling. */
export const file =
  (bytes: Uint8Array, served: Served = {}): Answer =>
  ({ headers, signal }) => {
    const asked = /^bytes=(\d+)-$/.exec(headers.get("range") ?? "")?.[1];
    const from = served.ranges && asked !== undefined ? Number(asked) : 0;
    const partial = served.ranges && asked !== undefined;
    const told: Record<string, string> = { "content-type": "application/json", ...served.headers };
    if (served.contentLength !== false) told["content-length"] = String(bytes.length - from);
    if (partial) told["content-range"] = `bytes ${from}-${bytes.length - 1}/${served.total ?? bytes.length}`;
    return new Response(bodyOf(bytes.subarray(from, served.until ?? bytes.length), served.ending, signal), {
      status: partial ? 206 : 200,
      headers: told,
    });
  };

function bodyOf(
  bytes: Uint8Array,
  ending: Served["ending"],
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) {
        controller.enqueue(bytes.slice(at, at + CHUNK));
        at += CHUNK;
      } else if (ending === "break") {
        controller.error(new TypeError("terminated"));
      } else if (ending === "stall") {
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      } else {
        controller.close();
      }
      return undefined;
    },
  });
}

/** Timers and the clock are ours; streams and hashes go on by themselves. */
export function fakeClock(now = "2026-11-24T12:00:00Z"): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: new Date(now) });
}

/** Lets a job run to its end under `fakeClock`: time passes only while nothing else happens. */
export async function inNoTime<T>(job: Promise<T>): Promise<T> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  job.then(end, end);
  while (!ended) {
    for (let turn = 0; turn < 25 && !ended; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!ended) await vi.advanceTimersToNextTimerAsync();
  }
  return job;
}

/** Pseudo-random bytes, the same for the same seed. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
