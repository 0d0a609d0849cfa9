import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Where artifact URLs are minted: the server does not know under which address it is reached. */
const API_ORIGIN = "https://api.skyvern.com";

const HOUR = 3600;
const NONCE_LENGTH = 6;
const SHORT_LIVED = /^(recording|session_replay|screenshot)/;

/** Signs and checks `?expiry=&kid=&sig=` of content URLs. No two mints are the same. */
export class Signing {
  /** Seconds a fresh URL lives; recordings, screenshots and session replays an hour at most. */
  secondsToLive = 12 * HOUR;
  #secret = randomBytes(32);
  #mints = 0;

  /** @param now the server's clock, ms since the epoch */
  constructor(private readonly now: () => number) {}

  /** A signed URL of an artifact's content. `secondsToLive` may be negative: one that is past. */
  mint(artifactId: string, artifactType: string, secondsToLive = this.secondsToLive): string {
    const seconds = SHORT_LIVED.test(artifactType) ? Math.min(secondsToLive, HOUR) : secondsToLive;
    const expiry = String(Math.floor(this.now() / 1000) + seconds);
    this.#mints += 1;
    const nonce = this.#mints.toString(36).padStart(NONCE_LENGTH, "0");
    const sig = nonce + this.#sign(artifactId, expiry, nonce);
    return `${contentUrl(artifactId)}?expiry=${expiry}&kid=k1&sig=${sig}`;
  }

  /** Whether the query of a content call is a signature that holds now. */
  holds(artifactId: string, query: URLSearchParams): boolean {
    const expiry = query.get("expiry") ?? "";
    const sig = query.get("sig") ?? "";
    const given = Buffer.from(sig.slice(NONCE_LENGTH));
    const expected = Buffer.from(this.#sign(artifactId, expiry, sig.slice(0, NONCE_LENGTH)));
    if (query.get("kid") !== "k1" || given.length !== expected.length) return false;
    return timingSafeEqual(given, expected) && Number(expiry) > this.now() / 1000;
  }

  #sign(artifactId: string, expiry: string, nonce: string): string {
    return createHmac("sha256", this.#secret).update(`${artifactId}:${expiry}:${nonce}`).digest("base64url");
  }
}

/** The bare content URL of an artifact. */
export function contentUrl(artifactId: string): string {
  return `${API_ORIGIN}/v1/artifacts/${artifactId}/content`;
}
