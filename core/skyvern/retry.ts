/** When to ask again, and how long to wait before. Times are milliseconds. */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const LONGEST_ORDERED_WAIT = 300_000;

/**
 * True for answers that another try may change (skyvern-api.md §1; 409 and 425 are "too early").
 * 501 and 505 say what a server can't do at all (RFC 9110 §15.6).
 */
export function isRetryable(status: number): boolean {
  if (status === 501 || status === 505) return false;
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
}

/**
 * Exponential backoff with full jitter in its upper half.
 * @param attempt 1 for the first retry
 * @param random 0..1
 */
export function backoff(attempt: number, random: number): number {
  const ceiling = Math.min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT);
  return ceiling / 2 + (ceiling / 2) * random;
}

/** How long to wait before a retry: what the server ordered, but never no time at all, which would use up all tries at once. */
export function pauseBefore(attempt: number, ordered: number | null, random: number): number {
  return Math.max(ordered ?? 0, backoff(attempt, random));
}

/** Engines parse far more than HTTP dates, and "1.5" as one of 2001. */
const HTTP_DATE = /^\s*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/i;

/** `Retry-After` in its two forms, seconds or an HTTP date (RFC 9110 §10.2.3), at most 5 minutes; null where it is neither. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const date = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : date - now;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), LONGEST_ORDERED_WAIT);
}

/** @throws the signal's reason as soon as it is aborted */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}
